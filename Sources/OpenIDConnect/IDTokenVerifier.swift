package import Broker
import Foundation
package import JOSE

/// The checks of an ID token, in order.
///
/// Whatever says *this token is not for this login* comes first; whether the person signed in strongly and recently
/// enough is asked last, of a token that is otherwise good.
package enum IDTokenChecks {
    /// Every check.
    package static let all: [TokenCheck] = [
        .idTokenType, .issuer, .audience, .authorizedParty, .expiration, .issuedAt, .notBefore, .nonce, .subject,
        .accessTokenHash, .codeHash, .authenticationTime, .contextClass,
    ]
}

/// Verifies ID tokens (OpenID Connect Core 3.1.3.7): the signature, then every check.
package struct IDTokenVerifier: Sendable {
    /// The algorithms that a connection allows unless it says otherwise.
    package static let standardAlgorithms: Set<JWAlgorithm> = [.rs256, .es256]

    private let algorithms: Set<JWAlgorithm>
    private let checks: [TokenCheck]

    /// A verifier for a connection's algorithms.
    package init(
        algorithms: Set<JWAlgorithm> = standardAlgorithms, checks: [TokenCheck] = IDTokenChecks.all
    ) {
        self.algorithms = algorithms
        self.checks = checks
    }

    /// Verifies one token.
    ///
    /// `unknown_key` and `signature_invalid` may mean that the keys are stale.
    package func verify(
        _ token: String, keys: JWKSet, expecting expected: TokenExpectations
    ) throws(LoginError) -> IDToken {
        let signed = try SignedToken.verify(token, keys: keys, algorithms: algorithms)
        let expected = try expected.resolved(for: signed.claims)
        for check in checks { try check.run(signed, expecting: expected) }
        guard let subject = signed.claims.string("sub"), case .seconds(let end) = signed.claims.time("exp") else {
            throw LoginError(.upstreamInvalid, detail: "OpenID Connect Core 2: sub or exp is absent")
        }
        return IDToken(
            issuer: expected.issuer, subject: subject, expiresAt: Timestamp(seconds: end), claims: signed.claims)
    }
}
