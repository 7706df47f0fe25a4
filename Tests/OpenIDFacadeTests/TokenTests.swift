import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect
import OpenIDFacade
import Testing

@Suite struct TokenTests {
    /// A code of a fresh installation.
    private func code(
        _ changes: [String: String?] = [:], _ settings: (inout [String: SettingsValue]) -> Void = { _ in }
    ) async throws -> (client: TestClient, browser: TestBrowser, code: String) {
        let installation = try await TestInstallation(settings)
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        try await browser.signIn(at: installation)
        let arrived = try await client.arrive(changes, in: browser)
        return (client, browser, try #require(arrived["code"]))
    }

    @Test func `a code counts once, and its access token goes when it comes again`() async throws {
        let (client, _, code) = try await code()
        let tokens = try await client.tokens(code)
        #expect(try await client.userInfo(tokens.accessToken).status == 200)
        let again = try await client.redeem(code)
        #expect((again.status, again.error) == (400, "invalid_grant"))
        #expect(try await client.userInfo(tokens.accessToken).status == 401)
        #expect(try await client.installation.refusals().contains("replayed"))
    }

    @Test func `of two that redeem at once one gets tokens at most`() async throws {
        let (client, _, code) = try await code()
        let documents = try await withThrowingTaskGroup(of: FacadeDocument.self) { group in
            for _ in 0..<8 { group.addTask { try await client.redeem(code) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let tokens = documents.filter { $0.status == 200 }
        #expect(tokens.count <= 1)
        for document in tokens {
            let token = try #require(try JSONObject.parse(document.body).string("access_token"))
            #expect(try await client.userInfo(token).status == 401)
        }
    }

    @Test func `a code that comes again while its tokens are made leaves none of them`() async throws {
        let (client, _, code) = try await code()
        // Using the code is the first write, keeping the access token the second.
        client.installation.store.before(write: 2) {
            let again = try await client.redeem(code)
            #expect(again.error == "invalid_grant")
        }
        #expect(try await client.redeem(code).error == "invalid_grant")
        #expect(try await client.installation.refusals() == ["replayed", "grant_invalid"])
    }

    @Test func `a code ends after a minute`() async throws {
        let (client, _, code) = try await code()
        client.installation.clock.advance(by: .seconds(61))
        #expect(try await client.redeem(code).error == "invalid_grant")
    }

    @Test func `a code is good for its own request only`() async throws {
        let verifier = String(repeating: "v", count: 43)
        let (client, browser, first) = try await code()
        #expect(try await client.redeem(first, verifier: verifier).error == "invalid_grant")
        // It was tried once: whoever stole it spoilt it.
        #expect(try await client.redeem(first).error == "invalid_grant")
        let second = try #require(try await client.arrive(in: browser)["code"])
        #expect(try await client.redeem(second, redirectURI: "https://jira.example/").error == "invalid_grant")
    }

    @Test func `a verifier for a code without a challenge is a downgrade`() async throws {
        let (client, browser, first) = try await code(["code_challenge": nil, "code_challenge_method": nil])
        #expect(try await client.redeem(first).error == "invalid_grant")
        let changes: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
        let second = try #require(try await client.arrive(changes, in: browser)["code"])
        let form = [
            ("grant_type", "authorization_code"), ("code", second), ("redirect_uri", TestInstallation.callback),
        ]
        let response = try await client.installation.post("token", form: form, authorization: Self.basic)
        #expect(try client.document(response).status == 200)
    }

    private static let basic =
        "Basic " + Data("jira:\(TestInstallation.escaped(TestInstallation.secret))".utf8).base64EncodedString()

    @Test func `a client that does not prove who it is spoils nobody's code`() async throws {
        let (client, _, code) = try await code()
        var stranger = client
        stranger.authentication = .basic(Secret("wrong"))
        let refused = try await stranger.redeem(code)
        #expect((refused.status, refused.error) == (401, "invalid_client"))
        #expect(refused.challenge?.hasPrefix("Basic realm=") == true)
        stranger.authentication = .post(Secret(TestInstallation.secret))
        #expect(try await stranger.redeem(code).error == "invalid_client")
        stranger.authentication = .none
        #expect(try await stranger.redeem(code).error == "invalid_client")
        #expect(
            try await client.redeem(code, extra: [("client_secret", TestInstallation.secret)]).error
                == "invalid_request")
        #expect(try await client.redeem(code).status == 200)
    }

    @Test func `grants and methods that are not there are refused in the protocol's words`() async throws {
        let (client, _, code) = try await code()
        let installation = client.installation
        let password = try client.document(
            try await installation.post("token", form: [("grant_type", "password")], authorization: Self.basic))
        #expect((password.status, password.error) == (400, "unsupported_grant_type"))
        let get = try client.document(try await installation.send("token", authorization: Self.basic))
        #expect((get.status, get.error) == (400, "invalid_request"))
        let json = FacadeRequest(
            method: .post, route: "token", body: Data("{}".utf8), contentType: "application/json",
            authorization: Secret(Self.basic))
        #expect(try client.document(try await installation.answer(json)).error == "invalid_request")
        let twice = try await client.redeem(code, extra: [("code", "x")])
        #expect(twice.error == "invalid_request")
        #expect(twice.maxAge == nil)
        #expect(try await installation.refusals().count == 4)
    }

    @Test func `a public client redeems by PKCE alone`() async throws {
        let (client, browser, code) = try await code { settings in
            settings["clientAuthentication"] = .string("none")
            settings["clientSecret"] = nil
        }
        var own = client
        own.authentication = .none
        #expect(try await own.redeem(code).status == 200)
        let bare = try await own.arrive(["code_challenge": nil, "code_challenge_method": nil], in: browser)
        #expect(bare["error"] == "invalid_request")
    }

    @Test func `a client with a key signs, and each JWT counts once`() async throws {
        let key = try SigningKey.generate(.es256, kid: "jira-1")
        let set = String(decoding: JWKSet(keys: [key.publicKey]).serialized(), as: UTF8.self)
        let (client, browser, code) = try await code { settings in
            settings["clientAuthentication"] = .string("private_key_jwt")
            settings["clientSecret"] = nil
            settings["clientJWKS"] = .string(set)
        }
        let assertion = try key.issue(claims: [
            "iss": "jira", "sub": "jira", "aud": .string(TestInstallation.issuer), "jti": "j-1",
            "exp": .integer(client.installation.clock.now.seconds + 60),
        ])
        func form(_ code: String) -> [(String, String)] {
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", TestInstallation.callback),
                ("code_verifier", client.secrets.codeVerifier), ("client_assertion_type", ClientAssertion.type),
                ("client_assertion", assertion),
            ]
        }
        let first = try client.document(try await client.installation.post("token", form: form(code)))
        #expect(first.status == 200)
        let next = try #require(try await client.arrive(in: browser)["code"])
        let second = try client.document(try await client.installation.post("token", form: form(next)))
        #expect((second.status, second.error) == (401, "invalid_client"))
        #expect(try await client.installation.refusals() == ["replayed"])
    }

    @Test func `codes and tokens of one site are nothing at another`() async throws {
        let other = FacadeAddress(site: "other", kind: OpenIDFacade.kind)
        let installation = try await TestInstallation(otherSites: [
            Site(
                id: "other", kind: .dataCenter, origin: "https://other.example",
                facades: [SiteFacade(kind: OpenIDFacade.kind, settings: .object(TestInstallation.standard))])
        ])
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        let stranger = TestClient(installation: installation, address: other)
        try await browser.signIn(at: installation)
        let code = try #require(try await client.arrive(in: browser)["code"])
        #expect(try await stranger.redeem(code).error == "invalid_grant")
        // Still good at home, as it did not count there.
        let tokens = try await client.tokens(code)
        #expect(try await stranger.userInfo(tokens.accessToken).status == 401)
        let hinted = try await stranger.arrive(["id_token_hint": tokens.rawIDToken], in: browser)
        #expect(hinted["error"] == "invalid_request")
        // One person, one key of the site each.
        let there = try await stranger.signIn(in: browser)
        #expect(there.idToken.subject == tokens.idToken.subject)
        #expect(there.idToken.claims.string("sid") != tokens.idToken.claims.string("sid"))
    }

    @Test func `values of one kind are nothing where another is asked for`() async throws {
        let (client, browser, code) = try await code()
        #expect(try await client.userInfo(code).status == 401)
        let tokens = try await client.tokens(code)
        #expect(try await client.redeem(tokens.accessToken).error == "invalid_grant")
        #expect(try await client.userInfo(tokens.rawIDToken).status == 401)
        #expect(try await client.userInfo(try #require(browser.handle).reveal()).status == 401)
        guard case .signIn(let kept) = try await client.authorize(in: TestBrowser()) else {
            throw Unexpected("a sign-in")
        }
        #expect(
            try await client.redeem(String(kept.resume.dropFirst("resume?request=".count))).error == "invalid_grant")
    }

    @Test func `nothing counts after the session has ended`() async throws {
        let (client, browser, code) = try await code()
        let engine = client.installation.engine
        let tokens = try await client.tokens(code)
        let late = try #require(try await client.arrive(in: browser)["code"])
        try await engine.sessions.end(.all, reason: .revoked, actor: .system)
        #expect(try await client.userInfo(tokens.accessToken).status == 401)
        #expect(try await client.redeem(late).error == "invalid_grant")
    }

    @Test func `nothing counts once the site does not admit the person any more`() async throws {
        let (client, browser, code) = try await code()
        let tokens = try await client.tokens(code)
        let late = try #require(try await client.arrive(in: browser)["code"])
        try await client.installation.apply(site: { $0.organizations = ["globex"] })
        #expect(try await client.userInfo(tokens.accessToken).status == 401)
        #expect(try await client.redeem(late).error == "invalid_grant")
    }

    @Test func `a store that is away is no reason to refuse a client`() async throws {
        let (client, _, code) = try await code()
        client.installation.store.isAway = true
        let document = try await client.redeem(code)
        #expect((document.status, document.error) == (503, "temporarily_unavailable"))
        #expect(try await client.userInfo("t").status == 503)
        client.installation.store.isAway = false
        #expect(try await client.redeem(code).status == 200)
    }

    @Test func `a secret that cannot be read is our failure`() async throws {
        let (client, _, code) = try await code { $0["clientSecret"] = .string("env:NOBODY") }
        let document = try await client.redeem(code)
        #expect((document.status, document.error) == (500, "server_error"))
    }
}
