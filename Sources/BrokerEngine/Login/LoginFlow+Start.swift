import Broker
package import BrokerModel
import Foundation
import ServiceManagement

extension LoginFlow {
    // MARK: Starting

    /// Begins a login.
    ///
    /// Where hints leave nothing to ask, it goes straight to the IdP.
    package func start(_ request: LoginStart) async throws -> StartedLogin {
        try await whileStoreAnswers {
            try await limits.admit(.init(site: request.site, [.network(LoginThrottles.starts, request.network)]))
        }
        guard let site = live.resources.sites[request.site] else {
            throw await refuse(nil, LoginError(.notConfigured, detail: "there is no site of this name"))
        }
        let (binding, handle) = (environment.randomness.token(), environment.randomness.token())
        let organization = request.organizationSlug.flatMap { live.resources.organization(loginSlug: $0) }
        var sealed = SealedLogin()
        sealed.loginHint = request.loginHint.map { $0.bounded(toOctets: 320) }
        sealed.priorHandleHash = request.priorHandle.map(SessionHandle.hash)
        sealed.organization = organization?.id
        sealed.network = request.network?.text
        // Elsewhere an address leads nowhere before it was posted: a link with a hint must not be a way around.
        if site.discovery == .open { sealed.email = request.loginHint.flatMap { EmailAddress(typed: $0) } }
        var draft = draft(binding: binding, handle: handle, site: site, returnTarget: request.returnTarget)
        if let resumeURL = request.resumeURL { draft.returnTarget = resumeURL }
        draft.requirements = request.requirements
        if request.departs, hosts.isApart(site) {
            return try await depart(draft, sealed, request, binding: binding)
        }
        let login = try await whileStoreAnswers { [draft, sealed] in try await insert(draft, sealed) }
        let next = try await whileStoreAnswers(login) {
            try await firstTurn(
                login: login, sealed: sealed, connectionHint: request.connectionHint, domainHint: request.domainHint,
                locales: request.locales, site: site)
        }
        return StartedLogin(
            reference: login.reference, binding: Secret(binding), handle: handle, expiresAt: login.expiresAt,
            next: next)
    }

    /// Where a browser may go after a login: the site's own paths, nothing else (M46).
    package func returnTarget(_ wanted: String, site: Site) -> String {
        ReturnTarget(ownOrigin: site.origin, allowedOrigins: [site.origin], default: site.defaultPath).resolve(wanted)
    }

    /// References of one second may collide, being short enough to be read aloud; then the next one is tried.
    private static let referenceTries = 5

    /// A login that is not stored yet and has no reference.
    func draft(binding: String, handle: String, site: Site, returnTarget wanted: String) -> LoginTransaction {
        let now = environment.time.now
        return LoginTransaction(
            reference: "", phase: .choosing, site: site.id, returnTarget: returnTarget(wanted, site: site),
            bindingHash: Self.hash(binding, "binding"), handleHash: Self.hash(handle, "handle"), createdAt: now,
            expiresAt: now + environment.settings.loginLifetime)
    }

    /// Stores a new login under a reference of its own, with what happens in the same transaction.
    func insert(
        _ draft: LoginTransaction, _ sealed: SealedLogin, as kind: AuditKind = .loginStarted,
        also change: @escaping @Sendable (any StoreWriter) throws -> Void = { _ in }
    ) async throws -> LoginTransaction {
        var login = draft
        for _ in 1..<Self.referenceTries {
            do {
                return try await insert(&login, sealed, kind, change)
            } catch let error as StoreError where error.code == .conflict {}
        }
        return try await insert(&login, sealed, kind, change)
    }

    private func insert(
        _ login: inout LoginTransaction, _ sealed: SealedLogin, _ kind: AuditKind,
        _ change: @escaping @Sendable (any StoreWriter) throws -> Void
    ) async throws -> LoginTransaction {
        login.reference = Reference.make(at: login.createdAt, environment.randomness)
        login.sealed = try sealed.seal(for: login.reference, with: environment)
        let login = login
        let event = AuditEvent(
            kind, at: login.createdAt, actor: .anonymous, reference: login.reference,
            organization: login.connection.flatMap { live.resources.connections[$0]?.organization },
            connection: login.connection, site: login.site)
        try await environment.store.write { writer in
            try change(writer)
            try writer.insert(login)
            try audit.append(event, in: writer)
        }
        return login
    }

    /// What hints decide.
    ///
    /// They never decide more than a person could by typing or picking: a connection's name stands for any address that
    /// leads there.
    func firstTurn(
        login: LoginTransaction, sealed: SealedLogin, connectionHint: String?, domainHint: String?, locales: [String],
        site: Site
    ) async throws -> LoginTurn {
        let resources = live.resources
        func begin(_ connection: Connection, how: String) async throws -> LoginTurn {
            var sealed = sealed
            // A picture on somebody's page can make a browser open this address. That must send nobody a mail: kinds that
            // write to people ask for the address themselves, and get it by POST.
            if resources.fallbackKinds.contains(connection.kind) { sealed.loginHint = nil }
            return try await self.begin(connection, login: login, sealed: sealed, locales: locales, how: how)
        }
        if let organization = sealed.organization.flatMap({ resources.organizations[$0] }) {
            let route = RealmRouting.route(of: organization, in: resources)
            if case .connection(let connection) = route { return try await begin(connection, how: "link") }
            return try await follow(route, login: login, sealed: sealed, locales: locales, how: "link")
        }
        guard site.discovery == .open else { return .identify }
        if let name = connectionHint, let connection = resources.connections[ConnectionID(rawValue: name)],
            sealed.email == nil
                ? RealmRouting.isOpen(connection, in: resources)
                : RealmRouting.mayPick(connection, for: sealed.email, in: resources)
        {
            return try await begin(connection, how: "hint")
        }
        if let email = sealed.email {
            switch RealmRouting.route(email, in: resources) {
            case .connection(let connection):
                return try await begin(connection, how: "login_hint")
            case .choice: return .choose
            case .closed, .unknown: return .identify
            }
        }
        if let domain = domainHint.flatMap({ EmailDomain($0) }),
            case .connection(let connection) = RealmRouting.route(domain: domain, in: resources)
        {
            return try await begin(connection, how: "domain_hint")
        }
        return .identify
    }
}
