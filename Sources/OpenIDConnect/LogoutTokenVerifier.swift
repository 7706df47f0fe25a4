package import Broker
import Foundation
package import JOSE

/// The checks of a logout token (OpenID Connect Back-Channel Logout 2.6), in order.
package enum LogoutTokenChecks {
    /// Every check.
    package static func all(allowsUntyped: Bool) -> [TokenCheck] {
        [
            .logoutTokenType(allowsUntyped: allowsUntyped), .issuer, .audience, .expiration, .issuedAt, .notBefore,
            .logoutEvent, .noNonce, .tokenID, .logoutTarget,
        ]
    }
}

/// A logout token that passed every check.
package struct LogoutToken: Sendable, Hashable {
    /// Who issued it: the configured issuer.
    package let issuer: String
    /// The session that ends, if the OP names one.
    package let sessionID: String?
    /// The person whose sessions end, if the OP names one.
    package let subject: String?
    /// The token's id, good once.
    package let tokenID: String
    /// When it ends.
    package let expiresAt: Timestamp
}

/// Verifies logout tokens: the signature, then every check.
package struct LogoutTokenVerifier: Sendable {
    private let algorithms: Set<JWAlgorithm>
    private let checks: [TokenCheck]

    /// A verifier for a connection's algorithms.
    package init(
        algorithms: Set<JWAlgorithm> = IDTokenVerifier.standardAlgorithms, allowsUntyped: Bool = false,
        checks: [TokenCheck]? = nil
    ) {
        self.algorithms = algorithms
        self.checks = checks ?? LogoutTokenChecks.all(allowsUntyped: allowsUntyped)
    }

    /// Verifies one token.
    package func verify(
        _ token: String, keys: JWKSet, expecting expected: TokenExpectations
    ) throws(LoginError) -> LogoutToken {
        let signed = try SignedToken.verify(token, keys: keys, algorithms: algorithms)
        let expected = try expected.resolved(for: signed.claims)
        for check in checks { try check.run(signed, expecting: expected) }
        guard let tokenID = signed.claims.string("jti"), case .seconds(let end) = signed.claims.time("exp") else {
            throw LoginError(.upstreamInvalid, detail: "Back-Channel Logout 2.4: jti or exp is absent")
        }
        return LogoutToken(
            issuer: expected.issuer, sessionID: signed.claims.string("sid"), subject: signed.claims.string("sub"),
            tokenID: tokenID, expiresAt: Timestamp(seconds: end))
    }
}
