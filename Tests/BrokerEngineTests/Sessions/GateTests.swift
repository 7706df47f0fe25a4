import Broker
import BrokerEngine
import BrokerModel
import JOSE
import Testing

/// Decisions of the gate, in one process.
@Suite struct GateTests {
    private func signedIn() async throws -> (TestInstallation, TestBrowser, SignedIn) {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let signedIn = try await here.signIn("ann@globex.example", in: browser)
        return (here, browser, signedIn)
    }

    private func outcome(_ here: TestInstallation, _ request: GateRequest) async -> GateOutcome {
        await here.engine.gate.decide(request).outcome
    }

    @Test func `a live session passes with the whole identity`() async throws {
        let (here, browser, signedIn) = try await signedIn()
        guard case .allow(let grant) = await here.engine.gate.decide(browser.request()) else {
            throw Unexpected("a grant")
        }
        #expect(grant.headers.map(\.name) == IdentityHeaders.names)
        #expect(grant.headers[0].value == signedIn.customer.id.rawValue)
        #expect(grant.headers[1].value == "ann@globex.example")
        #expect(grant.renewedToken == nil)
    }

    @Test func `a token alone passes while its session lives, and not after it expired`() async throws {
        let (here, browser, _) = try await signedIn()
        #expect(await outcome(here, browser.request(handle: .some(nil))) == .allowed)
        here.clock.advance(by: .seconds(600))
        #expect(await outcome(here, browser.request(handle: .some(nil))) == .noSession)
    }

    @Test func `a handle alone passes and brings a new token`() async throws {
        let (here, browser, signedIn) = try await signedIn()
        here.clock.advance(by: .seconds(601))
        guard case .allow(let grant) = await here.engine.gate.decide(browser.request()) else {
            throw Unexpected("a grant")
        }
        let renewed = try #require(grant.renewedToken).reveal()
        #expect(renewed != signedIn.credentials.token.reveal())
        #expect(await outcome(here, browser.request(token: .some(renewed), handle: .some(nil))) == .allowed)
        let session = try await here.store.read { try $0.session(signedIn.session.id) }
        #expect(session?.lastSeenAt == here.clock.now)
    }

    @Test func `an idle session ends at its deadline unless it was used`() async throws {
        let (here, browser, _) = try await signedIn()
        here.clock.advance(by: .seconds(8 * 3600 - 1))
        #expect(await outcome(here, browser.request(token: .some(nil))) == .allowed)
        here.clock.advance(by: .seconds(8 * 3600 - 1))
        #expect(await outcome(here, browser.request(token: .some(nil))) == .allowed)
        here.clock.advance(by: .seconds(8 * 3600))
        #expect(await outcome(here, browser.request(token: .some(nil))) == .noSession)
    }

    @Test func `an old session ends however much it is used`() async throws {
        let (here, browser, _) = try await signedIn()
        for _ in 0..<23 {
            here.clock.advance(by: .seconds(7 * 3600))
            #expect(await outcome(here, browser.request(token: .some(nil))) == .allowed)
        }
        here.clock.advance(by: .seconds(7 * 3600))
        #expect(await outcome(here, browser.request(token: .some(nil))) == .noSession)
    }

    @Test func `a session that ran out ends on record, once`() async throws {
        let (here, _, signedIn) = try await signedIn()
        here.clock.advance(by: .seconds(8 * 3600))
        try await here.engine.maintain()
        try await here.engine.maintain()
        let ended = try await here.records(.sessionEnded)
        #expect(ended.count == 1)
        #expect(ended.first?.customer == signedIn.customer.id)
        #expect(ended.first?.body.contains("\"expired\"") == true)
    }

    @Test func `after a sign-out neither token nor handle passes`() async throws {
        let (here, browser, signedIn) = try await signedIn()
        #expect(await outcome(here, browser.request()) == .allowed)
        try await here.engine.sessions.end(.session(signedIn.session.id), reason: .signedOut, actor: .customer)
        #expect(await outcome(here, browser.request()) == .noSession)
        #expect(await outcome(here, browser.request(token: .some(nil))) == .noSession)
        #expect(try await here.records(.logout).count == 1)
    }

