import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// Somebody at Globex who is signed in with a refresh token, and a module whose answers a test chooses.
struct RefreshedSession {
    static let every = Connection.standardRefreshEvery

    let here: TestInstallation
    let browser: TestBrowser
    let signedIn: SignedIn
    static let upstream = UpstreamSession(sessionID: "up-1", principal: "ann", handle: Data("token-1".utf8))

    init(
        upstream: UpstreamSession? = Self.upstream, configure: @escaping (inout WantedResources) -> Void = { _ in }
    ) async throws {
        here = try await TestInstallation(configure: configure)
        browser = TestBrowser()
        signedIn = try await here.signIn("ann@globex.example", in: browser) { $0.upstream = upstream }
    }

    /// Waits until the session is due, and asks.
    func refresh(after pause: Duration = every, on engine: Engine? = nil) async throws {
        here.clock.advance(by: pause)
        let engine = engine ?? here.engine
        try await engine.live.reload()
        try await engine.refreshes.tend()
    }

    func answer(_ outcome: RefreshOutcome) { here.script.onRefresh { _, _ throws(LoginError) in outcome } }

    /// Says of the person what the change makes of who signed in.
    func say(_ change: (inout VerifiedIdentity) -> Void) {
        let identity = here.identity("ann@globex.example") { identity in
            identity.upstream = UpstreamSession(sessionID: nil, handle: Data("token-2".utf8))
            change(&identity)
        }
        answer(.updated(identity))
    }

    func stored() async throws -> Session {
        let id = signedIn.session.id
        return try #require(try await here.store.read { try $0.session(id) })
    }

    func customer() async throws -> Customer {
        let id = signedIn.customer.id
        return try #require(try await here.store.read { try $0.customer(id) })
    }

    func handle() async throws -> String? {
        try here.engine.sessions.upstreamSession(of: await stored()).map { String(decoding: $0.handle, as: UTF8.self) }
    }

    func gate() async -> GateOutcome { await here.engine.gate.decide(browser.request()).outcome }

    func codes(_ kind: AuditKind) async throws -> [String?] {
        try await here.records(kind).map { try RecordedBody($0).code }
    }

    /// The session ended, is on record, and opens nothing.
    func expectEnded(_ reason: Session.EndReason, _ kind: AuditKind, _ code: LoginError.Code?) async throws {
        #expect(try await stored().endReason == reason)
        #expect(try await codes(.sessionEnded) == [reason.rawValue])
        #expect(try await codes(kind) == [code?.rawValue])
        #expect(await gate() == .noSession)
    }
}
