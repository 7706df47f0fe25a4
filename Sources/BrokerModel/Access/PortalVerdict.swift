package import Broker

/// What a site says to one person about one place of it, and why.
package struct PortalVerdict: Sendable, Hashable {
    /// What it says.
    package enum Outcome: Sendable, Hashable {
        case allowed
        case refused
        /// Refused, and it would not be after a sign-in that meets these.
        case needs(AuthenticationRequirements)
    }

    /// What decides.
    package enum Reason: Sendable, Hashable {
        /// The rule of this name: the one that lets in or keeps out, or would let in after a new sign-in.
        case rule(String)
        /// No rule fires, and the portal's mode says: open or closed.
        case mode(Portal.Mode)
        /// No rule fires, and the site's `access.policy` says.
        case policy
        /// The person came by a connection of the site's staff.
        case staff
        /// The site has portals, and this is none of them, or no request type of it.
        case unknownPlace
    }

    /// What it says.
    package var outcome: Outcome
    /// What decides.
    package var reason: Reason
    /// The portal that it is about; nil where the site lists none, or not this one.
    package var portal: PortalID?

    package init(_ outcome: Outcome, _ reason: Reason, portal: PortalID? = nil) {
        self.outcome = outcome
        self.reason = reason
        self.portal = portal
    }

    /// Whether a refusal refuses at a moment.
    ///
    /// - Parameter organization: The person's; nil where nobody is signed in.
    package func isEnforced(at site: Site, for organization: Organization?, now: Timestamp) -> Bool {
        site.isEnforced(portal: portal, organization: organization, at: now)
    }
}

extension Site {
    /// What it says to a person about a portal, or about one request type of it.
    ///
    /// - Parameter portal: Nil asks for the site as a whole, which is one portal where it lists none.
    package func verdict(
        for person: AccessSubject, portal: PortalID?, requestType: RequestTypeID? = nil
    ) -> PortalVerdict {
        AccessJudgement(of: self, for: person).verdict(portal: portal, requestType: requestType)
    }

    /// Whether a refusal refuses at a moment.
    ///
    /// A portal and an organization may each have a word of their own; the site's counts where neither has. Where both have one,
    /// the milder wins: who observes one company, or one portal, wants nobody there refused.
    package func isEnforced(portal: PortalID?, organization: Organization?, at now: Timestamp) -> Bool {
        enforcements(portal: portal, organization: organization).allSatisfy { $0.isEnforced(at: now) }
    }

    /// The words that count for a portal and an organization, one or two.
    package func enforcements(portal: PortalID?, organization: Organization?) -> [Enforcement] {
        let own = portal.flatMap { id in portals.first { $0.id == id }?.enforcement }
        let words = [own, organization?.enforcement].compactMap { $0 }
        return words.isEmpty ? [access.enforcement] : words
    }
}
