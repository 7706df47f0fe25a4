package import Broker
package import BrokerModel

/// Whether a first login through a new connection is somebody whom the old one knew.
package enum ReplacementDecision: Sendable, Hashable {
    /// How the person was found.
    package enum Match: String, Sendable { case email, subject }

    /// No replacement speaks of this login: the ordinary rules decide.
    case none
    /// It is this customer; the replacement moves them, once.
    case moved(Customer, ConnectionReplacement, by: Match)
    /// It must not be tied to anybody.
    case refused(LoginError.Code, String)
}

/// What the store holds about a login through a connection that takes another one's place.
package struct ReplacementCandidates: Sendable {
    /// Whether somebody has the identity already, under this subject or an earlier one of the new connection.
    package var isKnown: Bool
    /// Customers whom the old connection knew under one of the earlier subjects that the identity names.
    package var bySubject: [Customer]
    /// The customer that holds the e-mail.
    package var byEmail: Customer?
    /// The identities of those customers.
    package var links: [CustomerID: [IdentityLink]]
    /// Those of them who were moved before.
    package var movedBefore: Set<CustomerID>

    package init(
        isKnown: Bool = false, bySubject: [Customer] = [], byEmail: Customer? = nil,
        links: [CustomerID: [IdentityLink]] = [:], movedBefore: Set<CustomerID> = []
    ) {
        self.isKnown = isKnown
        self.bySubject = bySubject
        self.byEmail = byEmail
        self.links = links
        self.movedBefore = movedBefore
    }
}

/// Decides whom a replacement moves.
///
/// Pure. The engine's checks ran before: the e-mail is of the organization's own domain and somebody vouched for it.
package enum Replacing {
    package static func decide(
        _ candidates: ReplacementCandidates, rule: ConnectionReplacement, evidence: Email.Evidence,
        connection: Connection, organization: Organization, at now: Timestamp,
        isGuest: @Sendable (ConnectionID) -> Bool
    ) -> ReplacementDecision {
        guard rule.new == connection.id, rule.organization == organization.id,
            connection.organization == organization.id, (rule.startedAt..<rule.endsAt).contains(now),
            !candidates.isKnown, !connection.isGuest, !isGuest(rule.old)
        else { return .none }
        let holder = evidence == .none ? nil : candidates.byEmail
        let isHolderOld = holder.map { !oldLinks(of: $0, rule, candidates).isEmpty } ?? false
        let bySubject = candidates.bySubject.first
        if let holder, !isHolderOld, !candidates.bySubject.contains(where: { $0.id == holder.id }) {
            return bySubject == nil
                ? .none : .refused(.emailConflict, "the e-mail is held by customer \(holder.id)")
        }
        let found = candidates.bySubject + (isHolderOld ? [holder].compactMap { $0 } : [])
        guard let customer = found.first else { return .none }
        guard found.allSatisfy({ $0.id == customer.id }) else {
            return .refused(.linkAmbiguous, "subject and e-mail name different customers of \(rule.old)")
        }
        if let problem = refusal(of: customer, rule, organization, candidates, isByEmail: bySubject == nil) {
            return problem
        }
        return .moved(customer, rule, by: bySubject == nil ? .email : .subject)
    }

    private static func refusal(
        of customer: Customer, _ rule: ConnectionReplacement, _ organization: Organization,
        _ candidates: ReplacementCandidates, isByEmail: Bool
    ) -> ReplacementDecision? {
        guard customer.organization == organization.id else {
            return .refused(.emailConflict, "customer \(customer.id) is of organization \(customer.organization)")
        }
        guard customer.status == .active else { return .refused(.customerDisabled, "customer \(customer.id)") }
        let links = candidates.links[customer.id] ?? []
        // The address may be somebody else's by now: whoever was moved once is found by their new identity.
        guard !candidates.movedBefore.contains(customer.id),
            !links.contains(where: { $0.subject.connection == rule.new })
        else {
            return .refused(.emailConflict, "customer \(customer.id) has an identity of \(rule.new) already")
        }
        guard !isByEmail || oldLinks(of: customer, rule, candidates).count == 1 else {
            return .refused(.linkAmbiguous, "customer \(customer.id) has several identities of \(rule.old)")
        }
        return nil
    }

    /// The identities of the old connection whose e-mail somebody vouched for.
    private static func oldLinks(
        of customer: Customer, _ rule: ConnectionReplacement, _ candidates: ReplacementCandidates
    ) -> [IdentityLink] {
        (candidates.links[customer.id] ?? []).filter { $0.subject.connection == rule.old && $0.evidence != .none }
    }
}
