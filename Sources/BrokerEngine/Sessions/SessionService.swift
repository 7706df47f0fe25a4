package import Broker
package import BrokerModel
import Foundation
import JOSE

/// Opens, renews and ends sessions.
package struct SessionService: Sendable {
    private let environment: EngineEnvironment
    private let live: LiveState
    private let audit: AuditLog

    init(_ environment: EngineEnvironment, live: LiveState, audit: AuditLog) {
        self.environment = environment
        self.live = live
        self.audit = audit
    }

    /// A session together with what the gate needs of its owner.
    package struct Owner: Sendable {
        package var session: Session
        package var customer: Customer
    }

    /// What a browser gets: the opaque handle that only the broker reads, and the token that fronts read.
    package struct Credentials: Sendable {
        package var handle: Secret<String>
        package var token: Secret<String>
    }

    // MARK: Opening

    /// A session to insert in the transaction that ends a login, with the hash of its fresh handle.
    func makeSession(
        for identity: VerifiedIdentity, customer: Customer, connection: Connection, site: Site, at now: Timestamp
    ) throws -> (session: Session, handle: Secret<String>, handleHash: Data) {
        let id = SessionID.random(environment.randomness)
        let handle = environment.randomness.token(bytes: 32)
        let sealed = try identity.upstream.map { try seal($0.handle, of: id) }
        var refresh = SessionRefresh()
        if sealed != nil, environment.registry.type(of: connection.kind) is any SessionRefresher.Type {
            refresh.dueAt = RefreshSchedule(connection).next(after: now, environment.randomness)
        }
        var authentication = identity.authentication
        authentication.authTime = authentication.authTime ?? now
        let session = Session(
            id: id, customer: customer.id, subject: identity.subject, organization: customer.organization,
            site: site.id, createdAt: now, lastSeenAt: now, idleDeadline: now + site.lifetimes.idle,
            absoluteDeadline: now + site.lifetimes.absolute, authentication: authentication,
            upstreamSessionID: identity.upstream?.sessionID, upstreamPrincipal: identity.upstream?.principal,
            upstreamHandle: sealed, refresh: refresh)
        return (session, Secret(handle), SessionHandle.hash(handle))
    }

    /// Seals what a module keeps of a session at the IdP.
    func seal(_ handle: Data, of session: SessionID) throws -> Data {
        Data(
            try environment.keyring.seal(
                Array(handle), purpose: "upstream-handle", associatedData: Array(session.rawValue.utf8)))
    }

    /// The session at the IdP, opened, for an upstream logout or a refresh.
    package func upstreamSession(of session: Session) throws -> UpstreamSession? {
        guard let sealed = session.upstreamHandle else { return nil }
        let handle = try environment.keyring.open(
            Array(sealed), purpose: "upstream-handle", associatedData: Array(session.id.rawValue.utf8))
        return UpstreamSession(
            sessionID: session.upstreamSessionID, principal: session.upstreamPrincipal, handle: Data(handle))
    }

    // MARK: Looking up

    /// The live session that a handle opens at a host, with its owner; nil where there is none.
    ///
    /// A handle of another host opens nothing: whoever plants one of their own, or takes one along, gains nothing by it.
    package func owner(handle: String, at place: HandlePlace) async throws -> Owner? {
        let hash = SessionHandle.hash(handle)
        let now = environment.time.now
        let resources = live.resources
        return try await environment.store.read { reader in
            guard let session = try reader.session(handleHash: hash, at: place) else { return nil }
            return try Self.owner(of: session, resources: resources, at: now, in: reader)
        }
    }

    /// The owner of a live session, by its id.
    func owner(_ id: SessionID) async throws -> Owner? {
        let now = environment.time.now
        let resources = live.resources
        return try await environment.store.read { reader in
            guard let session = try reader.session(id) else { return nil }
            return try Self.owner(of: session, resources: resources, at: now, in: reader)
        }
    }

    /// The owner of a live session as a transaction sees it.
    func owner(_ id: SessionID, at now: Timestamp, in reader: any StoreReader) throws -> Owner? {
        guard let session = try reader.session(id) else { return nil }
        return try Self.owner(of: session, resources: live.resources, at: now, in: reader)
    }

    /// A session counts only while its customer, organization and connection may sign in (M56), and while both may
    /// still speak for the customer's address: a domain that was taken away takes its people's sessions with it.
    private static func owner(
        of session: Session, resources: Resources, at now: Timestamp, in reader: any StoreReader
    ) throws -> Owner? {
        guard session.isLive(at: now), let customer = try reader.customer(session.customer),
            customer.status == .active, let email = customer.email,
            let organization = resources.organizations[session.organization], organization.isEnabled,
            organization.owns(email),
            let connection = resources.connections[session.subject.connection], connection.isEnabled,
            connection.maySpeak(for: email)
        else { return nil }
        return Owner(session: session, customer: customer)
    }

    // MARK: Renewing

    /// Moves the idle deadline and issues a fresh token for a site.
    ///
    /// Nil where the session ended since it was looked up: fronts that check the token themselves would honour one that
    /// came after the end. Nil also where the site does not admit the person.
    package func renew(_ owner: Owner, site: Site) async throws -> Secret<String>? {
        guard site.admits(owner.customer.organization) else { return nil }
        let (now, key) = (environment.time.now, try tokenKey())
        let deadline = min(now + site.lifetimes.idle, owner.session.absoluteDeadline)
        // A browser that sends only its handle costs a token for each request, but not a durable write for each.
        if now - owner.session.lastSeenAt < min(.seconds(10), site.lifetimes.idle / 10) {
            let isLive = try await environment.store.read { try $0.session(owner.session.id)?.isLive(at: now) == true }
            return isLive
                ? try token(for: owner.session, customer: owner.customer, site: site, at: now, key: key) : nil
        }
        let isLive = try await environment.store.write { writer in
            guard try writer.session(owner.session.id)?.isLive(at: now) == true else { return false }
            try writer.renew(owner.session.id, lastSeenAt: now, idleDeadline: deadline)
            return true
        }
        return isLive
            ? try token(for: owner.session, customer: owner.customer, site: site, at: now, key: key) : nil
    }

    /// The key that signs session tokens now.
    func tokenKey() throws -> SigningKey {
        guard let key = live.keys.signingKey(.session) else {
            throw StoreError(.unavailable, detail: "no active session key")
        }
        return key
    }

    /// Issues a token.
    ///
    /// It never outlives its session.
    func token(
        for session: Session, customer: Customer, site: Site, at now: Timestamp, key: SigningKey
    ) throws -> Secret<String> {
        let expires = min(
            now + min(environment.settings.tokenLifetime, site.lifetimes.idle), session.absoluteDeadline)
        let visible = site.visiblePortals(
            to: AccessSubject(customer, in: session, at: now), of: live.resources.organizations[customer.organization])
        let claims = SessionTokenClaims(
            issuer: environment.settings.publicURL, customer: customer.id, site: site.id, issuedAt: now.seconds,
            expiresAt: expires.seconds, tokenID: environment.randomness.token(bytes: 16), session: session.id,
            authenticatedAt: (session.authentication.authTime ?? session.createdAt).seconds,
            acr: session.authentication.acr, amr: session.authentication.amr, email: customer.email?.description,
            name: customer.displayName, organization: customer.organization,
            connection: session.subject.connection, groups: customer.groups.values,
            areGroupsIncomplete: customer.groups.completeness != .complete,
            portals: visible?.map(\.description) ?? ["*"])
        return Secret(try SessionToken.issue(claims, with: key))
    }

    // MARK: Ending

    /// Ends sessions, in the store and in this process before it returns, and records each.
    @discardableResult
    package func end(
        _ selection: SessionSelection, reason: Session.EndReason, actor: AuditEvent.Actor, reference: Reference? = nil,
        toldByBrowser: Set<FacadeAddress> = []
    ) async throws -> Int {
        let now = environment.time.now
        let ended = try await environment.store.write { writer in
            try end(
                selection, reason: reason, actor: actor, reference: reference, toldByBrowser: toldByBrowser, at: now,
                in: writer)
        }
        didEnd(ended, reason: reason)
        return ended.count
    }

    /// Ends sessions inside a larger transaction; the caller then calls `didEnd`.
    ///
    /// - Parameter toldByBrowser: Facades whose sites the person's own browser tells; all others hear from the outbox.
    func end(
        _ selection: SessionSelection, reason: Session.EndReason, actor: AuditEvent.Actor, reference: Reference?,
        toldByBrowser: Set<FacadeAddress> = [], at now: Timestamp, in writer: any StoreWriter
    ) throws -> [Session] {
        let ended = try writer.endSessions(selection, reason: reason, at: now)
        for session in ended {
            _ = try writer.deleteFacadeGrants(of: session.id)
            for told in try writer.takeFacadeSessions(of: session.id) where !toldByBrowser.contains(told.facade) {
                try writer.enqueue(outboxEntry(for: told, at: now))
            }
            try audit.append(
                AuditEvent(
                    reason == .signedOut ? .logout : .sessionEnded, at: now, actor: actor, reference: reference,
                    customer: session.customer, organization: session.organization,
                    connection: session.subject.connection, site: session.site, session: session.id,
                    code: reason.rawValue), in: writer)
        }
        return ended
    }

    private func outboxEntry(for told: FacadeSession, at now: Timestamp) throws -> OutboxEntry {
        OutboxEntry(
            id: environment.randomness.token(bytes: 16), topic: .facadeSessionEnded,
            lane: "\(told.facade)/\(told.customer)", body: try JSONEncoder().encode(told), dueAt: now, createdAt: now)
    }

    /// The sites that were told of a session.
    func facadeSessions(of session: SessionID) async throws -> [FacadeSession] {
        try await environment.store.read { try $0.facadeSessions(of: session) }
    }

    /// Drops what this process remembers of ended sessions.
    func didEnd(_ ended: [Session], reason: Session.EndReason) {
        live.forget(ended.map(\.id))
        if !ended.isEmpty { environment.observer.sessionsEnded(reason, count: ended.count) }
    }

    /// Drops what this process remembers of sessions whose customer changed, so that the next request sees it.
    func didChange(_ sessions: [SessionID]) { if !sessions.isEmpty { live.forget(sessions) } }

    /// Live sessions, newest first.
    package func list(_ selection: SessionSelection, limit: Int) async throws -> [Session] {
        let now = environment.time.now
        return try await environment.store.read { try $0.liveSessions(selection, at: now, limit: limit) }
    }
}

/// The opaque session handle.
package enum SessionHandle {
    /// What ties a form to the session that was shown it: whoever cannot read the handle cannot make it.
    package static func formToken(_ handle: String) -> String {
        Base64URL.encode(Digests.sha256("session-form\n" + handle))
    }

    /// Whether a form's token is the one of this handle, in constant time.
    package static func isFormToken(_ token: String, of handle: String) -> Bool {
        Digests.constantTimeEquals(Array(token.utf8), Array(formToken(handle).utf8))
    }

    /// What the store keeps of a handle: a reader of the store cannot use it.
    static func hash(_ handle: String) -> Data { Data(Digests.sha256("session-handle\n" + handle)) }
}
