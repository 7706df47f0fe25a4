import Broker
import BrokerModel
import JOSE
import Testing

@testable import BrokerEngine

@Suite struct KeyServiceTests {
    private func states(_ engine: Engine, _ use: StoredKey.Use = .session) async throws -> [StoredKey.State] {
        try await engine.keys.list(use).map(\.state)
    }

    private func published(_ engine: Engine) throws -> Set<String> {
        Set(try JWKSet.parse(engine.live.keys.publicJWKS).keys.compactMap(\.kid))
    }

    @Test func `a first start makes one key for each use, each probed`() async throws {
        let here = try await TestInstallation()
        for use in StoredKey.Use.allCases where use.facade == nil {
            #expect(try await states(here.engine, use) == [.active])
        }
        #expect(here.probe.count == 3)
        #expect(try await here.records(.keyActivated).count == 3)
        // The audit key is nobody else's business.
        let audit = try await here.engine.keys.list(.audit)
        #expect(try published(here.engine).count == 2)
        #expect(try !published(here.engine).contains(audit[0].id))
        #expect(try await here.engine.keys.publicPEM(.session)[0].pem.hasPrefix("-----BEGIN PUBLIC KEY-----"))
    }

    @Test func `a key that the witness does not verify never signs`() async throws {
        let here = try await TestInstallation(starts: false)
        here.probe.accepts = false
        await #expect(throws: KeyProbeFailure.self) { try await here.engine.start() }
        for use in StoredKey.Use.allCases where use.facade == nil {
            #expect(try await states(here.engine, use).isEmpty)
        }
        #expect(await here.engine.gate.decide(TestBrowser().request()).outcome == .unavailable)
        here.probe.accepts = true
        try await here.engine.start()
        #expect(try await states(here.engine) == [.active])
    }

    @Test func `a probe that fails at a rotation leaves the old key signing and the log signed`() async throws {
        let here = try await TestInstallation()
        here.clock.advance(by: .seconds(1))
        try await here.engine.keys.rotate(.session, emergency: false, actor: .system)
        here.clock.advance(by: .seconds(86400))
        here.probe.accepts = false
        await #expect(throws: KeyProbeFailure.self) { try await here.engine.maintain() }
        #expect(try await states(here.engine) == [.active, .next])
        #expect(try await here.store.read { try $0.lastAuditHead() } != nil)
        try await here.signIn("ann@globex.example")
    }

    @Test func `a new key is published a day before it signs`() async throws {
        let here = try await TestInstallation()
        let old = try #require(here.engine.live.keys.signingKey(.session)).kid
        here.clock.advance(by: .seconds(1))
        try await here.engine.keys.rotate(.session, emergency: false, actor: .administrator("root"))
        #expect(try await states(here.engine) == [.active, .next])
        let next = try await here.engine.keys.list(.session)[1].id
        #expect(try published(here.engine).isSuperset(of: [old, next]))
        here.clock.advance(by: .seconds(86400) - .microseconds(1))
        try await here.engine.maintain()
        #expect(here.engine.live.keys.signingKey(.session)?.kid == old)
        here.clock.advance(by: .microseconds(1))
        try await here.engine.maintain()
        #expect(here.engine.live.keys.signingKey(.session)?.kid == next)
        #expect(try await states(here.engine) == [.retired, .active])
        #expect(try published(here.engine).contains(old))
        // Token lifetime, skew and an hour later the old one is gone.
        here.clock.advance(by: .seconds(600 + 60 + 3600))
        try await here.engine.maintain()
        #expect(try await here.engine.keys.list(.session).map(\.id) == [next])
    }

    @Test func `a key signs for its time and no longer`() async throws {
        let here = try await TestInstallation()
        here.clock.advance(by: .seconds(89 * 86400))
        try await here.engine.maintain()
        #expect(try await states(here.engine) == [.active, .next])
        here.clock.advance(by: .seconds(86400))
        try await here.engine.maintain()
        #expect(try await states(here.engine) == [.retired, .active])
        #expect(try await states(here.engine, .audit) == [.active])
    }

