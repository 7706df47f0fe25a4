package import Broker
import BrokerModel
import Foundation
import JOSE
import Logging

/// A login from the first redirect to the session.
///
/// Every one-time value is made, kept and consumed here.
///
/// `LoginFlow+Start` opens it, `LoginFlow+Begin` takes a browser to an IdP, `LoginFlow+Return` takes it back,
/// `LoginFlow+Arrival` and `LoginFlow+HandOff` take it from a site's own host to the broker's and back,
/// `LoginFlow+Unsolicited` hears an IdP that was not asked and `LoginFlow+Offer` the person's yes to it,
/// `LoginCompletion` opens the session.
package struct LoginFlow: Sendable {
    let environment: EngineEnvironment
    let live: LiveState
    let connections: ConnectionPool
    let sessions: SessionService
    let limits: LoginLimits
    let audit: AuditLog

    init(
        _ environment: EngineEnvironment, live: LiveState, connections: ConnectionPool, sessions: SessionService,
        limits: LoginLimits, audit: AuditLog
    ) {
        self.environment = environment
        self.live = live
        self.connections = connections
        self.sessions = sessions
        self.limits = limits
        self.audit = audit
    }

    // MARK: Looking

    /// What a page of a login shows.
    ///
    /// Reading it changes nothing, so that reload and back work.
    package func view(_ visit: LoginVisit) async throws -> LoginView {
        let (login, sealed) = try await whileStoreAnswers { try await open(visit) }
        let resources = live.resources
        let organization = sealed.organization.flatMap { resources.organizations[$0] }
        let address = sealed.mayRoute(on: resources.sites[login.site]) ? sealed.email : nil
        let route =
            organization.map { RealmRouting.route(of: $0, in: resources) }
            ?? address.map { RealmRouting.route($0, in: resources) } ?? .unknown
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
    ///
    /// One that an IdP started has a page of its own and no other way on.
    func open(_ visit: LoginVisit) async throws -> (LoginTransaction, SealedLogin) {
        let (login, sealed) = try await find(visit)
        guard login.phase != .offered else {
            throw await refuse(login, LoginError(.stateMismatch, detail: "the login waits for the person's yes"))
        }
        return (login, sealed)
    }

    /// The login that a visit belongs to, whatever it waits for.
    func find(_ visit: LoginVisit) async throws -> (LoginTransaction, SealedLogin) {
        let hash = Self.hash(visit.handle, "handle")
        guard let login = try await environment.store.read({ try $0.login(handleHash: hash) }) else {
            throw await refuse(nil, LoginError(.stateMismatch, detail: "no login has this handle"))
        }
        do throws(LoginError) {
            try checkBrowser(login.pagesBindingHash, visit.binding(login.reference))
            try checkTime(login)
        } catch {
            throw await refuse(login, error)
        }
        do {
            var sealed = try SealedLogin.open(login, with: environment)
            sealed.network = visit.network?.text ?? sealed.network
            return (login, sealed)
        } catch {
            throw await refuse(login, Self.unreadable(error))
        }
    }

    /// The key-encryption key is another one, or the row was tampered with.
    static func unreadable(_ error: any Error) -> LoginError {
        LoginError(.configurationInvalid, detail: "what the login keeps does not open", underlying: error)
    }

    /// The browser that ends a login must be the one that began it (M47).
    ///
    /// - Parameter expected: What the store keeps of the cookie at the host where the browser is.
    func checkBrowser(_ expected: Data?, _ binding: String?) throws(LoginError) {
        guard let binding, let expected else {
            throw LoginError(
                .browserMismatch, detail: "the login's cookie is absent: another browser, or cookies are off")
        }
        guard Digests.constantTimeEquals(Array(Self.hash(binding, "binding")), Array(expected)) else {
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
            facts: Self.facts(of: error),
            connection: connection)
    }

    /// What the operator reads of an error, under the reference id.
    static func facts(of error: LoginError) -> [String: String] {
        var facts = ["detail": error.detail]
        facts["rule"] = error.rule
        facts["cause"] = error.underlying.map(name)
        return facts
    }

    /// What may be written down of an error below: the code of ours, of any other only its type.
    ///
    /// What a parser prints of the text that it could not parse may be a token.
    static func name(of error: any Error) -> String {
        switch error {
        case is StoreError, is JOSEError, is TransportError, is MemoryError, is MailError, is LoginError: "\(error)"
        default: "\(type(of: error))"
        }
    }

    /// Runs a step; a store that does not answer ends it like any other refusal.
    func whileStoreAnswers<Value>(
        _ login: LoginTransaction? = nil, _ step: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await step()
        } catch let error as StoreError {
            throw await refuse(login, LoginError(.storeUnavailable, detail: error.detail, underlying: error))
        }
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
        if kind != .logoutRefused {
            environment.observer.loginEnded(
                kind: connection?.kind, code: code.rawValue, duration: login.map { now - $0.createdAt } ?? .zero)
        }
        return LoginFailure(
            code: code, reference: reference,
            organization: connection.flatMap { live.resources.organizations[$0.organization] }, site: login?.site,
            returnTarget: login?.returnTarget, isDenial: kind == .loginDenied)
    }

    /// SHA-256 of a one-time value, each kind in its own domain.
    static func hash(_ value: String, _ kind: String) -> Data { Data(Digests.sha256("login-\(kind)\n\(value)")) }
}
