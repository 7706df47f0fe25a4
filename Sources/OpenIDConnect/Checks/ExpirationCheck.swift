import Broker

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.7 step 9, RFC 7519 4.1.4: a token that was found later is of no use.
    package static let expiration = TokenCheck(
        "expiration", clause: "OpenID Connect Core 3.1.3.7 step 9", rule: "M35"
    ) { token, expected in
        switch token.claims.time("exp") {
        case .absent: return Refusal(.timeInvalid, "exp is absent")
        case .malformed: return Refusal(.timeInvalid, "exp is not a NumericDate")
        case .seconds(let end):
            guard expected.now.seconds >= end + expected.skew.wholeSeconds else { return nil }
            return Refusal(.timeInvalid, "exp is \(end), now is \(expected.now.seconds)")
        }
    }
}
