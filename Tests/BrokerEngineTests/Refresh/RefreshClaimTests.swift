import Broker
import BrokerModel
import Foundation
import Synchronization
import Testing

@testable import BrokerEngine

/// A refresh token is used once: of all processes one asks, and nothing that went wrong is tried again in silence.
@Suite struct RefreshClaimTests {
    @Test func `of two processes one asks`() async throws {
        let person = try await RefreshedSession()
        for number in 0..<20 {
            try await person.here.signIn("p\(number)@globex.example") { $0.upstream = RefreshedSession.upstream }
        }
        let other = try await person.here.otherEngine()
        person.answer(.same(RefreshedSession.upstream))
        person.here.clock.advance(by: RefreshedSession.every)
        try await person.here.engine.live.reload()
        try await other.live.reload()
        async let first: Void = person.here.engine.refreshes.tend()
        async let second: Void = other.refreshes.tend()
        _ = try await (first, second)
        try await person.here.engine.refreshes.tend()
        #expect(person.here.script.refreshed.count == 21)
        #expect(try await person.here.records(.refreshLost).isEmpty)
    }

    @Test func `no more than so many of one connection are out at a time`() async throws {
        let person = try await RefreshedSession()
        for number in 0..<20 {
            try await person.here.signIn("p\(number)@globex.example") { $0.upstream = RefreshedSession.upstream }
        }
        let counts = Mutex((now: 0, most: 0))
        person.here.script.onRefresh { session, _ throws(LoginError) in
            counts.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            await Task.yield()
            counts.withLock { $0.now -= 1 }
            return .same(session)
        }
        try await person.refresh()
        #expect(person.here.script.refreshed.count == 21)
        #expect(counts.withLock { $0.most } <= SessionWatch.concurrency)
    }

    /// A process that died with the claim: what it was told, nobody knows.
    private func die(_ person: RefreshedSession) async throws {
        person.here.clock.advance(by: RefreshedSession.every)
        let now = person.here.clock.now
        let taken = try await person.here.store.write {
            try $0.claimRefreshes(of: "globex-oidc", claim: "dead", at: now, lease: now + SessionWatch.lease, limit: 8)
        }
        #expect(taken.count == 1)
    }

    @Test func `a claim whose holder died is taken up after the lease, and that is on record`() async throws {
        let person = try await RefreshedSession()
        person.answer(.same(RefreshedSession.upstream))
        try await die(person)
        try await person.refresh(after: SessionWatch.lease - .microseconds(1))
        #expect(person.here.script.refreshed.isEmpty)
        try await person.refresh(after: .microseconds(1))
        #expect(person.here.script.refreshed.count == 1)
        let lost = try #require(try await person.here.records(.refreshLost).first)
        #expect(try RecordedBody(lost).facts["times"] == "1" && lost.customer == person.signedIn.customer.id)
        #expect(try await person.stored().refresh.lost == 0)
    }

    @Test func `an IdP that sees an old refresh token twice and revokes it ends the sessions`() async throws {
        let person = try await RefreshedSession()
        person.answer(.revoked(Denial(.refusedByIdP, detail: "invalid_grant")))
        try await die(person)
        try await person.refresh(after: SessionWatch.lease)
        #expect(try await person.here.records(.refreshLost).count == 1)
        #expect(try await person.stored().endReason == .upstreamRevoked)
    }

    @Test func `answers that are lost again and again end the session after the grace`() async throws {
        let person = try await RefreshedSession { $0.connections[2].refreshGrace = .seconds(900) }
        person.answer(.retryLater)
        try await die(person)
        try await die(person)
        try await person.refresh()
        try await person.expectEnded(.upstreamUnconfirmed, .refreshOverdue, .upstreamUnavailable)
        #expect(try await person.here.records(.refreshLost).count == 1)
    }

    @Test func `an answer that comes after the lease is dropped`() async throws {
        let person = try await RefreshedSession()
        let (here, other) = (person.here, try await person.here.otherEngine())
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let (arrived, arrive) = AsyncStream.makeStream(of: Void.self)
        let isFirst = Mutex(true)
        here.script.onRefresh { _, _ throws(LoginError) in
            let mine = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            guard mine else { return .same(UpstreamSession(sessionID: nil, handle: Data("good".utf8))) }
            arrive.yield()
            for await _ in released { break }
            return .revoked(Denial(.refusedByIdP, detail: "too late"))
        }
        here.clock.advance(by: RefreshedSession.every)
        try await here.engine.live.reload()
        let slow = Task { try await here.engine.refreshes.tend() }
        for await _ in arrived { break }
        try await person.refresh(after: SessionWatch.lease, on: other)
        release.finish()
        try await slow.value
        #expect(try await person.handle() == "good")
        #expect(try await person.stored().endedAt == nil)
        #expect(here.metrics.labels.contains("refresh dropped"))
    }

    @Test func `a session that ends while the IdP answers stays ended, and nothing is changed`() async throws {
        let person = try await RefreshedSession()
        let (engine, id) = (person.here.engine, person.signedIn.session.id)
        let identity = person.here.identity("ann@globex.example") {
            $0.groups = GroupSet(["late"], completeness: .complete)
        }
        person.here.script.onRefresh { _, _ throws(LoginError) in
            _ = try? await engine.sessions.end(.session(id), reason: .signedOut, actor: .customer)
            return .updated(identity)
        }
        try await person.refresh()
        #expect(try await person.stored().endReason == .signedOut)
        #expect(try await person.customer().groups.values == ["staff"])
    }

    @Test func `after a stop nothing more is asked`() async throws {
        let person = try await RefreshedSession()
        person.here.engine.refreshes.stop()
        try await person.refresh()
        #expect(person.here.script.refreshed.isEmpty)
    }

    @Test func `an answer that cannot be stored is asked for again, and that is on record`() async throws {
        let person = try await RefreshedSession()
        person.answer(.same(UpstreamSession(sessionID: nil, handle: Data("lost".utf8))))
        // The claim is the first write, the answer the second.
        person.here.store.fail(write: 2)
        try await person.refresh()
        person.here.store.fail(write: nil)
        #expect(person.here.log.lines.contains { $0.contains("could not be stored") && !$0.contains("lost") })
        #expect(try await person.handle() == "token-1")
        try await person.refresh(after: SessionWatch.lease)
        #expect(try await person.here.records(.refreshLost).count == 1)
        #expect(person.here.script.refreshed.count == 2)
    }
}