    @Test func `a session that ended while it was renewed gets no token`() async throws {
        let (here, _, signedIn) = try await signedIn()
        let owner = try #require(
            try await here.engine.sessions.owner(handle: signedIn.credentials.handle.reveal(), at: .site("portal")))
        let site = try #require(here.engine.live.resources.sites["portal"])
        try await here.engine.sessions.end(.session(signedIn.session.id), reason: .revoked, actor: .system)
        #expect(try await here.engine.sessions.renew(owner, site: site) == nil)
    }

    @Test func `a new login ends the session that the browser had (M47)`() async throws {
        let (here, browser, first) = try await signedIn()
        let second = try await here.signIn("ann@globex.example", in: browser)
        #expect(first.session.id != second.session.id)
        #expect(
            try await here.engine.sessions.owner(handle: first.credentials.handle.reveal(), at: .site("portal")) == nil)
        #expect(await outcome(here, browser.request()) == .allowed)
        #expect(try await here.records(.sessionEnded).first?.body.contains("\"replaced\"") == true)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `a customer, connection or organization that is disabled is out at once`() async throws {
        let (here, browser, signedIn) = try await signedIn()
        try await here.engine.customers.setStatus(.disabled, of: signedIn.customer.id, actor: .system)
        #expect(await outcome(here, browser.request()) == .noSession)
        try await here.engine.customers.setStatus(.active, of: signedIn.customer.id, actor: .system)
        for close in [
            { (wanted: inout WantedResources) in wanted.connections[2].isEnabled.toggle() },
            { (wanted: inout WantedResources) in wanted.organizations[1].isEnabled.toggle() },
        ] {
            let browser = TestBrowser()
            try await here.signIn("ann@globex.example", in: browser)
            #expect(await outcome(here, browser.request()) == .allowed)
            try await here.change(close)
            #expect(await outcome(here, browser.request()) == .noSession)
            // Opening again does not bring the session back.
            try await here.change(close)
            #expect(await outcome(here, browser.request()) == .noSession)
        }
    }

    @Test func `a forged token is no session`() async throws {
        let (here, browser, signedIn) = try await signedIn()
        let token = signedIn.credentials.token.reveal()
        let parts = token.split(separator: ".").map(String.init)
        let keys = here.engine.live.keys
        let claims = try JSONObject.parse(Base64URL.decode(parts[1]))
        let strange = try SigningKey.generate(.es256)
        let alike = try SigningKey(
            pkcs8DER: SigningKey.generate(.es256).pkcs8DER, algorithm: .es256,
            kid: try #require(keys.signingKey(.session)).kid)
        let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
        var forged = [
            "\(none).\(parts[1]).", "\(parts[0]).\(parts[1]).", String(token.dropLast()), token + "A", "x", "",
            try strange.issue(claims: claims), try alike.issue(claims: claims),
            // Our own keys of another use (M64).
            try #require(keys.signingKey(.identity)).issue(claims: claims),
            try #require(keys.signingKey(.audit)).issue(claims: claims),
        ]
        let session = try #require(keys.signingKey(.session))
        let changes: [(String, JSONValue?)] = [
            ("aud", "other"), ("aud", ["portal"]), ("iss", "https://evil.example"), ("token_use", "identity"),
            ("token_use", nil), ("sid", "s_unknown"), ("sid", nil), ("exp", nil), ("exp", "9999999999"), ("exp", 1),
        ]
        for (name, value) in changes {
            var changed = claims
            changed[name] = value
            forged.append(try session.issue(claims: changed))
        }
        for token in forged {
            #expect(await outcome(here, browser.request(token: .some(token), handle: .some(nil))) == .noSession)
        }
        let right = try session.issue(claims: claims)
        #expect(await outcome(here, browser.request(token: .some(right))) == .allowed)
    }

    @Test func `an identity header is no session token`() async throws {
        let (here, browser, _) = try await signedIn()
        guard case .allow(let grant) = await here.engine.gate.decide(browser.request()) else {
            throw Unexpected("a grant")
        }
        let header = grant.headers[4].value
        #expect(await outcome(here, browser.request(token: .some(header), handle: .some(nil))) == .noSession)
    }

    @Test func `two cookies of one name are none (M48)`() async throws {
        let (here, browser, signedIn) = try await signedIn()
        let good = browser.request(handle: .some(nil))
        for planted in ["__Host-vestibule=x", "__Host-vestibule=\(signedIn.credentials.token.reveal())"] {
            var request = browser.request()
            request.cookies += "; \(planted)"
            guard case .signIn(let signIn) = await here.engine.gate.decide(request) else { throw Unexpected("none") }
            #expect(signIn.clearsCookies)
            #expect(here.engine.gate.warmAnswer(request) == nil)
        }
        var twoHandles = browser.request(token: .some(nil))
        twoHandles.cookies += "; __Host-vestibule-session=x"
        #expect(await outcome(here, twoHandles) == .noSession)
        #expect(await outcome(here, good) == .allowed)
    }

    @Test func `a store that fails lets nobody in`() async throws {
        let (here, browser, _) = try await signedIn()
        here.store.readsFail = true
        #expect(await outcome(here, browser.request()) == .unavailable)
        #expect(await outcome(here, browser.request(token: .some(nil))) == .unavailable)
        here.store.readsFail = false
        here.clock.advance(by: .seconds(60))
        here.store.fail(write: 0)
        #expect(await outcome(here, browser.request(token: .some(nil))) == .unavailable)
        here.clock.advance(by: .seconds(2))
        here.store.readsFail = true
        #expect(await outcome(here, browser.request(token: .some(nil), handle: .some(nil))) == .unavailable)
    }
}
