import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Core 3.3.2.11: where the ID token names its code, a token for another code is another login's.
    package static let codeHash = TokenCheck("code hash", clause: "OpenID Connect Core 3.3.2.11", rule: "M36") {
        token, expected in
        guard token.claims.contains("c_hash") else { return nil }
        guard let hash = token.claims.string("c_hash"), let code = expected.code?.reveal(),
            TokenHash.matches(hash, token: code, algorithm: token.algorithm)
        else { return Refusal(.tokenHashMismatch, "c_hash is not of the code that was redeemed") }
        return nil
    }
}
