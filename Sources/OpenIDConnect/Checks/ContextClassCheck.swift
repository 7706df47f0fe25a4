import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.7 step 12: `acr_values` is a wish (Core 3.1.2.1), so the answer must be looked at.
    package static let contextClass = TokenCheck(
        "context class", clause: "OpenID Connect Core 3.1.3.7 step 12", rule: "M36"
    ) { token, expected in
        guard !expected.acrValues.isEmpty else { return nil }
        guard let acr = token.claims.string("acr"), expected.acrValues.contains(where: { $0.hasSameBytes(as: acr) })
        else {
            let said = token.claims.string("acr").map(Wire.quoted) ?? "absent"
            return Refusal(.requirementsNotMet, "acr is \(said)")
        }
        return nil
    }
}
