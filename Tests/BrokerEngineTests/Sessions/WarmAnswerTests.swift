import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

/// The answer on the event loop: only for what was verified, only while the store is being watched.
@Suite struct WarmAnswerTests {
    private func warm() async throws -> (TestInstallation, TestBrowser, SignedIn) {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let signedIn = try await here.signIn("ann@globex.example", in: browser)
        #expect(here.engine.gate.warmAnswer(browser.request()) == nil)
        try await here.engine.live.reload()
        _ = await here.engine.gate.decide(browser.request())
        return (here, browser, signedIn)
    }

    private func isWarm(_ engine: Engine, _ request: GateRequest) -> Bool {
        if case .allow = engine.gate.warmAnswer(request) { true } else { false }
    }

    @Test func `a token is warm once it was decided`() async throws {
        let (here, browser, signedIn) = try await warm()
        guard case .allow(let grant) = here.engine.gate.warmAnswer(browser.request()) else { throw Unexpected("warm") }
        #expect(grant.headers[0].value == signedIn.customer.id.rawValue)
        #expect(here.metrics.labels.contains("gate allowed warm"))
        #expect(!isWarm(here.engine, browser.request(token: .some("x"))))
        #expect(!isWarm(here.engine, browser.request(token: .some(nil))))
    }

    @Test func `nothing is warm once nobody looked at the store for a second`() async throws {
        let (here, browser, _) = try await warm()
        here.clock.advance(by: .seconds(1))
        #expect(isWarm(here.engine, browser.request()))
        here.clock.advance(by: .microseconds(1))
        #expect(!isWarm(here.engine, browser.request()))
        here.engine.live.confirm(at: here.clock.now)
        #expect(isWarm(here.engine, browser.request()))
    }

    @Test func `a clock that is set back keeps nothing warm`() async throws {
        let (here, browser, _) = try await warm()
        here.clock.advance(by: .seconds(-3600))
        #expect(!here.engine.live.isFresh(at: here.clock.now))
        #expect(!isWarm(here.engine, browser.request()))
    }

    @Test func `the signed header is made anew every half minute`() async throws {
        let (here, browser, _) = try await warm()
        here.clock.advance(by: .seconds(30))
        here.engine.live.confirm(at: here.clock.now)
        #expect(!isWarm(here.engine, browser.request()))
        _ = await here.engine.gate.decide(browser.request())
        #expect(isWarm(here.engine, browser.request()))
    }

    @Test func `what ends in this process is cold when the call returns`() async throws {
        let (here, browser, signedIn) = try await warm()
        try await here.engine.sessions.end(.session(signedIn.session.id), reason: .revoked, actor: .system)
        #expect(!isWarm(here.engine, browser.request()))
        #expect(await here.engine.gate.decide(browser.request()).outcome == .noSession)
    }

    @Test func `what ends in another process is cold after a look at the store`() async throws {
        let (here, browser, signedIn) = try await warm()
        let other = try await here.otherEngine()
        _ = await other.gate.decide(browser.request())
        #expect(isWarm(other, browser.request()))
        try await here.engine.sessions.end(.customer(signedIn.customer.id), reason: .revoked, actor: .system)
        try await other.live.reload()
        #expect(!isWarm(other, browser.request()))
        #expect(await other.gate.decide(browser.request()).outcome == .noSession)
    }

    @Test func `a change of configuration or keys makes everything cold`() async throws {
        let (here, browser, _) = try await warm()
        try await here.change { $0.connections[0].name = "Another name" }
        #expect(!isWarm(here.engine, browser.request()))
        _ = await here.engine.gate.decide(browser.request())
        #expect(isWarm(here.engine, browser.request()))
        try await here.engine.keys.rotate(.session, emergency: true, actor: .system)
        #expect(!isWarm(here.engine, browser.request()))
    }

    @Test func `a session that ended while it was read is not remembered`() async throws {
        let (here, _, signedIn) = try await warm()
        let live = here.engine.live
        let (before, count) = (live.generation, live.verifiedTokenCount)
        try await here.engine.sessions.end(.session(signedIn.session.id), reason: .revoked, actor: .system)
        #expect(live.generation > before)
        live.remember(
            "late",
            VerifiedTokens.Entry(
                session: signedIn.session.id, site: "portal", until: here.clock.now + .seconds(30),
                grant: GateGrant(headers: [])), readAt: before, at: here.clock.now)
        #expect(live.verifiedTokenCount == count - 1)
    }

    @Test func `a look that found something confirms nothing until it was read`() async throws {
        let (here, browser, _) = try await warm()
        here.store.readsFail = true
        here.engine.live.reloadSoon()
        here.clock.advance(by: .seconds(2))
        here.engine.live.confirm(at: here.clock.now)
        #expect(!here.engine.live.isFresh(at: here.clock.now))
        #expect(!isWarm(here.engine, browser.request()))
        here.store.readsFail = false
        try await here.engine.live.reload()
        #expect(here.engine.live.isFresh(at: here.clock.now))
        here.clock.advance(by: .seconds(2))
        here.engine.live.confirm(at: here.clock.now)
        #expect(here.engine.live.isFresh(at: here.clock.now))
    }

    @Test func `many who ask for a reload at once all see what was there before`() async throws {
        let (here, _, _) = try await warm()
        let other = try await here.otherEngine()
        for round in 0..<20 {
            try await here.change { $0.connections[0].name = "Name \(round)" }
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await other.live.reload()
                        return other.live.resources.connections["acme-ext"]?.name
                    }
                }
                for try await name in group { #expect(name == "Name \(round)") }
            }
        }
    }
}
