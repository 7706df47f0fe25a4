import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Synchronization
import Testing

/// A browser: it keeps binding cookies and the session's cookies, and does what the engine says.
final class TestBrowser: Sendable {
    private let bindings = Mutex<[Reference: String]>([:])
    private let session = Mutex<SessionService.Credentials?>(nil)

    /// A login that waits at the IdP.
    struct Waiting: Sendable {
        var reference: Reference
        var handle: String
        var connection: ConnectionID
        var state: String
    }

    var credentials: SessionService.Credentials? {
        get { session.withLock { $0 } }
        set { session.withLock { $0 = newValue } }
    }

    /// The value of a binding cookie.
    var binding: @Sendable (Reference) -> String? {
        { [self] reference in bindings.withLock { $0[reference] } }
    }

    func keep(_ login: StartedLogin) { bindings.withLock { $0[login.reference] = login.binding.reveal() } }

    func visit(_ login: StartedLogin) -> LoginVisit { LoginVisit(handle: login.handle, binding: binding) }

    // MARK: Steps

    func start(_ engine: Engine, _ change: (inout LoginStart) -> Void = { _ in }) async throws -> StartedLogin {
        var start = LoginStart(site: "portal", returnTarget: "/servicedesk/customer/portal/3")
        change(&start)
        let login = try await engine.login.start(start)
        keep(login)
        return login
    }

    /// Starts, types an e-mail, picks if there is a choice, and stops at the IdP.
    func go(_ engine: Engine, _ email: String, picking: ConnectionID? = nil) async throws -> Waiting {
        let login = try await start(engine)
        var turn = try await engine.login.identify(email, visit(login))
        if case .choose = turn, let picking { turn = try await engine.login.pick(picking, visit(login)) }
        return try waiting(turn, login)
    }

    func waiting(_ turn: LoginTurn, _ login: StartedLogin) throws -> Waiting {
        guard case .step(_, let connection, let state) = turn else {
            throw Unexpected("a step, got \(turn)")
        }
        return Waiting(
            reference: login.reference, handle: login.handle, connection: connection, state: state.reveal())
    }

    /// What comes back from the IdP.
    func arrival(_ login: Waiting, state: String? = nil, connection: ConnectionID? = nil) throws -> LoginReturn {
        LoginReturn(
            connection: connection ?? login.connection,
            callback: try LoginCallback(
                method: .get, rawQuery: Data("code=SECRETCODE123&state=\(state ?? login.state)".utf8)),
            binding: binding, priorHandle: credentials?.handle.reveal())
    }

    @discardableResult
    func complete(_ engine: Engine, _ login: Waiting) async throws -> SignedIn {
        guard case .signedIn(let signedIn) = try await engine.login.complete(arrival(login)) else {
            throw Unexpected("a session")
        }
        credentials = signedIn.credentials
        return signedIn
    }

    // MARK: At the gate

    func request(
        _ target: String = "/servicedesk/customer/portal/3", method: String = "GET", token: String?? = .none,
        handle: String?? = .none, accept: String? = "text/html"
    ) -> GateRequest {
        let token = token ?? credentials?.token.reveal()
        let handle = handle ?? credentials?.handle.reveal()
        let cookies = [
            token.map { "__Host-vestibule=\($0)" }, handle.map { "__Host-vestibule-session=\($0)" }, "other=1",
        ]
        return GateRequest(
            site: "portal", method: method, target: target, cookies: cookies.compactMap { $0 }.joined(separator: "; "),
            accept: accept)
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ what: String) { description = "expected \(what)" }
}

extension TestInstallation {
    /// An identity that passes every check.
    func identity(
        _ email: String, connection: ConnectionID = "globex-oidc", subject: String? = nil,
        _ change: (inout VerifiedIdentity) -> Void = { _ in }
    ) -> VerifiedIdentity {
        var identity = VerifiedIdentity(
            subject: SubjectKey(
                connection: connection, issuer: "https://idp.example", subject: subject ?? "subject of \(email)"),
            email: Email(.address(email), evidence: .idpVerified), displayName: "Ann Other",
            groups: GroupSet(["staff"], completeness: .complete))
        change(&identity)
        return identity
    }

    /// A whole login.
    @discardableResult
    func signIn(
        _ email: String, with connection: ConnectionID = "globex-oidc", subject: String? = nil,
        in browser: TestBrowser = TestBrowser(), on engine: Engine? = nil,
        _ change: (inout VerifiedIdentity) -> Void = { _ in }
    ) async throws -> SignedIn {
        script.vouch(for: identity(email, connection: connection, subject: subject, change))
        let engine = engine ?? self.engine
        return try await browser.complete(engine, browser.go(engine, email, picking: connection))
    }

    /// The code of the refusal that ends some work.
    func refusal(_ work: () async throws -> some Any) async throws -> LoginFailure {
        do { _ = try await work() } catch let failure as LoginFailure { return failure }
        throw Unexpected("a refusal")
    }
}
