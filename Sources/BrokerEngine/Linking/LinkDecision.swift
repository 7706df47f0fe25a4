package import Broker
package import BrokerModel

/// Whose identity this is.
package enum LinkDecision: Sendable, Hashable {
    /// A customer has it already.
    case known(Customer)
    /// A customer has it under a subject from earlier settings of the same connection.
    case moved(Customer)
    /// A rule of the organization ties it to this customer.
    case linked(Customer)
    /// Nobody has it, and nobody has its e-mail.
    case new
    /// It must not be tied to anybody.
    case refused(LoginError.Code, String)
}

/// What the store holds about an identity and its e-mail.
package struct LinkCandidates: Sendable, Hashable {
    /// Who has the identity.
    package var bySubject: Customer?
    /// Who has it under an earlier subject.
    package var byPreviousSubject: Customer?
    /// The live customer that holds the e-mail.
    package var byEmail: Customer?
    /// The identities of that customer.
    package var linksOfHolder: [IdentityLink]

    package init(
        bySubject: Customer? = nil, byPreviousSubject: Customer? = nil, byEmail: Customer? = nil,
        linksOfHolder: [IdentityLink] = []
    ) {
        self.bySubject = bySubject
        self.byPreviousSubject = byPreviousSubject
        self.byEmail = byEmail
        self.linksOfHolder = linksOfHolder
    }
}

/// Decides to whom an identity belongs.
///
/// Pure. An e-mail alone never decides (nOAuth, Grafana CVE-2023-3128).
package enum Linking {
    package static func decide(
        _ candidates: LinkCandidates, evidence: Email.Evidence, connection: Connection, organization: Organization,
        isGuest: @Sendable (ConnectionID) -> Bool
    ) -> LinkDecision {
        if let customer = candidates.bySubject ?? candidates.byPreviousSubject {
            guard customer.status == .active else { return .refused(.customerDisabled, "customer \(customer.id)") }
            guard customer.organization == connection.organization else {
                return .refused(.emailConflict, "customer \(customer.id) is of organization \(customer.organization)")
            }
            if let holder = candidates.byEmail, holder.id != customer.id {
                return .refused(.emailConflict, "the new e-mail is held by customer \(holder.id)")
            }
            return candidates.bySubject == nil ? .moved(customer) : .known(customer)
        }
        guard let holder = candidates.byEmail else { return .new }
        return decide(
            holder: holder, links: candidates.linksOfHolder, evidence: evidence, connection: connection,
            organization: organization, isGuest: isGuest)
    }

    /// The e-mail is taken: only an explicit rule that names both connections, with evidence on both sides, links.
    private static func decide(
        holder: Customer, links: [IdentityLink], evidence: Email.Evidence, connection: Connection,
        organization: Organization, isGuest: (ConnectionID) -> Bool
    ) -> LinkDecision {
        let conflict = LinkDecision.refused(.emailConflict, "the e-mail is held by customer \(holder.id)")
        guard holder.organization == organization.id, !connection.isGuest, evidence != .none else { return conflict }
        guard holder.status == .active else { return .refused(.customerDisabled, "customer \(holder.id)") }
        // A second person behind the same connection has the address now: that is a reassigned mailbox, not a link.
        guard !links.contains(where: { $0.subject.connection == connection.id }) else { return conflict }
        let tied = links.filter { link in
            link.evidence != .none && !isGuest(link.subject.connection)
                && organization.linkRules.contains { $0.names(link.subject.connection, connection.id) }
        }
        switch tied.count {
        case 0: return conflict
        case 1: return .linked(holder)
        default: return .refused(.linkAmbiguous, "customer \(holder.id) has \(tied.count) identities that a rule names")
        }
    }
}
