import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

@Suite struct VerifiedTokensTests {
    private static let now = Timestamp(seconds: 1_780_000_000)

    private func entry(_ session: SessionID, until: Timestamp = now + .seconds(30)) -> VerifiedTokens.Entry {
        VerifiedTokens.Entry(
            session: session, site: "portal", until: until, grant: GateGrant(headers: [("X", session.rawValue)]))
    }

    @Test func `a token opens its own site until its time`() {
        var tokens = VerifiedTokens()
        tokens.insert("t", entry("s"), at: Self.now)
        #expect(tokens.entry(for: "t", site: "portal", at: Self.now) != nil)
        #expect(tokens.entry(for: "t", site: "other", at: Self.now) == nil)
        #expect(tokens.entry(for: "u", site: "portal", at: Self.now) == nil)
        #expect(tokens.entry(for: "t", site: "portal", at: Self.now + .seconds(30)) == nil)
    }

    @Test func `an ended session takes all of its tokens along`() {
        var tokens = VerifiedTokens()
        for name in ["a", "b"] { tokens.insert(name, entry("s"), at: Self.now) }
        tokens.insert("c", entry("other"), at: Self.now)
        tokens.remove(sessions: ["s"])
        #expect(tokens.count == 1)
        #expect(tokens.entry(for: "c", site: "portal", at: Self.now) != nil)
    }

    @Test func `a session's expired tokens make room for its new one`() {
        var tokens = VerifiedTokens()
        tokens.insert("old", entry("s"), at: Self.now)
        tokens.insert("new", entry("s", until: Self.now + .seconds(90)), at: Self.now + .seconds(31))
        #expect(tokens.count == 1)
        tokens.remove(sessions: ["s"])
        #expect(tokens.count == 0)
    }

    @Test func `the table is bounded and keeps what lives longest`() {
        var tokens = VerifiedTokens()
        for number in 0...VerifiedTokens.maximumCount {
            let session = SessionID(rawValue: "s\(number)")
            tokens.insert("t\(number)", entry(session, until: Self.now + .seconds(number + 1)), at: Self.now)
        }
        #expect(tokens.count == VerifiedTokens.maximumCount / 2 + 1)
        #expect(tokens.entry(for: "t0", site: "portal", at: Self.now) == nil)
        #expect(tokens.entry(for: "t\(VerifiedTokens.maximumCount)", site: "portal", at: Self.now) != nil)
    }
}
