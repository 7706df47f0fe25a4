import Broker
import BrokerEngine
import BrokerModel
import Testing

/// A store that fails ends in no session and in nothing half-made.
@Suite struct StoreFailureTests {
    /// What the store holds of people and sessions.
    private func traces(_ here: TestInstallation) async throws -> [Int] {
        let now = here.clock.now
        return try await here.store.read { reader in
            [
                try reader.customers(organization: nil, matching: nil, after: nil, limit: 100).count,
                try reader.liveSessionCount(at: now),
                try reader.auditRecords(AuditFilter(kinds: [.loginSucceeded, .customerCreated]), limit: 100).count,
            ]
        }
    }

    @Test func `each write of a callback may fail and nothing is left of it`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        // Consuming the round is the first write, opening the session the second.
        for number in 1...2 {
            let browser = TestBrowser()
            let waiting = try await browser.go(here.engine, "ann@globex.example")
            here.store.fail(write: number)
            let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
            here.store.fail(write: nil)
            #expect(failure.code == .storeUnavailable)
            #expect(failure.reference == waiting.reference)
            #expect(try await traces(here) == [0, 0, 0])
            #expect(
                try await here.store.read {
                    try $0.auditRecords(AuditFilter(kinds: [.loginFailed], reference: waiting.reference), limit: 9)
                }.map(\.kind) == [.loginFailed])
        }
        try await here.signIn("ann@globex.example")
        #expect(try await traces(here) == [1, 1, 2])
    }

    @Test func `each write before the IdP may fail too`() async throws {
        let here = try await TestInstallation()
        for number in 1...3 {
            let browser = TestBrowser()
            here.store.fail(write: number)
            let failure = try await here.refusal { try await browser.go(here.engine, "ann@globex.example") }
            here.store.fail(write: nil)
            #expect(failure.code == .storeUnavailable)
        }
        here.store.fail(write: 0)
        #expect(try await here.refusal { try await TestBrowser().start(here.engine) }.code == .storeUnavailable)
    }

    @Test func `reads that fail refuse at every step`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        here.store.readsFail = true
        let visit = browser.visit(login)
        let engine = here.engine
        #expect(try await here.refusal { try await engine.login.view(visit) }.code == .storeUnavailable)
        #expect(
            try await here.refusal { try await engine.login.identify("ann@globex.example", visit) }.code
                == .storeUnavailable)
        #expect(try await here.refusal { try await engine.login.pick("acme-ext", visit) }.code == .storeUnavailable)
        #expect(
            try await here.refusal { try await engine.login.continueUniformly(visit) }.code == .storeUnavailable)
        #expect(try await here.refusal { try await browser.complete(engine, waiting) }.code == .storeUnavailable)
        here.store.readsFail = false
        here.script.vouch(for: here.identity("ann@globex.example"))
        try await browser.complete(engine, waiting)
    }

    @Test func `without a key that signs there is no session`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        try await here.store.write { writer in
            for key in try writer.keys(.session) { try writer.delete(key: key.id) }
        }
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == .storeUnavailable)
        #expect(try await traces(here) == [0, 0, 0])
    }

    @Test func `a refusal that cannot be recorded still refuses, and the log says so`() async throws {
        let here = try await TestInstallation()
        let waiting = try await TestBrowser().go(here.engine, "ann@globex.example")
        here.store.fail(write: 0)
        let arrival = try TestBrowser().arrival(waiting)
        #expect(try await here.refusal { try await here.engine.login.complete(arrival) }.code == .browserMismatch)
        #expect(here.log.lines.contains { $0.contains("a refusal was not recorded") })
    }
}
