import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// An IdP that is away: sessions go on for a while, and not for ever.
@Suite struct FailedRefreshTests {
    @Test func `the session goes on and is asked about again, later each time`() async throws {
        let person = try await RefreshedSession()
        person.answer(.retryLater)
        try await person.refresh()
        for (position, pause) in [60, 120, 240, 480, 900].enumerated() {
            let state = try await person.stored().refresh
            #expect(state.failures == position + 1)
            let due = try #require(state.dueAt) - person.here.clock.now
            #expect(due <= .seconds(pause) && due >= .seconds(pause * 9 / 10))
            try await person.refresh(after: .seconds(pause))
        }
        #expect(person.here.script.refreshed.count == 6)
        #expect(person.here.script.refreshed.allSatisfy { $0 == RefreshedSession.upstream })
        #expect(await person.gate() == .allowed)
        person.answer(.same(RefreshedSession.upstream))
        try await person.refresh()
        let state = try await person.stored().refresh
        #expect(state.failures == 0 && state.failingSince == nil && state.confirmedAt == person.here.clock.now)
    }

    @Test func `one that is away for longer than the grace ends it`() async throws {
        let person = try await RefreshedSession { $0.connections[2].refreshGrace = .seconds(3600) }
        person.answer(.retryLater)
        try await person.refresh()
        try await person.refresh(after: .seconds(3599))
        #expect(await person.gate() == .allowed)
        try await person.refresh()
        try await person.expectEnded(.upstreamUnconfirmed, .refreshOverdue, .upstreamUnavailable)
        #expect(person.here.metrics.labels.contains("refresh overdue"))
    }

    @Test func `a good answer begins the grace anew`() async throws {
        let person = try await RefreshedSession { $0.connections[2].refreshGrace = .seconds(3600) }
        person.answer(.retryLater)
        try await person.refresh()
        person.answer(.same(RefreshedSession.upstream))
        try await person.refresh(after: .seconds(3000))
        person.answer(.retryLater)
        try await person.refresh(after: .seconds(3000))
        #expect(await person.gate() == .allowed)
    }

    @Test func `a module that does not load is a failure and no reason to stop asking`() async throws {
        let person = try await RefreshedSession { $0.connections[2].refreshGrace = .seconds(3600) }
        person.here.script.onRefresh { _, _ throws(LoginError) in
            throw LoginError(.configurationInvalid, detail: "the client secret is gone")
        }
        try await person.refresh()
        try await person.refresh(after: .seconds(3600))
        try await person.expectEnded(.upstreamUnconfirmed, .refreshOverdue, .configurationInvalid)
    }

    @Test func `a handle that does not open ends the session after the grace`() async throws {
        let person = try await RefreshedSession { $0.connections[2].refreshGrace = .seconds(3600) }
        var session = try await person.stored()
        session.upstreamHandle = Data([1, 2, 3])
        let (spoilt, now) = (session, person.here.clock.now + .seconds(900))
        try await person.here.store.write { writer in
            let taken = try writer.claimRefreshes(of: "globex-oidc", claim: "x", at: now, lease: now, limit: 1)
            guard taken.count == 1, try writer.settleRefresh(spoilt, claim: "x", at: now) else {
                throw Unexpected("the session")
            }
        }
        try await person.refresh()
        try await person.refresh(after: .seconds(3600))
        #expect(person.here.script.refreshed.isEmpty)
        try await person.expectEnded(.upstreamUnconfirmed, .refreshOverdue, .configurationInvalid)
    }

    @Test func `an IdP that hangs keeps no other connection waiting`() async throws {
        let person = try await RefreshedSession()
        let here = person.here
        try await here.signIn("bob@acme.example", with: "acme-staff") { $0.upstream = RefreshedSession.upstream }
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let (arrived, arrive) = AsyncStream.makeStream(of: ConnectionID.self)
        here.script.onRefresh { session, subject throws(LoginError) in
            arrive.yield(subject.connection)
            if subject.connection == "globex-oidc" { for await _ in released { break } }
            return .same(session)
        }
        here.clock.advance(by: RefreshedSession.every)
        try await here.engine.live.reload()
        let slow = Task { try await here.engine.refreshes.tend() }
        var seen: Set<ConnectionID> = []
        for await id in arrived {
            seen.insert(id)
            if seen.count == 2 { break }
        }
        // A second look leaves the slow one to the first and returns.
        try await here.engine.refreshes.tend()
        #expect(here.script.refreshed.count == 2)
        release.finish()
        try await slow.value
        #expect(here.metrics.labels.filter { $0 == "refresh confirmed" }.count == 2)
    }

    @Test func `how many are failing is known, and since when`() async throws {
        let person = try await RefreshedSession()
        person.answer(.retryLater)
        try await person.refresh()
        let now = person.here.clock.now
        let failing = try await person.here.store.read { try $0.failingRefreshes(of: "globex-oidc", at: now) }
        #expect(failing.count == 1 && failing.since == now)
    }
}
