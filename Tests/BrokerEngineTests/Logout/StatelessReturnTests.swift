import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// An IdP that brings no `state` back from a sign-out: the sign-out's own cookie alone ties its return to the browser.
@Suite struct StatelessReturnTests {
    private static let away = "https://portal.example/bye"
    private let here: TestInstallation
    private let signedIn: SignedIn

    init() async throws {
        here = try await TestInstallation { $0.sites[0].postLogoutRedirectURIs = [Self.away] }
        let url = try #require(URL(string: "https://idp.example/logout"))
        here.script.onBeginLogout { _ throws(LoginError) in .redirect(url) }
        here.script.returnsLogoutState = false
        signedIn = try await here.signIn("ann@globex.example") { $0.upstream = UpstreamSession(sessionID: "up-1") }
    }

    private func signOut() async throws -> SignOutStep {
        let site = try #require(here.engine.live.resources.sites["portal"])
        return try await here.engine.logout.signOut(signedIn.session, site: site, wanted: Self.away)
    }

    private func returning(
        _ step: SignOutStep?, query: String = "", method: LoginCallback.Method = .get, body: String = "",
        at id: ConnectionID = "globex-oidc"
    ) async throws -> SignOutStep? {
        let callback = try LoginCallback(
            method: method, endpoint: .logout, rawQuery: Data(query.utf8), rawBody: Data(body.utf8))
        return await here.engine.logout.complete(callback, at: id, cookie: step?.ticket?.reveal())
    }

    private func isNobodys(_ step: SignOutStep?) -> Bool {
        if case .none = step { return true }
        return false
    }

    @Test func `a return without a state ends the sign-out of this browser`() async throws {
        guard case .leave(Self.away) = try await returning(signOut())?.next else {
            throw Unexpected("the registered address")
        }
        let answered = try #require(try await here.records(.logoutAnswered).first)
        #expect(try RecordedBody(answered).code == "complete")
        #expect(here.script.answeredLogouts.count == 1)
    }

    @Test func `another browser's return is nobody's`() async throws {
        _ = try await signOut()
        #expect(try await isNobodys(returning(nil)))
        #expect(here.script.answeredLogouts.isEmpty)
        #expect(try await here.records(.logoutAnswered).isEmpty)
    }

    @Test func `a return counts once`() async throws {
        let step = try await signOut()
        _ = try await returning(step)
        guard case .page = try await returning(step)?.next else { throw Unexpected("our own page") }
        #expect(here.script.answeredLogouts.count == 1)
        let failed = try #require(try await here.records(.logoutFailed).first)
        #expect(try RecordedBody(failed).code == "replayed")
    }

    @Test func `a module that does not declare it is not believed without a state`() async throws {
        here.script.returnsLogoutState = true
        let step = try await signOut()
        #expect(try await isNobodys(returning(step)))
        #expect(here.script.answeredLogouts.isEmpty)
        let state = try #require(here.script.logouts.last?.state)
        #expect(try await !isNobodys(returning(step, query: "state=\(state)")))
    }

    @Test(arguments: ["state=forged", "state=", "iss=https://idp.example&sid=up-1", "logout_token=x"])
    func `whatever has a query is something else`(query: String) async throws {
        #expect(try await isNobodys(returning(signOut(), query: query)))
        #expect(here.script.answeredLogouts.isEmpty)
    }

    @Test func `a post is a logout message and no return`() async throws {
        #expect(try await isNobodys(returning(signOut(), method: .post, body: "logout_token=x")))
        #expect(try await isNobodys(returning(signOut(), method: .post)))
    }

    @Test func `another connection's endpoint is not the one that was registered`() async throws {
        #expect(try await isNobodys(returning(signOut(), at: "acme-staff")))
    }

    @Test func `a sign-out that is ten minutes old is over`() async throws {
        let step = try await signOut()
        here.clock.advance(by: .seconds(600))
        #expect(try await isNobodys(returning(step)))
    }

    @Test func `a connection that was disabled since is not asked`() async throws {
        let step = try await signOut()
        try await here.change { $0.connections[2].isEnabled = false }
        #expect(try await isNobodys(returning(step)))
    }
}
