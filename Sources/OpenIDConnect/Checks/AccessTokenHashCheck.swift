import Broker
import JOSE

extension TokenCheck {
    /// OpenID Connect Core 3.1.3.8: where the ID token names its access token, another access token is a stolen one.
    package static let accessTokenHash = TokenCheck(
        "access token hash", clause: "OpenID Connect Core 3.1.3.8", rule: "M36"
    ) { token, expected in
        guard token.claims.contains("at_hash") else { return nil }
        guard let hash = token.claims.string("at_hash"), let accessToken = expected.accessToken?.reveal(),
            TokenHash.matches(hash, token: accessToken, algorithm: token.algorithm)
        else { return Refusal(.tokenHashMismatch, "at_hash is not of the access token that came along") }
        return nil
    }
}
