import Broker

extension TokenCheck {
    /// OpenID Connect Core 2 and 3.1.3.7 step 10: present and not in the future, or clock or token is wrong.
    package static let issuedAt = TokenCheck(
        "issued at", clause: "OpenID Connect Core 3.1.3.7 step 10", rule: "M35"
    ) { token, expected in
        switch token.claims.time("iat") {
        case .absent: return Refusal(.timeInvalid, "iat is absent")
        case .malformed: return Refusal(.timeInvalid, "iat is not a NumericDate")
        case .seconds(let start):
            guard start > expected.now.seconds + expected.skew.wholeSeconds else { return nil }
            return Refusal(.timeInvalid, "iat is \(start), now is \(expected.now.seconds)")
        }
    }
}
