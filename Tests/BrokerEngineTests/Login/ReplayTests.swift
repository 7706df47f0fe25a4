import Broker
import BrokerEngine
import BrokerModel
import Synchronization
import Testing

@Suite struct ReplayTests {
    /// Sends one callback many times at once and counts what came of it.
    private func storm(
        _ arrivals: [(Engine, LoginReturn)]
    ) async throws -> (sessions: Int, codes: Set<LoginError.Code>) {
        try await withThrowingTaskGroup(of: LoginError.Code?.self) { group in
            for (engine, arrival) in arrivals {
                group.addTask {
                    do {
                        _ = try await engine.login.complete(arrival)
                        return nil
                    } catch let failure as LoginFailure {
                        return failure.code
                    }
                }
            }
            var (sessions, codes) = (0, Set<LoginError.Code>())
            for try await code in group {
                if let code { codes.insert(code) } else { sessions += 1 }
            }
            return (sessions, codes)
        }
    }

    @Test func `a hundred replays of one callback make one session`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        let arrival = try browser.arrival(try await browser.go(here.engine, "ann@globex.example"))
        let (sessions, codes) = try await storm(Array(repeating: (here.engine, arrival), count: 100))
        #expect(sessions == 1)
        #expect(codes == [.loginAlreadyUsed])
        #expect(try await here.sessionCount() == 1)
        #expect(try await here.records(.loginSucceeded).count == 1)
        #expect(try await here.records(.loginFailed).count == 99)
    }

    @Test func `a hundred replays at two processes make one session`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let other = try await here.otherEngine()
        let browser = TestBrowser()
        let arrival = try browser.arrival(try await browser.go(here.engine, "ann@globex.example"))
        let arrivals = (0..<100).map { ($0.isMultiple(of: 2) ? here.engine : other, arrival) }
        let (sessions, codes) = try await storm(arrivals)
        #expect(sessions == 1)
        #expect(codes == [.loginAlreadyUsed])
        #expect(try await here.sessionCount() == 1)
        #expect(try await AuditVerifier(here.engine.environment).verify() == .broken(.headMissing))
    }

    @Test func `fifty first logins of one person make one customer`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        var arrivals: [(Engine, LoginReturn)] = []
        for _ in 0..<50 {
            let browser = TestBrowser()
            arrivals.append(
                (here.engine, try browser.arrival(try await browser.go(here.engine, "ann@globex.example"))))
        }
        #expect(try await storm(arrivals).sessions == 50)
        #expect(try await here.engine.customers.list(limit: 10).count == 1)
        #expect(try await here.records(.customerCreated).count == 1)
    }

    @Test func `forty logins in one browser all end`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let browser = TestBrowser()
        var waiting: [TestBrowser.Waiting] = []
        for _ in 0..<40 { waiting.append(try await browser.go(here.engine, "ann@globex.example")) }
        #expect(Set(waiting.map(\.reference)).count == 40)
        let arrivals = try waiting.map { (here.engine, try browser.arrival($0)) }
        #expect(try await storm(arrivals).sessions == 40)
    }

    @Test func `a message that was accepted once is never accepted again (M29)`() async throws {
        let here = try await TestInstallation()
        let once = [OneTimeIdentifier("_assertion", until: here.clock.now + .seconds(300))]
        try await here.signIn("ann@globex.example") { $0.oneTime = once }
        let replayed = try await here.refusal { try await here.signIn("ann@globex.example") { $0.oneTime = once } }
        #expect(replayed.code == .replayed)
        let other = try await here.otherEngine()
        let elsewhere = try await here.refusal {
            try await here.signIn("ann@globex.example", on: other) { $0.oneTime = once }
        }
        #expect(elsewhere.code == .replayed)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `a login that fails takes no one-time identifier`() async throws {
        let here = try await TestInstallation()
        let once = [OneTimeIdentifier("_assertion", until: here.clock.now + .seconds(300))]
        try await here.signIn("ann@globex.example", subject: "first")
        let conflict = try await here.refusal {
            try await here.signIn("ann@globex.example", subject: "second") { $0.oneTime = once }
        }
        #expect(conflict.code == .emailConflict)
        try await here.signIn("ann@globex.example", subject: "first") { $0.oneTime = once }
    }

    @Test func `references of one second that collide are made anew`() async throws {
        let here = try await TestInstallation()
        let engine = try await here.otherEngine { environment in
            let draws = Draws()
            environment.randomness = Randomness { count in
                // The first three references are one and the same.
                count == 4 && draws.next() <= 3 ? [1, 2, 3, 4] : Randomness.system.bytes(count)
            }
        }
        let first = try await TestBrowser().start(engine)
        let second = try await TestBrowser().start(engine)
        #expect(first.reference != second.reference)
        #expect(try await here.records(.loginStarted).count == 2)
    }

    private final class Draws: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }
}
