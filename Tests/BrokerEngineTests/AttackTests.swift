import Broker
import BrokerModel
import Foundation
import Synchronization
import Testing

@testable import BrokerEngine

/// What a stranger, or an IdP that is slow on purpose, can make of sign-outs and refreshes.
@Suite struct AttackTests {
    // MARK: Front-channel logout

    /// A logout message that nobody signed, as a stranger sends one who knows the issuer.
    private func receiveUnsigned(_ here: TestInstallation, sid: String) async throws {
        here.script.onReceiveLogout { _ throws(LoginError) in
            LogoutNotice(target: .session(issuer: "https://idp.example", sessionID: sid), oneTime: [])
        }
        let query = Data("iss=https%3A%2F%2Fidp.example&sid=\(sid)".utf8)
        let callback = try LoginCallback(method: .get, endpoint: .logout, rawQuery: query)
        _ = try await here.engine.login.receiveLogout(callback, at: "globex-oidc")
    }

    @Test func `a stranger who guesses session names fills no audit log`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example") { $0.upstream = UpstreamSession(sessionID: "s1") }
        let before = try await here.records().count
        for guess in 0..<200 { try await receiveUnsigned(here, sid: "guess\(guess)") }
        #expect(try await here.records().count == before)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `an unsigned message that ends a session is on record, once`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example") { $0.upstream = UpstreamSession(sessionID: "s1") }
        for _ in 0..<3 { try await receiveUnsigned(here, sid: "s1") }
        let received = try await here.records(.logoutReceived)
        #expect(try received.map { try RecordedBody($0).facts["sessions"] } == ["1"])
        #expect(try await here.records(.sessionEnded).count == 1)
        #expect(try await here.sessionCount() == 0)
    }

    // MARK: Refresh

    @Test func `an IdP that dribbles groups for five minutes is not sent the same refresh token by another process`()
        async throws
    {
        let person = try await RefreshedSession()
        let (here, other) = (person.here, try await person.here.otherEngine())
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let (arrived, arrive) = AsyncStream.makeStream(of: Void.self)
        let isFirst = Mutex(true)
        here.script.onRefresh { session, _ throws(LoginError) in
            let mine = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            guard mine else { return .revoked(Denial(.refusedByIdP, detail: "a refresh token came twice")) }
            arrive.yield()
            for await _ in released { break }
            return .same(UpstreamSession(sessionID: nil, handle: Data("rotated".utf8)))
        }
        here.clock.advance(by: RefreshedSession.every)
        try await here.engine.live.reload()
        let slow = Task { try await here.engine.refreshes.tend() }
        for await _ in arrived { break }
        // Fifty pages of a directory at five seconds each, and the tokens before them.
        here.clock.advance(by: .seconds(300))
        try await other.live.reload()
        try await other.refreshes.tend()
        release.finish()
        try await slow.value
        #expect(here.script.refreshed.count == 1)
        #expect(try await here.records(.refreshLost).isEmpty)
        #expect(try await person.handle() == "rotated")
        #expect(try await person.stored().endedAt == nil)
    }
}
