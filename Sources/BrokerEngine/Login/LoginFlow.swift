import Logging
package import Broker
package import BrokerModel
import Directory
import Foundation
import JOSE
import ServiceManagement

/// A login from the first redirect to the session. Every one-time value is made, kept and consumed here.
///
/// `LoginFlow+Begin` takes a browser to an IdP, `LoginFlow+Return` takes it back, `LoginCompletion` opens the session.
package struct LoginFlow: Sendable {
    let environment: EngineEnvironment
    let live: LiveState
    let connections: ConnectionPool
    let sessions: SessionService
    let audit: AuditLog

    init(
        _ environment: EngineEnvironment, live: LiveState, connections: ConnectionPool, sessions: SessionService,
        audit: AuditLog
    ) {
        self.environment = environment
        self.live = live
        self.connections = connections
        self.sessions = sessions
        self.audit = audit
    }

    // MARK: Starting

    /// Begins a login. Where hints leave nothing to ask, it goes straight to the IdP.
    package func start(_ request: LoginStart) async throws -> StartedLogin {
        let now = environment.time.now
        let reference = Reference.make(at: now, environment.randomness)
        guard let site = live.resources.sites[request.site] else {
            throw LoginFailure(code: .notConfigured, reference: reference)
        }
        let (binding, handle) = (environment.randomness.token(), environment.randomness.token())
        var login = LoginTransaction(
            reference: reference, phase: .choosing, site: site.id,
            returnTarget: returnTarget(request.returnTarget, site: site),
            bindingHash: Self.hash(binding, "binding"), handleHash: Self.hash(handle, "handle"), createdAt: now,
            expiresAt: now + environment.settings.loginLifetime)
        var sealed = SealedLogin()
        sealed.loginHint = request.loginHint.map { String($0.prefix(256)) }
        sealed.email = request.loginHint.flatMap { EmailAddress(typed: $0) }
        let organization = request.organizationSlug.flatMap { live.resources.organization(loginSlug: $0) }
        sealed.organization = organization?.id
        login.sealed = try sealed.seal(for: reference, with: environment)
        try await insert(login)
        let next = try await firstTurn(
            request, login: login, sealed: sealed, organization: organization, site: site)
        return StartedLogin(
            reference: reference, binding: Secret(binding), handle: handle, expiresAt: login.expiresAt, next: next)
    }

    /// Where a browser may go after a login: the site's own paths, nothing else (M46).
    package func returnTarget(_ wanted: String, site: Site) -> String {
        ReturnTarget(ownOrigin: site.origin, allowedOrigins: [site.origin], default: site.defaultPath).resolve(wanted)
    }

    private func insert(_ login: LoginTransaction) async throws {
        let event = AuditEvent(
            .loginStarted, at: login.createdAt, actor: .anonymous, reference: login.reference, site: login.site)
        try await environment.store.write { writer in
            try writer.insert(login)
            try audit.append(event, in: writer)
        }
    }

    /// What hints decide. They never decide more than a person could by typing or picking.
    private func firstTurn(
        _ request: LoginStart, login: LoginTransaction, sealed: SealedLogin, organization: Organization?, site: Site
    ) async throws -> LoginTurn {
        let resources = live.resources
        if let organization {
            return try await follow(
                RealmRouting.route(of: organization, in: resources), login: login, sealed: sealed,
                locales: request.locales, how: "link")
        }
        guard site.discovery == .open else { return .identify }
        if let name = request.connectionHint, let connection = resources.connections[ConnectionID(rawValue: name)],
            RealmRouting.mayPick(connection, for: sealed.email, in: resources)
        {
            return try await begin(connection, login: login, sealed: sealed, locales: request.locales, how: "hint")
        }
        if let email = sealed.email, case .connection(let connection) = RealmRouting.route(email, in: resources) {
            return try await begin(
                connection, login: login, sealed: sealed, locales: request.locales, how: "login_hint")
        }
        if let domain = request.domainHint.flatMap({ EmailDomain($0) }),
            case .connection(let connection) = RealmRouting.route(domain: domain, in: resources)
        {
            return try await begin(
                connection, login: login, sealed: sealed, locales: request.locales, how: "domain_hint")
        }
        return .identify
    }

    // MARK: Looking

    /// What a page of a login shows. Reading it changes nothing, so that reload and back work.
    package func view(_ visit: LoginVisit) async throws -> LoginView {
        let (login, sealed) = try await open(visit)
        let resources = live.resources
        let organization = sealed.organization.flatMap { resources.organizations[$0] }
        let route =
            organization.map { RealmRouting.route(of: $0, in: resources) }
            ?? sealed.email.map { RealmRouting.route($0, in: resources) } ?? .unknown
        let choices: [Connection]
        let known: Organization?
        switch route {
        case .connection(let connection):
            (choices, known) = ([connection], resources.organizations[connection.organization])
        case .choice(let owner, let open): (choices, known) = (open, owner)
        case .closed(let owner): (choices, known) = ([], owner)
        case .unknown: (choices, known) = (resources.publicChoices, nil)
        }
        return LoginView(
            reference: login.reference, site: login.site, phase: login.phase, email: sealed.email, organization: known,
            choices: choices, returnTarget: login.returnTarget)
    }

    /// The login that a visit belongs to, provided the browser began it and it still waits.
    func open(_ visit: LoginVisit) async throws -> (LoginTransaction, SealedLogin) {
        let hash = Self.hash(visit.handle, "handle")
        guard let login = try await environment.store.read({ try $0.login(handleHash: hash) }) else {
            throw await refuse(nil, LoginError(.stateMismatch, detail: "no login has this handle"))
        }
        do throws(LoginError) {
            try checkBrowser(login, visit.binding(login.reference))
            try checkTime(login)
        } catch {
            throw await refuse(login, error)
        }
        return (login, try SealedLogin.open(login, with: environment))
    }

    /// The browser that ends a login must be the one that began it (M47).
    func checkBrowser(_ login: LoginTransaction, _ binding: String?) throws(LoginError) {
        guard let binding else {
            throw LoginError(
                .browserMismatch, detail: "the login's cookie is absent: another browser, or cookies are off")
        }
        guard Digests.constantTimeEquals(Array(Self.hash(binding, "binding")), Array(login.bindingHash)) else {
            throw LoginError(.browserMismatch, detail: "the login's cookie has another value")
        }
    }

    func checkTime(_ login: LoginTransaction) throws(LoginError) {
        guard environment.time.now < login.expiresAt else {
            throw LoginError(.loginExpired, detail: "the login began at \(login.createdAt.rfc3339)")
        }
    }

    // MARK: Failing

    /// Records a refusal that belongs to no login, such as a request that is not well formed.
    package func refuse(_ error: LoginError) async -> LoginFailure { await refuse(nil, error) }

    /// Records why a login failed and makes of it what the page may show.
    func refuse(_ login: LoginTransaction?, _ error: LoginError, connection: Connection? = nil) async -> LoginFailure {
        await refuse(
            login, code: error.code, kind: .loginFailed,
            facts: ["detail": error.detail].merging(
                error.underlying.map { ["cause": "\($0)"] } ?? [:], uniquingKeysWith: { first, _ in first }),
            connection: connection)
    }

    func refuse(
        _ login: LoginTransaction?, code: LoginError.Code, kind: AuditKind, facts: [String: String],
        connection: Connection?
    ) async -> LoginFailure {
        let now = environment.time.now
        let reference = login?.reference ?? Reference.make(at: now, environment.randomness)
        let connection = connection ?? login?.connection.flatMap { live.resources.connections[$0] }
        let event = AuditEvent(
            kind, at: now, actor: .anonymous, reference: reference, organization: connection?.organization,
            connection: connection?.id, site: login?.site, code: code.rawValue, facts: facts)
        do {
            try await audit.record(event)
        } catch {
            environment.logger.error(
                "a refusal was not recorded", metadata: ["reference": "\(reference)", "cause": "\(error)"])
        }
        environment.observer.loginEnded(
            kind: connection?.kind, code: code.rawValue, duration: login.map { now - $0.createdAt } ?? .zero)
        return LoginFailure(
            code: code, reference: reference,
            organization: connection.flatMap { live.resources.organizations[$0.organization] }, site: login?.site,
            returnTarget: login?.returnTarget, isDenial: kind == .loginDenied)
    }

    /// SHA-256 of a one-time value, each kind in its own domain.
    static func hash(_ value: String, _ kind: String) -> Data { Data(Digests.sha256("login-\(kind)\n\(value)")) }
}
