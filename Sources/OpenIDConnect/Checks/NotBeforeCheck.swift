import Broker

extension TokenCheck {
    /// RFC 7519 4.1.5: where the OP says from when a token counts, it does not count before.
    package static let notBefore = TokenCheck("not before", clause: "RFC 7519 4.1.5", rule: "M35") { token, expected in
        switch token.claims.time("nbf") {
        case .absent: return nil
        case .malformed: return Refusal(.timeInvalid, "nbf is not a NumericDate")
        case .seconds(let start):
            guard start > expected.now.seconds + expected.skew.wholeSeconds else { return nil }
            return Refusal(.timeInvalid, "nbf is \(start), now is \(expected.now.seconds)")
        }
    }
}
