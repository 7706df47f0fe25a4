import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// A site that was told of a session is told of its end, whatever ended it.
@Suite struct OutboxTests {
    private struct Place {
        let here: TestInstallation
        let script = ScriptedFacade.Script()
        let signedIn: SignedIn

        init(byBrowser: Bool = false) async throws {
            let script = script
            here = try await TestInstallation {
                $0.sites[0] = $0.sites[0].scripted(script, byBrowser: byBrowser)
            }
            signedIn = try await here.signIn("ann@globex.example")
            let host = here.engine.facades.host(FacadeAddress(site: "portal", kind: ScriptedFacade.kind))
            let owner = try #require(try await host.owner(of: signedIn.session.id))
            _ = try await host.answer(FacadeAnswerRequest(owner))
        }

        func end(_ reason: Session.EndReason = .revoked) async throws {
            try await here.engine.sessions.end(.session(signedIn.session.id), reason: reason, actor: .system)
        }

        func codes(_ kind: AuditKind) async throws -> [String?] {
            try await here.records(kind).map { try RecordedBody($0).code }
        }
    }

    @Test func `an operator's word reaches the site`() async throws {
        let place = try await Place()
        try await place.end()
        #expect(try await place.here.engine.outbox.drain() == 1)
        #expect(place.script.ended.map(\.session) == [place.signedIn.session.id])
        #expect(place.script.ended.first?.name == "ann@globex.example")
        #expect(try await place.here.records(.facadeSessionEnded).count == 1)
        #expect(try await place.here.engine.outbox.drain() == 0)
    }

    @Test func `a customer who is disabled is told about`() async throws {
        let place = try await Place()
        try await place.here.engine.customers.setStatus(
            .disabled, of: place.signedIn.customer.id, actor: .administrator("root"))
        try await place.here.engine.outbox.drain()
        #expect(place.script.ended.count == 1)
    }

    @Test func `another process tells after a restart`() async throws {
        let place = try await Place()
        try await place.end()
        let other = try await place.here.otherEngine()
        try await other.outbox.drain()
        #expect(place.script.ended.count == 1)
        #expect(try await place.here.engine.outbox.drain() == 0)
    }

    @Test func `a site that is away hears later`() async throws {
        let place = try await Place()
        place.script.ending = .failure(FacadeError(.siteUnreachable, detail: "away"))
        try await place.end()
        try await place.here.engine.outbox.drain()
        #expect(try await place.here.engine.outbox.drain() == 0)
        #expect(try await place.here.engine.outbox.backlog().count == 1)
        place.script.ending = .success(.told)
        place.here.clock.advance(by: .seconds(10))
        try await place.here.engine.outbox.drain()
        #expect(place.script.ended.count == 2)
        #expect(try await place.here.engine.outbox.backlog().count == 0)
    }

    @Test func `a site that stays away for a day is given up, and that is written down`() async throws {
        let place = try await Place()
        place.script.ending = .failure(FacadeError(.siteUnreachable, detail: "away"))
        try await place.end()
        place.here.clock.advance(by: .seconds(86401))
        try await place.here.engine.outbox.drain()
        #expect(try await place.codes(.facadeNotTold) == ["site_unreachable"])
        #expect(try await place.here.engine.outbox.backlog().count == 0)
    }

    @Test func `a site without an address for it is not told, and that is written down`() async throws {
        let place = try await Place()
        place.script.ending = .success(.noBackChannel)
        try await place.end()
        try await place.here.engine.outbox.drain()
        #expect(try await place.codes(.facadeNotTold) == ["no_back_channel"])
    }

    @Test func `a facade that was taken away keeps nothing waiting`() async throws {
        let place = try await Place()
        try await place.end()
        try await place.here.change { $0.sites[0].facades = [] }
        try await place.here.engine.outbox.drain()
        #expect(place.script.ended.isEmpty)
        #expect(try await place.codes(.facadeNotTold) == ["no_back_channel"])
    }

    @Test func `a transaction that fails tells nobody`() async throws {
        let place = try await Place()
        struct Abort: Error {}
        let engine = place.here.engine
        let session = place.signedIn.session.id
        let now = place.here.clock.now
        await #expect(throws: Abort.self) {
            try await place.here.store.write { writer in
                _ = try engine.sessions.end(
                    .session(session), reason: .revoked, actor: .system, reference: nil, at: now, in: writer)
                throw Abort()
            }
        }
        #expect(try await engine.outbox.drain() == 0)
        #expect(try await place.here.sessionCount() == 1)
    }
}
