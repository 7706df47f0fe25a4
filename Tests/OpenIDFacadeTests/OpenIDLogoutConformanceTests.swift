import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect
import Testing

/// The modules of the OpenID Foundation's conformance suite for sign-outs, by their names there:
/// `oidcc-rp-initiated-logout-certification-test-plan` and
/// `oidcc-backchannel-rp-initiated-logout-certification-test-plan`.
@Suite struct OpenIDLogoutConformanceTests {
    private static let bye = "https://jira.example/bye"

    /// A provider, and a browser that is signed in.
    private struct World {
        let installation: TestInstallation
        let browser: TestBrowser
        let client: TestClient
        let hint: String

        init(_ settings: (inout [String: SettingsValue]) -> Void = { _ in }) async throws {
            installation = try await TestInstallation(settings)
            (browser, client) = (TestBrowser(), TestClient(installation: installation))
            hint = try await client.signIn(in: browser).rawIDToken
        }

        func signOut(_ query: [(String, String)]) async throws -> FacadeResponse {
            try await installation.send("logout", query: query, handle: browser.handle)
        }

        /// Where the browser ends after the sign-out; nil for our own page.
        func end(_ response: FacadeResponse) async throws -> String? {
            let signOut: FacadeSignOut
            switch response {
            case .signOut(let asked), .confirmSignOut(let asked): signOut = asked
            default: throw Unexpected("a sign-out, got \(response)")
            }
            guard let conclusion = signOut.conclusion else { return nil }
            let facade = try #require(try installation.engine.facades.module(at: TestInstallation.portal))
            guard case .redirect(let url) = try await facade.concludeSignOut(conclusion, isComplete: true) else {
                throw Unexpected("a redirect")
            }
            return url.absoluteString
        }

        func isAsked(_ response: FacadeResponse) -> Bool {
            if case .confirmSignOut = response { true } else { false }
        }
    }

    @Test func `oidcc-rp-initiated-logout: back to the client with its state`() async throws {
        let world = try await World()
        let response = try await world.signOut([
            ("id_token_hint", world.hint), ("post_logout_redirect_uri", Self.bye), ("state", "s-1"),
        ])
        #expect(!world.isAsked(response))
        #expect(try await world.end(response) == Self.bye + "?state=s-1")
    }

    @Test func `oidcc-rp-initiated-logout-bad-post-logout-redirect-uri: an error page`() async throws {
        let world = try await World()
        let code = try await world.installation.refusal {
            try await world.signOut([
                ("id_token_hint", world.hint), ("post_logout_redirect_uri", "https://evil.example/"), ("state", "s-1"),
            ])
        }
        #expect(code == .redirectURIMismatch)
    }

    @Test func `oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri: an error page`() async throws {
        let world = try await World()
        let code = try await world.installation.refusal {
            try await world.signOut([
                ("id_token_hint", world.hint), ("post_logout_redirect_uri", Self.bye + "?foo=bar"), ("state", "s-1"),
            ])
        }
        #expect(code == .redirectURIMismatch)
    }

    @Test func `oidcc-rp-initiated-logout-modified-id-token-hint: an error page, and nobody is signed out`()
        async throws
    {
        let world = try await World()
        let parts = world.hint.split(separator: ".").map(String.init)
        var claims = try JSONObject.parse(try Base64URL.decode(parts[1]))
        claims["sub"] = "c_other"
        let hint = [parts[0], Base64URL.encode(claims.serialized()), parts[2]].joined(separator: ".")
        let code = try await world.installation.refusal {
            try await world.signOut([("id_token_hint", hint), ("post_logout_redirect_uri", Self.bye), ("state", "s-1")])
        }
        #expect(code == .messageRefused)
        #expect(try await world.client.arrive(["prompt": "none"], in: world.browser)["code"] != nil)
    }

    @Test(arguments: ["", "garbage", "a.b.c"])
    func `oidcc-rp-initiated-logout-bad-id-token-hint: an error page`(_ hint: String) async throws {
        let world = try await World()
        let query = [("id_token_hint", hint), ("post_logout_redirect_uri", Self.bye), ("state", "s-1")]
        if hint.isEmpty {
            // RFC 6749 3.1: a parameter without a value is not there.
            #expect(try await world.end(try await world.signOut(query)) == nil)
        } else {
            #expect(try await world.installation.refusal { try await world.signOut(query) } == .messageRefused)
        }
    }

    @Test func `oidcc-rp-initiated-logout-no-id-token-hint: the person is asked, and stays with us`() async throws {
        let world = try await World()
        let response = try await world.signOut([("post_logout_redirect_uri", Self.bye), ("state", "s-1")])
        #expect(world.isAsked(response))
        #expect(try await world.end(response) == nil)
        let named = try await world.signOut([
            ("client_id", "jira"), ("post_logout_redirect_uri", Self.bye), ("state", "s-1"),
        ])
        #expect(world.isAsked(named))
        #expect(try await world.end(named) == Self.bye + "?state=s-1")
    }

    @Test func `oidcc-rp-initiated-logout-no-params: the person is asked`() async throws {
        let world = try await World()
        let response = try await world.signOut([])
        #expect(world.isAsked(response))
        #expect(try await world.end(response) == nil)
    }

    @Test func `oidcc-rp-initiated-logout-only-state: the person is asked`() async throws {
        let world = try await World()
        let response = try await world.signOut([("state", "s-1")])
        #expect(world.isAsked(response))
        #expect(try await world.end(response) == nil)
    }

    @Test func `oidcc-rp-initiated-logout-no-post-logout-redirect-uri: signed out, on our own page`() async throws {
        let world = try await World()
        let response = try await world.signOut([("id_token_hint", world.hint), ("state", "s-1")])
        #expect(!world.isAsked(response))
        #expect(try await world.end(response) == nil)
    }

    @Test func `oidcc-rp-initiated-logout-no-state: back to the client as it is registered`() async throws {
        let world = try await World()
        let response = try await world.signOut([("id_token_hint", world.hint), ("post_logout_redirect_uri", Self.bye)])
        #expect(try await world.end(response) == Self.bye)
    }

    @Test func `oidcc-backchannel-rp-initiated-logout: a sign-out somewhere else reaches the client's server`()
        async throws
    {
        let world = try await World { $0["backchannelLogoutURL"] = .string("https://jira.example/backchannel") }
        let session = try #require(try await world.installation.engine.sessions.list(.all, limit: 10).first)
        let site = try #require(world.installation.engine.live.resources.sites["portal"])
        _ = try await world.installation.engine.logout.signOut(session, site: site, wanted: "")
        try await world.installation.engine.outbox.drain()
        let body = try #require(world.installation.site.requests.first?.body)
        let token = try LogoutTokenVerifier(algorithms: [.rs256]).verify(
            try #require(try CallbackParameters(formEncoded: body)["logout_token"]),
            keys: try await world.client.keys(),
            expecting: TokenExpectations(
                issuer: TestInstallation.issuer, clientID: "jira", now: world.installation.clock.now))
        #expect(token.sessionID == (try TestClient.claims(in: world.hint).string("sid")))
    }
}
