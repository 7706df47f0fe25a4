package import Broker

extension AccessSubject {
    /// A customer as one of their sessions shows them.
    package init(_ customer: Customer, in session: Session, at now: Timestamp) {
        self.init(
            groups: customer.groups, email: customer.email, attributes: customer.attributes,
            connection: session.subject.connection, organization: customer.organization,
            authentication: session.authentication, now: now)
    }
}

extension Site {
    /// The portals that a person may see now, those counted in where a refusal would only be counted; nil where these are all of
    /// the site.
    package func visiblePortals(to person: AccessSubject, of organization: Organization?) -> [PortalID]? {
        let judgement = AccessJudgement(of: self, for: person)
        func isVisible(_ portal: PortalID?) -> Bool {
            let verdict = judgement.verdict(portal: portal)
            return verdict.outcome == .allowed
                || !isEnforced(portal: portal, organization: organization, at: person.now)
        }
        guard !portals.isEmpty else { return isVisible(nil) ? nil : [] }
        let visible = portals.map(\.id).filter(isVisible)
        return visible.count == portals.count ? nil : visible.sorted()
    }
}
