import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import JOSE
import OpenIDConnect
import OpenIDFacade
import Testing

@Suite struct SignOutTests {
    private func signedIn(
        _ settings: (inout [String: SettingsValue]) -> Void = { _ in }
    ) async throws -> (TestInstallation, TestBrowser, TestClient, Redeemed) {
        let installation = try await TestInstallation(settings)
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        return (installation, browser, client, try await client.signIn(in: browser))
    }

    private func facade(_ installation: TestInstallation) throws -> any Facade {
        try #require(try installation.engine.facades.module(at: TestInstallation.portal))
    }

    @Test func `an ID token of the browser's own session signs it out at once, and leads back`() async throws {
        let (installation, browser, client, tokens) = try await signedIn()
        let response = try await installation.send(
            "logout",
            query: [
                ("id_token_hint", tokens.rawIDToken), ("post_logout_redirect_uri", "https://jira.example/bye"),
                ("state", "a b"),
            ], handle: browser.handle)
        guard case .signOut(let signOut) = response else { throw Unexpected("a sign-out, got \(response)") }
        let session = try #require(try await installation.engine.sessions.list(.all, limit: 10).first)
        #expect(signOut.session == session.id)
        let step = try await facade(installation).concludeSignOut(try #require(signOut.conclusion), isComplete: true)
        guard case .redirect(let url) = step else { throw Unexpected("a redirect") }
        #expect(url.absoluteString == "https://jira.example/bye?state=a%20b")
        // The engine does the rest; afterwards nothing of it counts.
        let site = try #require(installation.engine.live.resources.sites["portal"])
        let next = try await installation.engine.logout.signOut(
            session, site: site, wanted: "", asking: (facade: TestInstallation.portal, conclusion: signOut.conclusion),
            isProven: true)
        guard case .redirect(let back) = next.next else { throw Unexpected("a way back, got \(next.next)") }
        #expect(back == url)
        #expect(try await client.userInfo(tokens.accessToken).status == 401)
    }

    @Test func `whoever holds an ID token of another session signs nobody out`() async throws {
        let (installation, _, client, tokens) = try await signedIn()
        let other = TestBrowser()
        _ = try await client.signIn(in: other, as: Said(email: "bob@acme.example"))
        for handle in [other.handle, nil] {
            let response = try await installation.send(
                "logout", query: [("id_token_hint", tokens.rawIDToken)], handle: handle)
            guard case .confirmSignOut(let question) = response else { throw Unexpected("a question, got \(response)") }
            #expect(question.session == nil)
            #expect(question.conclusion == nil)
        }
        #expect(try await client.userInfo(tokens.accessToken).status == 200)
    }

    @Test func `a posted sign-out waits for the browser's cookies`() async throws {
        let (installation, browser, client, tokens) = try await signedIn()
        let back = try client.arrived(
            try await installation.post("logout", form: [("id_token_hint", tokens.rawIDToken)]))
        #expect(back.address == TestInstallation.issuer + "/resume")
        let response = try await installation.send(
            "resume", query: [("request", try #require(back["request"]))], handle: browser.handle)
        guard case .signOut = response else { throw Unexpected("a sign-out, got \(response)") }
    }

    @Test func `an address that was taken away meanwhile is not gone to`() async throws {
        let (installation, browser, _, tokens) = try await signedIn()
        let response = try await installation.send(
            "logout",
            query: [("id_token_hint", tokens.rawIDToken), ("post_logout_redirect_uri", "https://jira.example/bye")],
            handle: browser.handle)
        guard case .signOut(let signOut) = response else { throw Unexpected("a sign-out, got \(response)") }
        try await installation.apply { $0["postLogoutRedirectURIs"] = nil }
        let facade = try facade(installation)
        let conclusion = try #require(signOut.conclusion)
        await #expect(throws: FacadeError.self) { try await facade.concludeSignOut(conclusion, isComplete: true) }
        await #expect(throws: FacadeError.self) { try await facade.concludeSignOut(Data(), isComplete: true) }
    }

    @Test func `a browser takes no sign-out to an OpenID client`() async throws {
        let (installation, _, _, _) = try await signedIn()
        let facade = try facade(installation)
        #expect(!facade.signsOutByBrowser)
        let told = FacadeSession(
            facade: TestInstallation.portal, key: "_k", session: "s_1", customer: "c_1", name: "ann@acme.example",
            createdAt: installation.clock.now)
        #expect(try await facade.beginSignOut(told, state: "s") == nil)
    }

    // MARK: What the site hears

    private static func withBackChannel(_ settings: inout [String: SettingsValue]) {
        settings["backchannelLogoutURL"] = .string("https://jira.example/backchannel")
    }

    @Test func `the site's server hears of the end of a session, and nothing else`() async throws {
        let (installation, _, client, tokens) = try await signedIn(Self.withBackChannel)
        try await installation.engine.sessions.end(.all, reason: .revoked, actor: .system)
        #expect(try await installation.engine.outbox.drain() == 1)
        let request = try #require(installation.site.requests.first)
        #expect(request.url.absoluteString == "https://jira.example/backchannel")
        #expect(request.headerFields[.contentType] == "application/x-www-form-urlencoded")
        let form = try CallbackParameters(formEncoded: try #require(request.body))
        #expect(form.names == ["logout_token"])
        let token = try LogoutTokenVerifier(algorithms: [.rs256]).verify(
            try #require(form["logout_token"]), keys: try await client.keys(),
            expecting: TokenExpectations(
                issuer: TestInstallation.issuer, clientID: "jira", now: installation.clock.now))
        #expect(token.subject == tokens.idToken.subject)
        #expect(token.sessionID == tokens.idToken.claims.string("sid"))
        #expect(try await installation.engine.outbox.drain() == 0)
    }

    @Test(arguments: [200, 204]) func `a server that heard is not told again`(_ status: Int) async throws {
        let (installation, _, _, _) = try await signedIn(Self.withBackChannel)
        installation.site.status = .init(code: status)
        try await installation.engine.sessions.end(.all, reason: .revoked, actor: .system)
        try await installation.engine.outbox.drain()
        #expect(try await installation.engine.outbox.backlog().count == 0)
    }

    @Test(arguments: [302, 400, 404, 501, 503, nil])
    func `a server that did not take the token is told again`(_ status: Int?) async throws {
        let (installation, _, _, _) = try await signedIn(Self.withBackChannel)
        installation.site.status = status.map { .init(code: $0) }
        try await installation.engine.sessions.end(.all, reason: .revoked, actor: .system)
        try await installation.engine.outbox.drain()
        #expect(try await installation.engine.outbox.backlog().count == 1)
        installation.site.status = .ok
        installation.clock.advance(by: .seconds(120))
        try await installation.engine.outbox.drain()
        #expect(try await installation.engine.outbox.backlog().count == 0)
        #expect(installation.site.requests.count == 2)
    }

    @Test func `a site without an address for it is not told`() async throws {
        let (installation, _, _, _) = try await signedIn()
        try await installation.engine.sessions.end(.all, reason: .revoked, actor: .system)
        try await installation.engine.outbox.drain()
        #expect(installation.site.requests.isEmpty)
        #expect(try await installation.engine.outbox.backlog().count == 0)
    }
}
