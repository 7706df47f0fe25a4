package import Broker
import JOSE
import TrustDocuments

/// The checks of an access token that an OP issues as a JWT, in order.
///
/// Only for OPs that document what their access tokens say; to every other client an access token is opaque.
package enum AccessTokenChecks {
    /// Every check.
    package static let all: [TokenCheck] = [
        .accessTokenType, .issuer, .accessTokenParty, .expiration, .issuedAt, .notBefore, .subject,
    ]
}

extension RelyingParty {
    /// Verifies an access token with the OP's keys and answers its claims.
    ///
    /// - Parameter subject: The ID token's subject; the token of another person is refused.
    package func verify(
        accessToken: Secret<String>, of subject: String
    ) async throws(LoginError) -> ClaimSet {
        let expected = expectations()
        let claims = try await withKeys(for: .login) { keys throws(LoginError) in
            let token = try SignedToken.verify(accessToken.reveal(), keys: keys, algorithms: allowed)
            for check in AccessTokenChecks.all { try check.run(token, expecting: expected) }
            return token.claims
        }
        guard claims.string("sub")?.hasSameBytes(as: subject) == true else {
            throw LoginError(.subjectInvalid, detail: "the access token's sub is not the ID token's")
        }
        return claims
    }
}
