import Broker

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.7 step 13: asking for a recent sign-in proves nothing, because the OP, or a person
    /// who edits the request, may skip it.
    package static let authenticationTime = TokenCheck(
        "authentication time", clause: "OpenID Connect Core 3.1.3.7 step 13", rule: "M36"
    ) { token, expected in
        let earliest = earliestAuthentication(expected)
        switch token.claims.time("auth_time") {
        case .malformed: return Refusal(.timeInvalid, "auth_time is not a NumericDate")
        case .absent:
            return earliest == nil
                ? nil : Refusal(.requirementsNotMet, "auth_time is absent, but max_age was asked for")
        case .seconds(let time):
            guard time <= expected.now.seconds + expected.skew.wholeSeconds else {
                return Refusal(.timeInvalid, "auth_time is \(time), now is \(expected.now.seconds)")
            }
            guard let earliest, time < earliest else { return nil }
            return Refusal(.requirementsNotMet, "auth_time is \(time), needed is \(earliest) or later")
        }
    }

    /// The earliest `auth_time` that meets both bounds, the skew allowed; nil where there is no bound.
    private static func earliestAuthentication(_ expected: TokenExpectations) -> Int64? {
        let bounds = [expected.maximumAge.map { expected.now - $0 }, expected.authenticatedSince].compactMap { $0 }
        return bounds.max().map { ($0 - expected.skew).seconds }
    }
}
