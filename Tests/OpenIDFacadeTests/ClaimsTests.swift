import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct ClaimsTests {
    @Test func `the name at the portal stays when the e-mail changes`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        let before = try await client.signIn(in: browser, as: Said(subject: "ann"))
        try await browser.signIn(as: Said(email: "ann.new@acme.example", subject: "ann"), at: installation)
        let after = try await client.signIn(in: browser)
        #expect(after.idToken.subject == before.idToken.subject)
        let claims = try await client.claims(after.accessToken)
        #expect(claims.string("preferred_username") == "ann@acme.example")
        #expect(claims.string("email") == "ann.new@acme.example")
        #expect(claims.bool("email_verified") == true)
    }

    @Test func `groups come whole and prefixed, where they are told at all`() async throws {
        let installation = try await TestInstallation { $0["groups"] = .object([:]) }
        let client = TestClient(installation: installation)
        let whole = try await client.signIn(["scope": "openid groups"], in: TestBrowser())
        #expect(whole.scope == "openid groups")
        #expect(
            try await client.claims(whole.accessToken).strings("groups") == [
                "vestibule-acme:staff", "vestibule-acme:vip",
            ])
        let partial = try await client.signIn(
            ["scope": "openid groups"], in: TestBrowser(), as: Said(email: "bob@acme.example", isComplete: false))
        #expect(!(try await client.claims(partial.accessToken)).contains("groups"))
        let hostile = try await client.signIn(
            ["scope": "openid groups"], in: TestBrowser(),
            as: Said(email: "eve@acme.example", groups: "jira-administrators"))
        #expect(
            try await client.claims(hostile.accessToken).strings("groups") == ["vestibule-acme:jira-administrators"])
    }

    @Test func `groups are not told unless the settings say so`() async throws {
        let client = TestClient(installation: try await TestInstallation())
        let tokens = try await client.signIn(["scope": "openid profile email groups"], in: TestBrowser())
        #expect(tokens.scope == "openid profile email")
        #expect(!(try await client.claims(tokens.accessToken)).contains("groups"))
        #expect(!tokens.idToken.claims.contains("groups"))
    }

    @Test func `further claims are filled in from the person and left out where not known`() async throws {
        let installation = try await TestInstallation { settings in
            settings["claims"] = .object([
                "department": .string("${attribute.department}"), "family_name": .string("${family_name}"),
                "team": .string("${attribute.team}"), "login": .string("${organization}/${portal_name}"),
            ])
        }
        let client = TestClient(installation: installation)
        let claims = try await client.claims(try await client.signIn(in: TestBrowser()).accessToken)
        #expect(claims.string("department") == "Sales")
        #expect(claims.string("family_name") == "Other")
        #expect(claims.string("login") == "acme/ann@acme.example")
        #expect(!claims.contains("team"))
    }

    @Test func `UserInfo wants a token in the header or the form`() async throws {
        let installation = try await TestInstallation()
        let client = TestClient(installation: installation)
        let token = try await client.signIn(in: TestBrowser()).accessToken
        let query = try client.document(try await installation.send("userinfo", query: [("access_token", token)]))
        #expect((query.status, query.error) == (400, "invalid_request"))
        let none = try client.document(try await installation.send("userinfo"))
        #expect(none.status == 401)
        #expect(none.challenge == "Bearer realm=\"\(TestInstallation.issuer)\"")
        let twice = try client.document(
            try await installation.post(
                "userinfo", form: [("access_token", token)], authorization: "Bearer \(token)"))
        #expect(twice.error == "invalid_request")
        let wrong = try await client.userInfo(token + "x")
        #expect((wrong.status, wrong.error) == (401, "invalid_token"))
        #expect(wrong.challenge?.hasSuffix("error=\"invalid_token\"") == true)
        #expect(try await installation.refusals().count == 4)
    }

    @Test func `an access token ends after ten minutes`() async throws {
        let installation = try await TestInstallation()
        let client = TestClient(installation: installation)
        let token = try await client.signIn(in: TestBrowser()).accessToken
        installation.clock.advance(by: .seconds(599))
        #expect(try await client.userInfo(token).status == 200)
        installation.clock.advance(by: .seconds(2))
        #expect(try await client.userInfo(token).status == 401)
    }

    @Test func `keys of ID tokens and of session tokens are not the same (M64)`() async throws {
        let installation = try await TestInstallation()
        let client = TestClient(installation: installation)
        let ours = try await client.keys().keys.compactMap(\.kid)
        let sessions = try JWKSet.parse(installation.engine.live.keys.publicJWKS).keys.compactMap(\.kid)
        #expect(!ours.isEmpty)
        #expect(Set(ours).isDisjoint(with: sessions))
        let token = try await client.signIn(in: TestBrowser()).rawIDToken
        #expect(installation.engine.gate.warmAnswer(gateRequest(token)) == nil)
        let decision = await installation.engine.gate.decide(gateRequest(token))
        if case .allow = decision { Issue.record("an ID token opens the gate") }
    }

    private func gateRequest(_ token: String) -> GateRequest {
        GateRequest(
            site: "portal", method: "GET", target: "/servicedesk/customer/portals",
            cookies: "__Host-vestibule=\(token)",
            accept: "text/html")
    }

    @Test func `an ID token that a retired key signed is still a hint after a rotation`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        let hint = try await client.signIn(in: browser).rawIDToken
        try await installation.engine.keys.rotate(.openid, emergency: false, actor: .system)
        #expect(try await client.keys().keys.count >= 2)
        #expect(try await client.arrive(["prompt": "none", "id_token_hint": hint], in: browser)["code"] != nil)
        let tokens = try await client.signIn(in: browser)
        #expect(tokens.idToken.claims.string("sid") == (try TestClient.claims(in: hint).string("sid")))
    }
}
