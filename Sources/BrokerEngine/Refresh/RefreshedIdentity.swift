import Broker
import BrokerModel
import Directory

/// Believes what a refresh says of a person, or does not: everything that a login checks is checked again.
struct RefreshedIdentity: Sendable {
    let environment: EngineEnvironment
    let audit: AuditLog
    let connection: Connection
    let session: Session
    let reference: Reference

    /// Brings the customer up to what the identity says now.
    ///
    /// - Returns: The customer's live sessions where something changed.
    /// - Throws: `LoginError` where a login with this identity would be refused, or would open another person's session.
    func apply(
        _ said: VerifiedIdentity, _ resources: Resources, at now: Timestamp, in writer: any StoreWriter
    ) throws -> [SessionID] {
        guard let organization = resources.organizations[connection.organization],
            let link = try writer.link(session.subject), link.customer == session.customer,
            let customer = try writer.customer(link.customer)
        else { throw LoginError(.customerDisabled, detail: "the identity is tied to nobody any more") }
        var identity = said
        // A refreshed ID token need not repeat the e-mail (OpenID Connect Core 12.2). What is not said again stays, and
        // is judged again.
        identity.email = said.email ?? customer.email.map { Email($0, evidence: link.evidence) }
        try check(identity, organization, resources, at: now)
        for identifier in identity.oneTime {
            guard try writer.take(identifier, scope: "connection/\(connection.id)") else {
                throw LoginError(.replayed, detail: "the IdP's message was used before")
            }
        }
        let before = try known(customer, identity, organization, in: writer)
        let after = try update(before, identity, at: now, in: writer)
        guard after != customer else { return [] }
        return try writer.liveSessions(.customer(customer.id), at: now, limit: Self.maximumSessions).map(\.id)
    }

    /// How many sessions of one person are told of a change at once; the others see it at their next token.
    private static let maximumSessions = 100

    private func check(
        _ identity: VerifiedIdentity, _ organization: Organization, _ resources: Resources, at now: Timestamp
    ) throws(LoginError) {
        try IdentityCheck.run(
            IdentityCheck.all,
            on: .init(
                identity: identity, connection: connection, organization: organization,
                owner: identity.email.flatMap { resources.organization(owning: $0.address)?.id }, requirements: .none,
                startedAt: now, now: now, skew: environment.settings.clockSkew))
        // OpenID Connect Core 12.2: whoever the IdP speaks of now must be who signed in (M65).
        guard identity.subject == session.subject else {
            throw LoginError(.subjectInvalid, detail: "the module vouched for another person than the session's")
        }
    }

    /// The session's own customer, if a login with this identity would open a session of theirs.
    private func known(
        _ customer: Customer, _ identity: VerifiedIdentity, _ organization: Organization, in reader: any StoreReader
    ) throws -> Customer {
        guard let email = identity.email else {
            throw LoginError(.emailMissing, detail: "the identity carries no e-mail")
        }
        let candidates = LinkCandidates(
            bySubject: customer, byEmail: try reader.customer(holding: email.address))
        let decision = Linking.decide(
            candidates, evidence: email.evidence, connection: connection, organization: organization
        ) { _ in true }
        switch decision {
        case .known(let customer): return customer
        case .refused(let code, let detail): throw LoginError(code, detail: detail)
        case .moved, .linked, .new:
            throw LoginError(.customerDisabled, detail: "the identity is tied to nobody any more")
        }
    }

    private func update(
        _ customer: Customer, _ identity: VerifiedIdentity, at now: Timestamp, in writer: any StoreWriter
    ) throws -> Customer {
        guard let email = identity.email else {
            throw LoginError(.emailMissing, detail: "the identity carries no e-mail")
        }
        let entry = JustInTime.Login(
            identity: identity, email: email.address, evidence: email.evidence, connection: connection,
            attributes: AttributeMapper(connection.mapping).map(identity.claims), reference: reference, at: now,
            isRefresh: true)
        return try JustInTime(audit: audit, randomness: environment.randomness)
            .update(customer, from: entry, in: writer)
    }
}
