import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import JOSE
import OpenIDConnect
import Testing

/// The modules of the OpenID Foundation's conformance suite that apply to a provider of codes, by their names there:
/// `oidcc-basic-certification-test-plan` and `oidcc-config-certification-test-plan`.
@Suite struct OpenIDProviderConformanceTests {
    /// A provider, a browser that is not signed in, and a strict client.
    private func world(
        _ settings: (inout [String: SettingsValue]) -> Void = { _ in }
    ) async throws -> (installation: TestInstallation, browser: TestBrowser, client: TestClient) {
        let installation = try await TestInstallation(settings)
        return (installation, TestBrowser(), TestClient(installation: installation))
    }

    // MARK: Code and ID token

    @Test func `oidcc-server: a request, a sign-in, a code, tokens`() async throws {
        let (_, browser, client) = try await world()
        let tokens = try await client.signIn(in: browser)
        #expect(tokens.idToken.claims.string("nonce") == client.secrets.nonce)
    }

    @Test func `oidcc-response-type-missing: is an error at the redirect URI`() async throws {
        let (_, browser, client) = try await world()
        let arrived = try await client.arrive(["response_type": nil], in: browser)
        #expect(arrived.address == TestInstallation.callback)
        #expect(arrived["error"] == "invalid_request")
        #expect(arrived["state"] == client.secrets.state)
    }

