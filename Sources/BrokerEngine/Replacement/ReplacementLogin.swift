import Broker
import BrokerModel
import Directory

/// A replacement's part in a login, inside the transaction that opens the session.
struct ReplacementLogin: Sendable {
    let directory: JustInTime
    let audit: AuditLog

    /// The customer whom a replacement ties the login to; nil where the ordinary rules decide.
    func customer(
        for entry: JustInTime.Login, organization: Organization,
        isGuest: @escaping @Sendable (ConnectionID) -> Bool, in writer: any StoreWriter
    ) throws -> Customer? {
        switch try Self.decision(for: entry, organization: organization, isGuest: isGuest, in: writer) {
        case .none: return nil
        case .refused(let code, let detail): throw LoginError(code, detail: detail)
        case .moved(let customer, let rule, let match):
            guard try writer.noteReplaced(customer.id, from: rule.old, into: rule.new, at: entry.at) else {
                throw LoginError(.emailConflict, detail: "customer \(customer.id) was moved before")
            }
            try directory.link(entry, to: customer, in: writer)
            try audit.append(event(customer, rule, match, entry), in: writer)
            return try directory.update(customer, from: entry, in: writer)
        }
    }

    static func decision(
        for entry: JustInTime.Login, organization: Organization, isGuest: @Sendable (ConnectionID) -> Bool,
        in reader: any StoreReader
    ) throws -> ReplacementDecision {
        guard let rule = try reader.replacements().first(where: { $0.new == entry.connection.id }) else { return .none }
        return Replacing.decide(
            try candidates(for: entry, rule, in: reader), rule: rule, evidence: entry.evidence,
            connection: entry.connection, organization: organization, at: entry.at, isGuest: isGuest)
    }

    private static func candidates(
        for entry: JustInTime.Login, _ rule: ConnectionReplacement, in reader: any StoreReader
    ) throws -> ReplacementCandidates {
        let identity = entry.identity
        let isKnown = try ([identity.subject] + identity.previousSubjects).contains { try reader.link($0) != nil }
        // A module speaks for its own connection only; the rule is what lets its earlier subjects name the old one's.
        let bySubject = try identity.previousSubjects.compactMap { subject -> Customer? in
            var old = subject
            old.connection = rule.old
            return try reader.link(old).flatMap { try reader.customer($0.customer) }
        }
        let byEmail = try reader.customer(holding: entry.email)
        var (links, movedBefore) = ([CustomerID: [IdentityLink]](), Set<CustomerID>())
        for customer in bySubject + [byEmail].compactMap({ $0 }) {
            links[customer.id] = try reader.links(of: customer.id)
            if try reader.wasReplaced(customer.id, into: rule.new) { movedBefore.insert(customer.id) }
        }
        return ReplacementCandidates(
            isKnown: isKnown, bySubject: bySubject, byEmail: byEmail, links: links, movedBefore: movedBefore)
    }

    private func event(
        _ customer: Customer, _ rule: ConnectionReplacement, _ match: ReplacementDecision.Match,
        _ entry: JustInTime.Login
    ) -> AuditEvent {
        AuditEvent(
            .identityReplaced, at: entry.at, actor: .customer, reference: entry.reference, customer: customer.id,
            organization: customer.organization, connection: rule.new,
            facts: ["from": rule.old.rawValue, "by": match.rawValue],
            personal: ["email": entry.email.description, "subject": entry.identity.subject.subject])
    }
}
