import Broker
import BrokerModel
import Directory
import Foundation
import JOSE

/// Opens the session for an identity that a module vouched for, after the engine's own checks.
///
/// One transaction takes the one-time identifiers, finds or makes the customer, ends the browser's session before, and
/// inserts the new one with its audit events. Whatever fails leaves nothing.
struct LoginCompletion: Sendable {
    private let flow: LoginFlow
    private var environment: EngineEnvironment { flow.environment }

    init(_ flow: LoginFlow) { self.flow = flow }

    /// Who asked for the identity.
    enum Origin: Sendable {
        /// The browser, which was sent to the IdP: the new session takes the place of whatever it had.
        case requested
        /// The IdP. Its message was accepted when it came, and nobody loses a session to somebody else's.
        case offered
    }

    func run(
        _ identity: VerifiedIdentity, login: LoginTransaction, connection: Connection, startedAt: Timestamp,
        priorHandle: String?, origin: Origin = .requested
    ) async throws -> SignedIn {
        let now = environment.time.now
        let resources = flow.live.resources
        // What was disabled or changed while the module talked to its IdP may be known here already (M56).
        guard resources.connections[connection.id] == connection,
            resources.organizations[connection.organization]?.isEnabled == true
        else {
            throw LoginError(
                .configurationInvalid, detail: "the connection or its organization changed while the IdP answered")
        }
        let organization = try check(
            identity, connection: connection, requirements: login.requirements, startedAt: startedAt, at: now,
            in: resources)
        guard let site = resources.sites[login.site] else {
            throw LoginError(.notConfigured, detail: "the site is gone")
        }
        guard site.admits(organization.id) else {
            throw LoginError(.notAdmitted, detail: "the site \(site.id) does not admit \(organization.id)")
        }
        guard let email = identity.email else {
            throw LoginError(.emailMissing, detail: "the identity carries no e-mail")
        }
        let entry = JustInTime.Login(
            identity: identity, email: email.address, evidence: email.evidence, connection: connection,
            attributes: AttributeMapper(connection.mapping).map(identity.claims), reference: login.reference, at: now)
        // Before the session is there: one that no token can be issued for would be half a login.
        let key = try flow.sessions.tokenKey()
        let opened = try await open(
            entry, organization: organization, site: site, resources: resources, login: login,
            prior: try priorHashes(priorHandle, login: login), origin: origin)
        return try signedIn(opened, entry, site: site, login: login, key: key)
    }

    /// Everything that the engine asks of an identity; answers the organization that it belongs to.
    @discardableResult
    func check(
        _ identity: VerifiedIdentity, connection: Connection, requirements: AuthenticationRequirements,
        startedAt: Timestamp, at now: Timestamp, in resources: Resources
    ) throws(LoginError) -> Organization {
        guard let organization = resources.organizations[connection.organization] else {
            throw LoginError(.organizationDisabled, detail: "the organization is gone")
        }
        try IdentityCheck.run(
            IdentityCheck.all,
            on: .init(
                identity: identity, connection: connection, organization: organization,
                owner: identity.email.flatMap { resources.organization(owning: $0.address)?.id },
                requirements: requirements, startedAt: startedAt, now: now, skew: environment.settings.clockSkew))
        return organization
    }

    // MARK: The transaction

    private struct Opened: Sendable {
        var session: Session
        var customer: Customer
        var handle: Secret<String>
        var replaced: [Session]
        /// The code that opens the session at the site's own host.
        var handOff: Secret<String>?
    }

    private func open(
        _ entry: JustInTime.Login, organization: Organization, site: Site, resources: Resources,
        login: LoginTransaction, prior: Set<Data>, origin: Origin
    ) async throws -> Opened {
        let code = login.departure.map { _ in environment.randomness.token(bytes: 32) }
        let place = flow.hosts.brokerPlace
        let opened = try await environment.store.write { writer in
            try checkUnchanged(entry.connection, organization, since: resources, in: writer)
            if origin == .requested {
                try takeOneTimeIdentifiers(entry.identity, of: entry.connection, in: writer)
            }
            let customer = try customer(for: entry, organization: organization, in: writer) {
                resources.connections[$0]?.isGuest ?? true
            }
            let (session, handle, hash) = try flow.sessions.makeSession(
                for: entry.identity, customer: customer, connection: entry.connection, site: site, at: entry.at)
            if origin == .offered { try checkPrior(prior, customer: customer.id, at: entry.at, in: writer) }
            let replaced = try endPrior(prior, login: login, at: entry.at, in: writer)
            try checkCircle(replaced, customer: customer.id, site: site.id, at: entry.at, in: writer)
            try writer.insert(session, handleHash: hash, at: place)
            if let code { try writer.insert(flow.handOff(code, of: session.id, ending: login, at: entry.at)) }
            try writer.finish(login.reference)
            try flow.audit.append(succeeded(entry, customer: customer, session: session, site: site), in: writer)
            return Opened(
                session: session, customer: customer, handle: handle, replaced: replaced,
                handOff: code.map { Secret($0) })
        }
        flow.sessions.didEnd(opened.replaced, reason: .replaced)
        return opened
    }

    /// What was disabled or changed while the module talked to its IdP refuses too (M56).
    func checkUnchanged(
        _ connection: Connection, _ organization: Organization, since known: Resources, in reader: any StoreReader
    ) throws {
        guard try reader.resourceRevision() != known.revision else { return }
        let present = try reader.resources()
        guard present.organizations[organization.id] == organization, present.connections[connection.id] == connection
        else {
            throw LoginError(
                .configurationInvalid, detail: "the connection or its organization changed while the IdP answered")
        }
    }