    @Test func `oidcc-idtoken-signature: RS256, by a key of the JWKS`() async throws {
        let (_, browser, client) = try await world()
        let token = try await client.signIn(in: browser).rawIDToken
        let jws = try JWSVerifier(keys: try await client.keys(), algorithms: [.rs256], kidPolicy: .required).verify(
            token)
        #expect(jws.header.typ == "JWT")
        #expect(throws: ProviderError.self) {
            try IDTokenHint.verify(
                String(token.dropLast(6)) + "AAAAAA", keys: JWKSet(keys: [jws.key]), issuer: TestInstallation.issuer,
                clientID: "jira", now: client.installation.clock.now)
        }
    }

    @Test func `oidcc-ensure-request-without-nonce-succeeds-for-code-flow`() async throws {
        let (_, browser, client) = try await world()
        let tokens = try await client.signIn(["nonce": nil as String?], in: browser)
        #expect(!tokens.idToken.claims.contains("nonce"))
    }

    // MARK: UserInfo

    @Test func `oidcc-userinfo-get: the token in the header`() async throws {
        let (_, browser, client) = try await world()
        let tokens = try await client.signIn(in: browser)
        #expect(try await client.claims(tokens.accessToken).string("sub") == tokens.idToken.subject)
    }

    @Test func `oidcc-userinfo-post-header: the token in the header of a POST`() async throws {
        let (installation, browser, client) = try await world()
        let tokens = try await client.signIn(in: browser)
        let document = try client.document(
            try await installation.answer(
                FacadeRequest(
                    method: .post, route: "userinfo", authorization: Secret("Bearer \(tokens.accessToken)"))))
        #expect(try JSONObject.parse(document.body).string("sub") == tokens.idToken.subject)
    }

    @Test func `oidcc-userinfo-post-body: the token in the form`() async throws {
        let (installation, browser, client) = try await world()
        let tokens = try await client.signIn(in: browser)
        let document = try client.document(
            try await installation.post("userinfo", form: [("access_token", tokens.accessToken)]))
        #expect(document.contentType == "application/json")
        #expect(try JSONObject.parse(document.body).string("sub") == tokens.idToken.subject)
    }

    // MARK: Scopes and claims

    private func claims(_ scope: String) async throws -> JSONObject {
        let (_, browser, client) = try await world()
        return try await client.claims(try await client.signIn(["scope": scope], in: browser).accessToken)
    }

    @Test func `oidcc-scope-profile: name and preferred username`() async throws {
        let claims = try await claims("openid profile")
        #expect(claims.string("name") == "Ann Other")
        #expect(claims.string("preferred_username") == "ann@acme.example")
        #expect(!claims.contains("email"))
    }

    @Test func `oidcc-scope-email: an address that is verified`() async throws {
        let claims = try await claims("openid email")
        #expect(claims.string("email") == "ann@acme.example")
        #expect(claims.bool("email_verified") == true)
        #expect(!claims.contains("name"))
    }

    @Test(arguments: ["openid address", "openid phone"])
    func `oidcc-scope-address, oidcc-scope-phone: are not known and do no harm`(_ scope: String) async throws {
        #expect(try await claims(scope).keys == ["sub"])
    }

    @Test func `oidcc-scope-all: what there is of it`() async throws {
        let claims = try await claims("openid profile email address phone")
        #expect(Set(claims.keys) == ["sub", "name", "preferred_username", "email", "email_verified"])
    }

    @Test func `oidcc-claims-essential: the parameter is ignored as discovery says`() async throws {
        let (_, browser, client) = try await world()
        let claims = #"{"userinfo":{"name":{"essential":true}}}"#
        let tokens = try await client.signIn(["claims": claims], in: browser)
        #expect(try await client.claims(tokens.accessToken).string("name") == "Ann Other")
    }

    // MARK: Display, prompts, age, hints

    @Test(arguments: ["page", "popup"])
    func `oidcc-display-page, oidcc-display-popup: are taken`(_ display: String) async throws {
        let (_, browser, client) = try await world()
        _ = try await client.signIn(["display": display], in: browser)
    }

    @Test func `oidcc-prompt-login: the person signs in again, with a later auth_time`() async throws {
        let (installation, browser, client) = try await world()
        let first = try await client.signIn(in: browser)
        installation.clock.advance(by: .seconds(5))
        guard case .signIn(let signIn) = try await client.authorize(["prompt": "login"], in: browser) else {
            throw Unexpected("a sign-in")
        }
        #expect(signIn.requirements.isFresh)
        let arrived = try client.arrived(try await browser.signIn(signIn, at: installation))
        let second = try await client.tokens(try #require(arrived["code"]))
        #expect(second.idToken.subject == first.idToken.subject)
        let times = (first.idToken.claims.integer("auth_time"), second.idToken.claims.integer("auth_time"))
        #expect(try #require(times.1) == #require(times.0) + 5)
    }

    @Test func `oidcc-prompt-none-not-logged-in: login_required`() async throws {
        let (installation, browser, client) = try await world()
        let arrived = try await client.arrive(["prompt": "none"], in: browser)
        #expect(arrived["error"] == "login_required")
        #expect(arrived["state"] == client.secrets.state)
        #expect(try await installation.refusals() == ["login_required"])
    }

    @Test func `oidcc-prompt-none-logged-in: the same person and auth_time, silently`() async throws {
        let (installation, browser, client) = try await world()
        let first = try await client.signIn(in: browser)
        installation.clock.advance(by: .seconds(5))
        let arrived = try client.arrived(try await client.authorize(["prompt": "none"], in: browser))
        let second = try await client.tokens(try #require(arrived["code"]))
        #expect(second.idToken.subject == first.idToken.subject)
        #expect(second.idToken.claims.integer("auth_time") == first.idToken.claims.integer("auth_time"))
    }

    @Test func `oidcc-max-age-1: whoever signed in before that signs in again`() async throws {
        let (installation, browser, client) = try await world()
        let first = try await client.signIn(in: browser)
        installation.clock.advance(by: .seconds(2))
        guard case .signIn(let signIn) = try await client.authorize(["max_age": "1"], in: browser) else {
            throw Unexpected("a sign-in")
        }
        let arrived = try client.arrived(try await browser.signIn(signIn, at: installation))
        let second = try await client.tokens(try #require(arrived["code"]), maximumAge: .seconds(1))
        let times = (first.idToken.claims.integer("auth_time"), second.idToken.claims.integer("auth_time"))
        #expect(try #require(times.1) > #require(times.0))
    }

    @Test func `oidcc-max-age-10000: the session is young enough`() async throws {
        let (installation, browser, client) = try await world()
        let first = try await client.signIn(in: browser)
        installation.clock.advance(by: .seconds(2))
        let arrived = try client.arrived(try await client.authorize(["max_age": "10000"], in: browser))
        let second = try await client.tokens(try #require(arrived["code"]), maximumAge: .seconds(10000))
        #expect(second.idToken.claims.integer("auth_time") == first.idToken.claims.integer("auth_time"))
    }

    @Test func `oidcc-id-token-hint: with prompt none, the person of the hint`() async throws {
        let (_, browser, client) = try await world()
        let first = try await client.signIn(in: browser)
        let arrived = try await client.arrive(["prompt": "none", "id_token_hint": first.rawIDToken], in: browser)
        #expect(try await client.tokens(try #require(arrived["code"])).idToken.subject == first.idToken.subject)
        let other = TestBrowser()
        try await other.signIn(as: Said(email: "bob@acme.example"), at: client.installation)
        let refused = try await client.arrive(["prompt": "none", "id_token_hint": first.rawIDToken], in: other)
        #expect(refused["error"] == "login_required")
    }

    @Test func `oidcc-login-hint: goes on to the sign-in`() async throws {
        let (_, browser, client) = try await world()
        guard case .signIn(let signIn) = try await client.authorize(["login_hint": "ann@acme.example"], in: browser)
        else { throw Unexpected("a sign-in") }
        #expect(signIn.loginHint == "ann@acme.example")
        #expect(try client.arrived(try await browser.signIn(signIn, at: client.installation))["code"] != nil)
    }

    @Test(arguments: ["ui_locales", "claims_locales"])
    func `oidcc-ui-locales, oidcc-claims-locales: are taken`(_ name: String) async throws {
        let (_, browser, client) = try await world()
        _ = try await client.signIn([name: "se"], in: browser)
    }

    @Test func `oidcc-ensure-request-with-unknown-parameter-succeeds`() async throws {
        let (_, browser, client) = try await world()
        _ = try await client.signIn(["extra": "foobar"], in: browser)
    }

    @Test func `oidcc-ensure-request-with-acr-values-succeeds: a wish, and the answer says what there is`() async throws
    {
        let (_, browser, client) = try await world()
        let tokens = try await client.signIn(["acr_values": "urn:three 2"], in: browser, as: Said(acr: "urn:two"))
        #expect(tokens.idToken.claims.string("acr") == "urn:two")
    }

    // MARK: Codes, redirect URIs, clients

    @Test func `oidcc-codereuse: invalid_grant`() async throws {
        let (_, browser, client) = try await world()
        let code = try #require(try await client.arrive(in: browser)["code"])
        _ = try await client.tokens(code)
        #expect(try await client.redeem(code).error == "invalid_grant")
    }

    @Test func `oidcc-codereuse-30seconds: invalid_grant, and the access token is revoked`() async throws {
        let (installation, browser, client) = try await world()
        let code = try #require(try await client.arrive(in: browser)["code"])
        let tokens = try await client.tokens(code)
        installation.clock.advance(by: .seconds(30))
        #expect(try await client.redeem(code).error == "invalid_grant")
        #expect(try await client.userInfo(tokens.accessToken).error == "invalid_token")
    }

    @Test func `oidcc-ensure-registered-redirect-uri: an error page, no redirect`() async throws {
        let (installation, browser, client) = try await world()
        let code = try await installation.refusal {
            try await client.authorize(["redirect_uri": "https://jira.example/unregistered"], in: browser)
        }
        #expect(code == .redirectURIMismatch)
    }

    @Test func `oidcc-ensure-post-request-succeeds`() async throws {
        let (installation, browser, client) = try await world()
        let back = try client.arrived(try await installation.post("authorize", form: try client.request()))
        let resumed = try await installation.send("resume", query: [("request", try #require(back["request"]))])
        guard case .signIn(let signIn) = resumed else { throw Unexpected("a sign-in") }
        let arrived = try client.arrived(try await browser.signIn(signIn, at: installation))
        _ = try await client.tokens(try #require(arrived["code"]))
    }

    @Test func `oidcc-server-client-secret-post`() async throws {
        var (_, browser, client) = try await world { $0["clientAuthentication"] = .string("client_secret_post") }
        client.authentication = .post(Secret(TestInstallation.secret))
        _ = try await client.signIn(in: browser)
    }

    @Test func `oidcc-ensure-request-with-valid-pkce-succeeds`() async throws {
        let (_, browser, client) = try await world { $0["requirePKCE"] = .bool(true) }
        _ = try await client.signIn(in: browser)
        let bare = try await client.arrive(["code_challenge": nil, "code_challenge_method": nil], in: browser)
        #expect(bare["error"] == "invalid_request")
    }

    // MARK: Request objects

    @Test func `oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: nobody fetches it`()
        async throws
    {
        let (installation, browser, client) = try await world()
        let arrived = try await client.arrive(["request_uri": "https://jira.example/request.jwt"], in: browser)
        #expect(arrived["error"] == "request_uri_not_supported")
        #expect(installation.site.requests.isEmpty)
    }

    @Test func `oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported`() async throws {
        let (_, browser, client) = try await world()
        let arrived = try await client.arrive(
            ["request": "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCJ9."], in: browser)
        #expect(arrived["error"] == "request_not_supported")
    }

    @Test func `oidcc-ensure-request-object-with-redirect-uri: the one in the object is never gone to`() async throws {
        let (_, browser, client) = try await world()
        let claims: JSONObject = ["redirect_uri": "https://evil.example/", "client_id": "jira"]
        let object = "eyJhbGciOiJub25lIn0." + Base64URL.encode(claims.serialized()) + "."
        let arrived = try await client.arrive(["request": object], in: browser)
        #expect(arrived.address == TestInstallation.callback)
        #expect(arrived["error"] == "request_not_supported")
    }

    // MARK: Discovery

    @Test func `oidcc-discovery-endpoint-verification: every endpoint that is named is there`() async throws {
        let (installation, _, client) = try await world()
        let document = try client.document(try await installation.send(".well-known/openid-configuration"))
        #expect(document.contentType == "application/json")
        let metadata = try Discovery.process(
            OutboundResponse(status: .ok, headerFields: [.contentType: document.contentType], body: document.body),
            issuer: TestInstallation.issuer)
        let endpoints = [
            metadata.authorizationEndpoint, metadata.tokenEndpoint, metadata.jwksURI, metadata.userInfoEndpoint,
            metadata.endSessionEndpoint,
        ].compactMap { $0 }
        #expect(endpoints.count == 5)
        for endpoint in endpoints {
            let route = try #require(endpoint.absoluteString.split(separator: TestInstallation.issuer + "/").first)
            let request = FacadeRequest(method: .get, route: String(route))
            do {
                let response = try await installation.engine.facades.respond(to: request, at: TestInstallation.portal)
                #expect(response != nil, "\(route)")
            } catch is FacadeFailure {
                // A page that refuses an empty request is an endpoint, too.
            }
        }
        #expect(metadata.signingAlgorithms == ["RS256"])
        let object = try JSONObject.parse(document.body)
        #expect(object.strings("response_types_supported") == ["code"])
        #expect(object.strings("grant_types_supported") == ["authorization_code"])
        #expect(object.strings("subject_types_supported") == ["public"])
        #expect(object.bool("claims_parameter_supported") == false)
        #expect(object.bool("backchannel_logout_session_supported") == true)
    }
}