    @Test func `an emergency ends all tokens, and handles bring new ones`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        try await here.signIn("ann@globex.example", in: browser)
        let tokenOnly = browser.request(handle: .some(nil))
        #expect(await here.engine.gate.decide(tokenOnly).outcome == .allowed)
        let other = try await here.otherEngine()
        _ = await other.gate.decide(tokenOnly)
        try await here.engine.keys.rotate(.session, emergency: true, actor: .administrator("root"))
        #expect(await here.engine.gate.decide(tokenOnly).outcome == .noSession)
        try await other.live.reload()
        #expect(await other.gate.decide(tokenOnly).outcome == .noSession)
        guard case .allow(let grant) = await here.engine.gate.decide(browser.request()) else {
            throw Unexpected("a grant")
        }
        let renewed = browser.request(token: .some(grant.renewedToken?.reveal()), handle: .some(nil))
        #expect(await other.gate.decide(renewed).outcome == .allowed)
        #expect(try await here.engine.keys.list(.session).count == 1)
    }

    @Test func `an audit key that was rotated still verifies the past`() async throws {
        let here = try await TestInstallation()
        try await here.engine.audit.signHead()
        here.clock.advance(by: .seconds(1))
        try await here.engine.keys.rotate(.audit, emergency: false, actor: .administrator("root"))
        here.clock.advance(by: .seconds(86400))
        try await here.engine.maintain()
        #expect(try await states(here.engine, .audit) == [.retired, .active])
        here.clock.advance(by: .seconds(365 * 86400))
        try await here.engine.maintain()
        try await here.engine.audit.signHead()
        #expect(try await states(here.engine, .audit) == [.retired, .active])
        guard case .intact = try await AuditVerifier(here.engine.environment).verify() else {
            throw Unexpected("an intact log")
        }
    }

    @Test func `two processes that start at once make one key of each use`() async throws {
        let here = try await TestInstallation(starts: false)
        let (first, second) = (here.engine, Engine(here.engine.environment))
        async let one: Void = first.start()
        async let two: Void = second.start()
        _ = try await (one, two)
        for use in StoredKey.Use.allCases where use.facade == nil { #expect(try await states(first, use) == [.active]) }
        #expect(try await here.records(.keyActivated).count == 3)
        try await first.live.reload()
        #expect(first.live.keys.ids == second.live.keys.ids)
    }

    @Test func `a sealed key that was moved to another use does not open`() async throws {
        let here = try await TestInstallation()
        let stored = try await here.engine.keys.list(.identity)[0]
        let keyring = here.engine.environment.keyring
        #expect(throws: Never.self) { try stored.open(with: keyring) }
        var moved = stored
        moved.use = .session
        #expect(throws: JOSEError.self) { try moved.open(with: keyring) }
        var renamed = stored
        renamed.id = "another"
        #expect(throws: JOSEError.self) { try renamed.open(with: keyring) }
        // Nor does a ring that had it open take it along to another use.
        let ring = here.engine.live.keys.updated(from: [moved], keyring: keyring)
        #expect(ring.signingKey(.session) == nil)
        #expect(ring.verifier(.session) == nil)
    }
}

extension KeyServiceTests {
    @Test func `a ring knows keys by their use`() async throws {
        let here = try await TestInstallation()
        let ring = here.engine.live.keys
        let token = try #require(ring.signingKey(.identity)).issue(claims: ["a": 1])
        #expect(throws: JOSEError(.unknownKey)) { try #require(ring.verifier(.session)).verify(token) }
        #expect(throws: Never.self) { try #require(ring.verifier(.identity)).verify(token) }
        #expect(SigningKeys().signingKey(.session) == nil)
        #expect(try JWKSet.parse(SigningKeys().publicJWKS).keys.isEmpty)
    }
}
