package import Broker
package import BrokerModel

/// Answers operators' questions about access: why somebody may see a portal, and what other rules would change.
///
/// It looks and changes nothing.
package struct AccessReview: Sendable {
    let environment: EngineEnvironment

    package init(_ environment: EngineEnvironment) { self.environment = environment }

    /// Why a customer may, or may not, see a portal.
    ///
    /// - Parameter record: The customer, with identities and live sessions.
    package func explain(
        _ record: CustomerService.Record, at site: Site, portal: PortalID?, requestType: RequestTypeID? = nil,
        in resources: Resources
    ) -> AccessExplanation {
        let session = record.sessions.max { $0.createdAt < $1.createdAt }
        let now = environment.time.now
        let person =
            session.map { AccessSubject(record.customer, in: $0, at: now) }
            ?? AccessSubject(record.customer, lastOf: record.links, at: now)
        let organization = resources.organizations[record.customer.organization]
        return AccessExplanation(
            person: person, session: session,
            barrier: AccessBarrier(before: record.customer, person, at: site, in: resources),
            verdict: site.verdict(for: person, portal: portal, requestType: requestType),
            rules: site.access.rules.map { RuleTrace($0, for: person, portal: portal, requestType: requestType) },
            enforcements: site.enforcements(portal: portal, organization: organization),
            isEnforced: site.isEnforced(portal: portal, organization: organization, at: person.now))
    }
}

/// Why a customer may, or may not, see a portal.
package struct AccessExplanation: Sendable {
    /// What rules looked at.
    package let person: AccessSubject
    /// The newest live session, which says how and when the person signed in.
    package let session: Session?
    /// What keeps the person out before any rule is asked.
    package let barrier: AccessBarrier?
    /// What the rules say.
    package let verdict: PortalVerdict
    /// Every rule of the site.
    package let rules: [RuleTrace]
    /// The words on enforcement that count here, one or two.
    package let enforcements: [Enforcement]
    /// Whether a refusal refuses at present.
    package let isEnforced: Bool
}

/// What a rule came to for a person.
package struct RuleTrace: Sendable {
    /// The rule.
    package let rule: PortalRule
    /// Whether it speaks of the place that was asked about.
    package let isAbout: Bool
    /// Whether it fires.
    package let fires: Bool
    /// What its condition came to.
    package let trace: AccessTrace

    init(_ rule: PortalRule, for person: AccessSubject, portal: PortalID?, requestType: RequestTypeID?) {
        self.rule = rule
        isAbout = rule.isAbout(portal: portal, requestType: requestType)
        fires = rule.rule.fires(for: person)
        trace = AccessTrace(rule.rule.condition, for: person)
    }
}
