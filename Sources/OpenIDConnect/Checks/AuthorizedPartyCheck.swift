import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.7 steps 4 and 5: with several audiences the token says for whom it was made, and a
    /// token that was made for another party is that party's.
    package static let authorizedParty = TokenCheck(
        "authorized party", clause: "OpenID Connect Core 3.1.3.7 steps 4-5", rule: "M34"
    ) { token, expected in
        guard token.claims.contains("azp") else {
            guard audiences(of: token).count > 1 else { return nil }
            return Refusal(.audienceMismatch, "several audiences, and azp is absent")
        }
        guard let party = token.claims.string("azp"), party.hasSameBytes(as: expected.clientID) else {
            let said = token.claims.string("azp").map(Wire.quoted) ?? "not a string"
            return Refusal(.audienceMismatch, "azp is \(said), our client id is \(Wire.quoted(expected.clientID))")
        }
        return nil
    }
}
