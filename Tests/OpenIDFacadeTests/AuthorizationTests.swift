import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDConnect
import Testing

@Suite struct AuthorizationTests {
    @Test func `a live session is answered at once, with everything that a strict client asks for`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        let signedIn = try await browser.signIn(at: installation)
        let arrived = try await client.arrive(in: browser)
        #expect(arrived.address == TestInstallation.callback)
        #expect(arrived["state"] == client.secrets.state)
        #expect(arrived["iss"] == TestInstallation.issuer)
        let tokens = try await client.tokens(try #require(arrived["code"]), maximumAge: .seconds(60))
        #expect(tokens.idToken.subject == signedIn.customer.id.rawValue)
        #expect(tokens.idToken.claims.string("preferred_username") == "ann@acme.example")
        #expect(tokens.idToken.claims.strings("amr") == ["pwd"])
        #expect(tokens.idToken.claims.string("sid") != nil)
        #expect(tokens.idToken.claims.string("sid") != signedIn.session.id.rawValue)
        #expect(tokens.scope == "openid profile email")
    }

    @Test func `nobody is sent to an address that is not registered, signed in or not`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        for _ in 0..<2 {
            let foreign = try await installation.refusal {
                try await client.authorize(["redirect_uri": TestInstallation.callback + "/"], in: browser)
            }
            #expect(foreign == .redirectURIMismatch)
            let unknown = try await installation.refusal { try await client.authorize(["client_id": "x"], in: browser) }
            #expect(unknown == .clientUnknown)
            try await browser.signIn(at: installation)
        }
        #expect(try await installation.refusals().sorted().first == "client_unknown")
        #expect(try await installation.refusals().count == 4)
    }

    @Test func `a parameter that is there twice refuses on a page`() async throws {
        let installation = try await TestInstallation()
        let client = TestClient(installation: installation)
        let query = try client.request() + [("redirect_uri", "https://evil.example/")]
        #expect(
            try await installation.refusal { try await installation.send("authorize", query: query) }
                == .malformedRequest)
    }

    @Test func `a refusal that the protocol sends back is recorded`() async throws {
        let installation = try await TestInstallation()
        let client = TestClient(installation: installation)
        let arrived = try await client.arrive(["response_type": "token"], in: TestBrowser())
        #expect(arrived["error"] == "unsupported_response_type")
        #expect(arrived["state"] == client.secrets.state)
        #expect(arrived["iss"] == TestInstallation.issuer)
        #expect(arrived.refusal?.rule == "response type (RFC 6749 3.1.1)")
        #expect(try await installation.refusals() == ["message_refused"])
    }

    @Test func `a posted request waits for the browser's cookies`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        try await browser.signIn(at: installation)
        let response = try await installation.post("authorize", form: try client.request())
        let back = try client.arrived(response)
        #expect(back.address == TestInstallation.issuer + "/resume")
        let value = try #require(back["request"])
        let arrived = try client.arrived(
            try await installation.send("resume", query: [("request", value)], handle: browser.handle))
        #expect(arrived["code"] != nil)
        // Without cookies the person signs in, once.
        let other = try await installation.send("resume", query: [("request", value)])
        guard case .signIn = other else { throw Unexpected("a sign-in") }
    }

    @Test func `a posted request that asks for a fresh sign-in gets one`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        try await browser.signIn(at: installation)
        installation.clock.advance(by: .seconds(5))
        let back = try client.arrived(
            try await installation.post("authorize", form: try client.request(["prompt": "login"])))
        let resumed = try await installation.send(
            "resume", query: [("request", try #require(back["request"]))], handle: browser.handle)
        guard case .signIn(let signIn) = resumed else { throw Unexpected("a sign-in") }
        #expect(signIn.requirements.isFresh)
    }

    @Test func `a request that nobody kept, or that waited too long, is refused`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        #expect(
            try await installation.refusal { try await installation.send("resume", query: [("request", "x")]) }
                == .requestExpired)
        #expect(try await installation.refusal { try await installation.send("resume") } == .requestExpired)
        guard case .signIn(let signIn) = try await client.authorize(in: browser) else { throw Unexpected("a sign-in") }
        installation.clock.advance(by: .seconds(901))
        #expect(
            try await installation.refusal { try await browser.signIn(signIn, at: installation) } == .requestExpired)
    }

    @Test func `a redirect URI that was taken away meanwhile gets nothing`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        guard case .signIn(let signIn) = try await client.authorize(in: browser) else { throw Unexpected("a sign-in") }
        try await installation.apply { $0["redirectURIs"] = .array([.string("https://jira.example/new")]) }
        #expect(
            try await installation.refusal { try await browser.signIn(signIn, at: installation) }
                == .redirectURIMismatch)
    }

    @Test func `an old sign-in at the IdP is no fresh one, and nobody is asked in circles`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        try await browser.signIn(at: installation)
        installation.clock.advance(by: .seconds(600))
        guard case .signIn(let signIn) = try await client.authorize(["prompt": "login"], in: browser) else {
            throw Unexpected("a sign-in")
        }
        // Somebody goes round: an ordinary sign-in from an old session at the IdP, then back to the request.
        try await browser.signIn(as: Said(age: 500), at: installation)
        let query = signIn.resume.dropFirst("resume?".count)
        let arrived = try client.arrived(
            try await installation.answer(
                FacadeRequest(method: .get, route: "resume", query: String(query), handle: browser.handle)))
        #expect(arrived["error"] == "login_required")
    }

    @Test func `a fresh sign-in answers one request once`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        guard case .signIn(let signIn) = try await client.authorize(["prompt": "login"], in: browser) else {
            throw Unexpected("a sign-in")
        }
        #expect(try client.arrived(try await browser.signIn(signIn, at: installation))["code"] != nil)
        let query = String(signIn.resume.dropFirst("resume?".count))
        let again = FacadeRequest(method: .get, route: "resume", query: query, handle: browser.handle)
        #expect(try await installation.refusal { try await installation.answer(again) } == .replayed)
    }

    @Test func `a session that ends while it is answered gets no code`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        try await browser.signIn(at: installation)
        installation.store.before(write: 1) {
            try await installation.engine.sessions.end(.all, reason: .revoked, actor: .system)
        }
        #expect(try await client.arrive(in: browser)["error"] == "login_required")
    }

    @Test func `a site that does not admit the person gets nothing`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        try await browser.signIn(at: installation)
        try await installation.apply(site: { $0.organizations = ["globex"] })
        #expect(try await installation.refusal { try await client.authorize(in: browser) } == .notAdmitted)
    }

    @Test func `an ID token of somebody else leads to a sign-in, and then to nothing`() async throws {
        let installation = try await TestInstallation()
        let (browser, other) = (TestBrowser(), TestBrowser())
        let client = TestClient(installation: installation)
        let hint = try await client.signIn(in: other, as: Said(email: "bob@acme.example")).rawIDToken
        try await browser.signIn(at: installation)
        guard case .signIn(let signIn) = try await client.authorize(["id_token_hint": hint], in: browser) else {
            throw Unexpected("a sign-in")
        }
        let arrived = try client.arrived(try await browser.signIn(signIn, at: installation))
        #expect(arrived["error"] == "login_required")
        let forged = try await client.arrive(["id_token_hint": hint.dropLast(4) + "AAAA"], in: browser)
        #expect(forged["error"] == "invalid_request")
    }

    @Test func `an answer by form is posted`() async throws {
        let installation = try await TestInstallation()
        let (browser, client) = (TestBrowser(), TestClient(installation: installation))
        try await browser.signIn(at: installation)
        let arrived = try await client.arrive(["response_mode": "form_post"], in: browser)
        #expect(arrived.isPosted)
        #expect(arrived["code"] != nil)
        let refused = try await client.arrive(["response_mode": "form_post", "scope": "email"], in: browser)
        #expect(refused.isPosted)
        #expect(refused["error"] == "invalid_scope")
    }

    @Test func `there is nothing at other routes`() async throws {
        let installation = try await TestInstallation()
        for route in ["", "authorize/", "Authorize", "register", "revoke", "introspect", ".well-known/jwks.json"] {
            let request = FacadeRequest(method: .get, route: route)
            let response = try await installation.engine.facades.respond(to: request, at: TestInstallation.portal)
            #expect(response == nil, "\(route)")
        }
    }
}
