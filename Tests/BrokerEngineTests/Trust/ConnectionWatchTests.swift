import Broker
import BrokerModel
import Foundation
import Synchronization
import Testing

@testable import BrokerEngine

@Suite struct ConnectionWatchTests {
    private static let ids: [ConnectionID] = (0..<10).map { ConnectionID(rawValue: "saml-\($0)") }

    private func installation(
        _ ids: [ConnectionID] = ["acme-saml"], _ change: @escaping (inout Connection) -> Void = { _ in }
    ) async throws -> (TestInstallation, KeyedScript) {
        let script = KeyedScript()
        let here = try await TestInstallation { wanted in
            for id in ids { wanted.connections.append(.keyed(id, script, change)) }
        }
        return (here, script)
    }

    private func changes(_ here: TestInstallation) async throws -> [String] {
        try await here.records(.connectionTrustChanged).map(\.body)
    }

    // MARK: When

    @Test func `what is due is refreshed, and what is not is left alone`() async throws {
        let (here, script) = try await installation()
        script.trust("a", next: here.clock.now + .seconds(600))
        try await here.engine.watch.tend()
        here.clock.advance(by: .seconds(599))
        try await here.engine.watch.tend()
        #expect(script.refreshed.count == 1)
        here.clock.advance(by: .seconds(1))
        try await here.engine.watch.tend()
        #expect(script.refreshed.count == 2)
    }

    @Test func `a module that is always due is not asked more than once a minute`() async throws {
        let (here, script) = try await installation()
        script.trust("a", next: here.clock.now - .seconds(9))
        for _ in 0..<3 { try await here.engine.watch.tend() }
        #expect(script.refreshed.count == 1)
        here.clock.advance(by: .seconds(60))
        try await here.engine.watch.tend()
        #expect(script.refreshed.count == 2)
    }

    @Test func `other settings are trusted anew at once`() async throws {
        let (here, script) = try await installation()
        script.trust("a", next: here.clock.now + .seconds(86400))
        try await here.engine.watch.tend()
        try await here.change("acme-saml") { $0.name = "Another name" }
        try await here.engine.watch.tend()
        #expect(script.refreshed.count == 2)
    }

    @Test func `a disabled connection and one of a disabled organization are not refreshed`() async throws {
        let (here, script) = try await installation(["off", "on"]) { $0.isEnabled = $0.id == "on" }
        try await here.engine.watch.tend()
        #expect(script.refreshed == ["on"])
        here.clock.advance(by: .seconds(86400))
        try await here.change { $0.organizations[0].isEnabled = false }
        try await here.engine.watch.tend()
        #expect(script.refreshed == ["on"])
    }

    @Test func `of two processes one refreshes`() async throws {
        let (here, script) = try await installation()
        script.trust("a", next: here.clock.now + .seconds(3600))
        let other = try await here.otherEngine()
        async let one: Void = here.engine.watch.tend()
        async let two: Void = other.watch.tend()
        _ = try await (one, two)
        #expect(script.refreshed == ["acme-saml"])
    }

    @Test func `at most four identity providers are asked at a time, and all are asked`() async throws {
        let (here, script) = try await installation(Self.ids)
        let gauge = Gauge()
        script.onRefresh { _ in await gauge.visit() }
        try await here.engine.watch.tend()
        #expect(Set(script.refreshed) == Set(Self.ids))
        #expect(gauge.most == ConnectionWatch.concurrency)
    }

    @Test func `one that fails stops none of the others`() async throws {
        let (here, script) = try await installation(Self.ids)
        script.onRefresh { id in
            TrustStatus(
                keys: [], lastGood: nil, nextRefresh: nil, problem: id == Self.ids[0] ? "it is away" : nil)
        }
        try await here.engine.watch.tend()
        #expect(Set(script.refreshed) == Set(Self.ids))
    }

    @Test func `a connection that does not load stops none of the others`() async throws {
        let (here, script) = try await installation(["acme-saml", "zebra"])
        try await here.store.write { writer in
            let keys = try writer.connectionKeys(of: "acme-saml")
            for key in keys { _ = try writer.delete(connectionKey: key.id) }
            try writer.raiseResourceRevision()
        }
        try await here.engine.live.reload()
        for _ in 0..<2 { try await here.engine.watch.tend() }
        #expect(script.refreshed == ["zebra"])
        #expect(here.log.lines.count { $0.hasPrefix("warning a connection does not load") } == 1)
    }

    // MARK: Changes of trust

    @Test func `trusted keys that change are recorded once over all processes, with old and new ids`() async throws {
        let (here, script) = try await installation()
        let other = try await here.otherEngine()
        script.trust("b", "a")
        try await here.engine.watch.tend()
        #expect(try await changes(here).isEmpty)
        script.trust("c", "b")
        here.clock.advance(by: .seconds(3600))
        async let one: Void = here.engine.watch.tend()
        async let two: Void = other.watch.tend()
        _ = try await (one, two)
        here.clock.advance(by: .seconds(3600))
        try await other.watch.tend()
        let recorded = try await changes(here)
        #expect(recorded.count == 1)
        #expect(recorded.first?.contains(#""old":"a b""#) == true && recorded.first?.contains(#""new":"b c""#) == true)
    }

    @Test func `another order of the same keys is no change`() async throws {
        let (here, script) = try await installation()
        script.trust("a", "b")
        try await here.engine.watch.tend()
        script.trust("b", "a")
        here.clock.advance(by: .seconds(3600))
        try await here.engine.watch.tend()
        #expect(try await changes(here).isEmpty)
    }

