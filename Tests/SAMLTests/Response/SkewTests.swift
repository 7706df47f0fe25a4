import Broker
import Testing

@testable import SAML

/// The clock may be 180 s off either way, to the microsecond.
struct SkewTests {
    struct Bound: Sendable, CustomTestStringConvertible {
        let rule: String
        /// Moves the time in question to 12:00:00 and every other one away.
        let edit: @Sendable (inout ResponseDraft) -> Void
        /// Whether the time is an end, which counts from its moment on, or a beginning, which does not.
        let isEnd: Bool
        var testDescription: String { rule }
    }

    private static let noon = "2026-01-15T12:00:00Z"
    private static let past = "2026-01-15T11:00:00Z"

    /// Everything else lies an hour away.
    private static func wide(_ draft: inout ResponseDraft) {
        draft.response = draft.response.replacing("2026-01-15T12:00:00Z", with: past)
        draft.assertion = draft.assertion.replacing("2026-01-15T12:00:00Z", with: past)
            .replacing("2026-01-15T11:58:00Z", with: past).replacing("2026-01-15T11:59:00Z", with: past)
            .replacing("2026-01-15T12:05:00Z", with: "2026-01-15T13:00:00Z")
    }

    static let bounds = [
        Bound(
            rule: "assertion_expired",
            edit: {
                $0.inAssertion(
                    "\(past)\" NotOnOrAfter=\"2026-01-15T13:00:00Z\"><saml:Aud",
                    "\(past)\" NotOnOrAfter=\"\(noon)\"><saml:Aud")
            }, isEnd: true),
        Bound(
            rule: "confirmation_expired",
            edit: {
                $0.inAssertion("NotOnOrAfter=\"2026-01-15T13:00:00Z\" Rec", "NotOnOrAfter=\"\(noon)\" Rec")
            }, isEnd: true),
        Bound(
            rule: "session_ended",
            edit: { $0.inAssertion("SessionIndex", "SessionNotOnOrAfter=\"\(noon)\" SessionIndex") }, isEnd: true),
        Bound(
            rule: "not_yet_valid",
            edit: { $0.inAssertion("NotBefore=\"\(past)\"", "NotBefore=\"\(noon)\"") }, isEnd: false),
        Bound(
            rule: "issued_in_future",
            edit: { $0.inResponse("IssueInstant=\"\(past)\"", "IssueInstant=\"\(noon)\"") }, isEnd: false),
        Bound(
            rule: "authenticated_in_future",
            edit: { $0.inAssertion("AuthnInstant=\"\(past)\"", "AuthnInstant=\"\(noon)\"") }, isEnd: false),
    ]

    @Test(arguments: bounds)
    func `counts to the microsecond`(bound: Bound) throws {
        let draft = ResponseDraft().with {
            Self.wide(&$0)
            bound.edit(&$0)
        }
        let rule = { (now: Timestamp) in
            var expected = ResponseDraft.expected
            expected.now = now
            return try draft.rule(expecting: expected)
        }
        let (moment, skew, tick) = (Parties.now, Duration.seconds(180), Duration.microseconds(1))
        if bound.isEnd {
            #expect(try rule(moment + skew - tick) == nil)
            #expect(try rule(moment + skew) == bound.rule)
        } else {
            #expect(try rule(moment - skew) == nil)
            #expect(try rule(moment - skew - tick) == bound.rule)
        }
    }

    @Test func `a fresh sign-in may be as much older than the request as a clock is off`() throws {
        var expected = ResponseDraft.expected
        // The AuthnInstant is 11:59:00.
        expected.authenticatedSince = Parties.now - .seconds(60) + .seconds(180)
        #expect(try ResponseDraft().rule(expecting: expected) == nil)
        expected.authenticatedSince = Parties.now - .seconds(60) + .seconds(180) + .microseconds(1)
        #expect(try ResponseDraft().rule(expecting: expected) == "authentication_not_fresh")
    }

    @Test func `a message is remembered until the moment when no copy of it would pass`() throws {
        let until = try ResponseDraft().content().replayableUntil
        #expect(until == Parties.now + .seconds(300 + 180))
        var expected = ResponseDraft.expected
        expected.now = until - .microseconds(1)
        #expect(try ResponseDraft().rule(expecting: expected) == nil)
        expected.now = until
        #expect(try ResponseDraft().rule(expecting: expected) != nil)
    }
}