    /// A message that was accepted once is never accepted again, whatever process sees it (M29).
    func takeOneTimeIdentifiers(
        _ identity: VerifiedIdentity, of connection: Connection, in writer: any StoreWriter
    ) throws {
        for identifier in identity.oneTime {
            guard try writer.take(identifier, scope: "connection/\(connection.id)") else {
                throw LoginError(.replayed, detail: "the IdP's message was used before")
            }
        }
    }

    private func customer(
        for entry: JustInTime.Login, organization: Organization, in writer: any StoreWriter,
        isGuest: @escaping @Sendable (ConnectionID) -> Bool
    ) throws -> Customer {
        let directory = JustInTime(audit: flow.audit, randomness: environment.randomness)
        let replacement = ReplacementLogin(directory: directory, audit: flow.audit)
        if let customer = try replacement.customer(
            for: entry, organization: organization, isGuest: isGuest, in: writer)
        {
            return customer
        }
        let decision = Linking.decide(
            try candidates(for: entry, in: writer), evidence: entry.evidence, connection: entry.connection,
            organization: organization, isGuest: isGuest)
        switch decision {
        case .known(let customer): return try directory.update(customer, from: entry, in: writer)
        case .moved(let customer), .linked(let customer):
            try directory.link(entry, to: customer, in: writer)
            return try directory.update(customer, from: entry, in: writer)
        case .new: return try directory.create(for: entry, in: writer)
        case .refused(let code, let detail): throw LoginError(code, detail: detail)
        }
    }

    func candidates(for entry: JustInTime.Login, in reader: any StoreReader) throws -> LinkCandidates {
        let holder = try reader.customer(holding: entry.email)
        let previous = try entry.identity.previousSubjects.lazy.compactMap { try reader.link($0) }.first
        return LinkCandidates(
            bySubject: try reader.link(entry.identity.subject).flatMap { try reader.customer($0.customer) },
            byPreviousSubject: try previous.flatMap { try reader.customer($0.customer) }, byEmail: holder,
            linksOfHolder: try holder.map { try reader.links(of: $0.id) } ?? [])
    }

    /// The sessions that this browser had, as hashes of their handles.
    ///
    /// It had one when the login began, and may have another by now. A cross-site POST from an IdP carries no session
    /// cookie, so what the beginning saw counts.
    func priorHashes(_ handle: String?, login: LoginTransaction) throws -> Set<Data> {
        let sealed = try SealedLogin.open(login, with: environment)
        return Set(
            [sealed.priorHandleHash, sealed.arrivedHandleHash, handle.map(SessionHandle.hash)].compactMap { $0 })
    }

    /// Nobody's session is taken from them by a login that they did not ask for (M47).
    private func checkPrior(
        _ hashes: Set<Data>, customer: CustomerID, at now: Timestamp, in reader: any StoreReader
    ) throws {
        for hash in hashes {
            guard let prior = try reader.session(handleHash: hash), prior.isLive(at: now) else { continue }
            guard prior.customer == customer else { throw Self.isSomebodyElses }
        }
    }

    static let isSomebodyElses = LoginError(
        .otherSession, detail: "the browser has a live session of another customer")

    /// The session that this browser had ends: a new sign-in never continues an old one (M47).
    private func endPrior(
        _ hashes: Set<Data>, login: LoginTransaction, at now: Timestamp, in writer: any StoreWriter
    ) throws -> [Session] {
        try hashes.flatMap { hash -> [Session] in
            guard let prior = try writer.session(handleHash: hash), prior.endedAt == nil else { return [] }
            return try flow.sessions.end(
                .session(prior.id), reason: .replaced, actor: .customer, reference: login.reference, at: now,
                in: writer)
        }
    }

    private func succeeded(
        _ entry: JustInTime.Login, customer: Customer, session: Session, site: Site
    ) -> AuditEvent {
        var facts = ["evidence": entry.evidence.rawValue, "groups": String(entry.identity.groups.values.count)]
        facts["key"] = entry.identity.keyID
        facts["groupsComplete"] = entry.identity.groups.completeness.rawValue
        for (attribute, problem) in entry.attributes.problems { facts["unmapped.\(attribute)"] = problem.rawValue }
        return AuditEvent(
            .loginSucceeded, at: entry.at, actor: .customer, reference: entry.reference, customer: customer.id,
            organization: customer.organization, connection: entry.connection.id, site: site.id, session: session.id,
            facts: facts, personal: ["email": entry.email.description])
    }

    // MARK: What the browser gets

    private func signedIn(
        _ opened: Opened, _ entry: JustInTime.Login, site: Site, login: LoginTransaction, key: SigningKey
    ) throws -> SignedIn {
        let token = try flow.sessions.token(
            for: opened.session, customer: opened.customer, site: site, at: entry.at, key: key)
        environment.observer.loginEnded(kind: entry.connection.kind, code: nil, duration: entry.at - login.createdAt)
        return SignedIn(
            credentials: SessionService.Credentials(handle: opened.handle, token: token), site: site.id,
            returnTarget: login.returnTarget, session: opened.session, customer: opened.customer,
            connection: entry.connection.id, reference: login.reference, handOff: opened.handOff)
    }
}