    @Test func `an identity provider that is away is no change of trust`() async throws {
        let (here, script) = try await installation()
        script.trust("a")
        try await here.engine.watch.tend()
        script.trust(problem: "it is away")
        here.clock.advance(by: .seconds(3600))
        try await here.engine.watch.tend()
        script.trust("a")
        here.clock.advance(by: .seconds(3600))
        try await here.engine.watch.tend()
        #expect(script.refreshed.count == 3)
        #expect(try await changes(here).isEmpty)
    }

    @Test func `all keys withdrawn by an answer that is good is a change`() async throws {
        let (here, script) = try await installation()
        script.trust("a")
        try await here.engine.watch.tend()
        script.trust()
        here.clock.advance(by: .seconds(3600))
        try await here.engine.watch.tend()
        #expect(try await changes(here).count == 1)
    }

    @Test func `what a module left in the place of the record is written over`() async throws {
        let (here, script) = try await installation()
        let memory = try here.engine.connections.context(for: "acme-saml").memory
        #expect(try await memory.compareAndSet(TrustRecord.memoryKey, expected: nil, bytes: Data("{".utf8)))
        script.trust("a")
        try await here.engine.watch.tend()
        script.trust("b")
        here.clock.advance(by: .seconds(3600))
        try await here.engine.watch.tend()
        #expect(try await changes(here).count == 1)
    }

    @Test func `a store that fails is reported and the refresh is done later`() async throws {
        let (here, script) = try await installation()
        script.trust("a")
        here.store.fail(write: 0)
        await #expect(throws: StoreError.self) { try await here.engine.watch.tend() }
        #expect(script.refreshed.isEmpty)
        here.store.fail(write: nil)
        try await here.engine.watch.tend()
        #expect(script.refreshed.count == 1)
    }

    // MARK: What the operator hears

    @Test func `a refresh that fails is told once for each change of the problem`() async throws {
        let (here, script) = try await installation()
        for problem in ["it is away", "it is away", "it is odd", nil, "it is away"] {
            script.trust("a", problem: problem)
            here.clock.advance(by: .seconds(3600))
            try await here.engine.watch.tend()
        }
        let told = here.log.lines.filter { $0.contains("could not be refreshed") }
        #expect(told.map { $0.prefix { $0 != " " } } == ["warning", "warning", "notice", "warning"])
    }

    @Test func `a certificate near its end is told once a day`() async throws {
        let (here, script) = try await installation()
        let end = here.clock.now + .seconds(12 * 86400 + 3700)
        script.onRefresh { _ in
            TrustStatus(
                keys: [.init(id: "k1", algorithm: "RSA", notAfter: end)], lastGood: nil, nextRefresh: nil, problem: nil)
        }
        for _ in 0..<2 {
            try await here.engine.watch.tend()
            here.clock.advance(by: .seconds(3600))
        }
        #expect(here.log.lines.count { $0.contains("certificate k1 ends in 12 days") } == 1)
    }

    @Test func `an exception is told at once and daily while it is active, and not afterwards`() async throws {
        let until = TestClock().now + .seconds(2 * 86400)
        let (here, _) = try await installation { connection in
            guard case .object(var settings) = connection.settings else { return }
            settings["sha1"] = .integer(until.seconds)
            connection.settings = .object(settings)
        }
        func told() -> Int { here.log.lines.count { $0.hasPrefix("warning a weak exception is active: sha1 until") } }
        try await here.engine.watch.tend()
        try await here.engine.watch.tend()
        #expect(told() == 1)
        here.clock.advance(by: .seconds(86400))
        try await here.engine.watch.tend()
        #expect(told() == 2)
        here.clock.advance(by: .seconds(86400))
        try await here.engine.watch.tend()
        #expect(told() == 2)
    }
}

@Suite struct CertificateEndTests {
    private let now = Timestamp(seconds: 1_780_000_000)

    private func warning(_ end: Duration?) -> String? {
        CertificateEnd.warning(of: .init(id: "k", algorithm: "RSA", notAfter: end.map { now + $0 }), at: now)
    }

    @Test func `nothing is said before the last thirty days`() {
        #expect(warning(nil) == nil)
        #expect(warning(.seconds(30 * 86400 + 1)) == nil)
        #expect(warning(.seconds(30 * 86400)) == "certificate k ends in 30 days; ask the IdP for the next one")
    }

    @Test func `the last days and the end are told as what they are`() {
        #expect(warning(.seconds(86400)) == "certificate k ends in 1 day; ask the IdP for the next one")
        #expect(warning(.seconds(1)) == "certificate k ends within a day; ask the IdP for the next one")
        #expect(warning(.zero) == "certificate k has ended on 2026-05-28; ask the IdP for the next one")
    }
}

/// Counts who is inside at one time; lets nobody out before as many are in as may be.
private final class Gauge: Sendable {
    private struct State {
        var inside = 0
        var most = 0
    }

    private let state = Mutex(State())

    var most: Int { state.withLock { $0.most } }

    func visit() async -> TrustStatus {
        state.withLock { state in
            state.inside += 1
            state.most = max(state.most, state.inside)
        }
        // Gives every task that may run the chance to come in.
        for _ in 0..<1000 { await Task.yield() }
        state.withLock { $0.inside -= 1 }
        return TrustStatus(keys: [], lastGood: nil, nextRefresh: nil, problem: nil)
    }
}
