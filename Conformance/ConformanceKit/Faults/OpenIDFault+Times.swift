import Broker

extension OpenIDFault {
    private static let clockFix = "compare with the given clock, and allow no more than the skew"

    /// When.
    static let times: [OpenIDFault] = [
        claims(
            "exp-past", "an ID token that is over is refused", clause: "OpenID Connect Core 3.1.3.7 step 9",
            fix: clockFix,
            verdict: .refused(.timeInvalid), isWorthLookingForLeaks: true
        ) { claims, facts in claims["exp"] = .time(facts.now - .seconds(3600)) },
        claims(
            "exp-absent", "an ID token without an end is refused", clause: "OpenID Connect Core 2, exp",
            fix: "an absent time is not a passed check", verdict: .refusedAnyhow
        ) { claims, _ in claims["exp"] = nil },
        claims(
            "exp-text", "an end that is text is refused", clause: "RFC 7519 2, NumericDate",
            fix: "read times as numbers",
            verdict: .refusedAnyhow
        ) { claims, _ in claims["exp"] = "2100-01-01" },
        claims(
            "iat-future", "an ID token of the future is refused", clause: "OpenID Connect Core 3.1.3.7 step 10",
            fix: clockFix, verdict: .refused(.timeInvalid)
        ) { claims, facts in claims["iat"] = .time(facts.now + .seconds(3600)) },
        claims(
            "nbf-future", "an ID token that is not yet valid is refused", clause: "RFC 7519 4.1.5", fix: clockFix,
            verdict: .refused(.timeInvalid)
        ) { claims, facts in claims["nbf"] = .time(facts.now + .seconds(3600)) },
        claims(
            "skew", "a clock that is half a minute ahead is forgiven", clause: "RFC 7519 4.1.4 and 4.1.5",
            fix: "allow a skew of a minute", verdict: .accepted
        ) { claims, facts in
            claims["iat"] = .time(facts.now + .seconds(30))
            claims["exp"] = .time(facts.now + .seconds(330))
        },
        claims(
            "auth-time-float", "a time with a fraction is a time", clause: "RFC 7519 2, NumericDate",
            fix: "read NumericDate as a number, whole or not", verdict: .accepted
        ) { claims, facts in claims["auth_time"] = .number(Double(facts.now.seconds) - 0.5) },
        claims(
            "auth-time-text", "an auth_time that is no time is refused", clause: "OpenID Connect Core 2, auth_time",
            fix: "an auth_time that is there must be read", verdict: .refusedAnyhow
        ) { claims, _ in claims["auth_time"] = "yesterday" },
    ]
}
