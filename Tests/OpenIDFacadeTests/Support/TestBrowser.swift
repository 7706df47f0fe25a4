import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Synchronization

/// What the IdP says of a person.
struct Said: Sendable {
    var email = "ann@acme.example"
    var name = "Ann Other"
    /// Seconds since the sign-in at the IdP.
    var age = 0
    var groups = "staff,vip"
    var isComplete = true
    var acr: String?
    var subject: String?

    fileprivate var parameters: [(String, String)] {
        var said = [("email", email), ("name", name), ("age", String(age)), ("groups", groups)]
        if !isComplete { said.append(("complete", "no")) }
        if let acr { said.append(("acr", acr)) }
        if let subject { said.append(("subject", subject)) }
        return said
    }
}

/// A browser with the broker's session cookie.
final class TestBrowser: Sendable {
    private let bindings = Mutex<[Reference: String]>([:])
    private let kept = Mutex<Secret<String>?>(nil)

    /// The session handle.
    var handle: Secret<String>? {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }

    private var binding: @Sendable (Reference) -> String? {
        { [self] reference in bindings.withLock { $0[reference] } }
    }

    /// Signs in as the facade asked; returns the response to what the browser came back to.
    func signIn(
        _ signIn: FacadeSignIn, as said: Said = Said(), at installation: TestInstallation
    ) async throws
        -> FacadeResponse
    {
        let login = try await installation.engine.login.start(
            signIn, for: TestInstallation.portal, locales: [], priorHandle: handle?.reveal())
        let signedIn = try await complete(login, as: said, at: installation)
        let root = TestInstallation.issuer + "/resume?"
        guard signedIn.returnTarget.hasPrefix(root) else { throw Unexpected("a way back to the facade") }
        let query = String(signedIn.returnTarget.dropFirst(root.count))
        return try await installation.answer(
            FacadeRequest(method: .get, route: "resume", query: query, handle: handle))
    }

    /// Signs in without a facade.
    @discardableResult
    func signIn(as said: Said = Said(), at installation: TestInstallation) async throws -> SignedIn {
        let login = try await installation.engine.login.start(
            LoginStart(site: "portal", returnTarget: "/", priorHandle: handle?.reveal()))
        return try await complete(login, as: said, at: installation)
    }

    private func complete(
        _ login: StartedLogin, as said: Said, at installation: TestInstallation
    ) async throws -> SignedIn {
        bindings.withLock { $0[login.reference] = login.binding.reveal() }
        var turn = login.next
        if case .identify = turn {
            turn = try await installation.engine.login.identify(
                said.email, LoginVisit(handle: login.handle, binding: binding))
        }
        guard case .step(_, let connection, let state) = turn else { throw Unexpected("the IdP, got \(turn)") }
        let query = TestInstallation.encoded([("state", state.reveal())] + said.parameters)
        let arrival = LoginReturn(
            connection: connection, callback: try LoginCallback(method: .get, rawQuery: Data(query.utf8)),
            binding: binding, priorHandle: handle?.reveal())
        guard case .signedIn(let signedIn) = try await installation.engine.login.complete(arrival) else {
            throw Unexpected("a session")
        }
        handle = signedIn.credentials.handle
        return signedIn
    }
}
