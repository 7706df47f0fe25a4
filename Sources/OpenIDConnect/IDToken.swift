public import Broker
import Foundation
import JOSE

/// An ID token that passed every check.
public struct IDToken: Sendable, Hashable, CustomStringConvertible {
    /// Who issued it: the configured issuer.
    public let issuer: String
    /// The subject, byte for byte.
    public let subject: String
    /// When it ends.
    public let expiresAt: Timestamp
    /// Its claims.
    public let claims: ClaimSet

    init(issuer: String, subject: String, expiresAt: Timestamp, claims: ClaimSet) {
        self.issuer = issuer
        self.subject = subject
        self.expiresAt = expiresAt
        self.claims = claims
    }

    /// Never the claims.
    public var description: String { "<ID token>" }
}

/// What a login or a refresh proved, for a vendor module to read on.
public struct VerifiedTokens: Sendable, CustomStringConvertible {
    /// The verified ID token.
    public let idToken: IDToken
    /// The UserInfo answer, `sub` compared, if it was asked for.
    public let userInfo: ClaimSet?
    /// The access token, for the vendor's own API.
    ///
    /// It is opaque: its hash was compared, its content was not verified.
    public let accessToken: Secret<String>

    package init(idToken: IDToken, userInfo: ClaimSet?, accessToken: Secret<String>) {
        self.idToken = idToken
        self.userInfo = userInfo
        self.accessToken = accessToken
    }

    /// Never the tokens.
    public var description: String { "<verified tokens>" }
}

extension IDToken {
    /// What may be seen once: `jti`, or the hash of the whole token where there is none, until the token is of no use.
    package func oneTimeIdentifier(of token: Secret<String>, skew: Duration) -> OneTimeIdentifier {
        let identifier =
            if let id = claims.string("jti"), Wire.isVisible(id, maximum: 200) {
                "id_token.jti:\(id)"
            } else {
                "id_token.sha256:\(Digests.sha256Hex(token.reveal()))"
            }
        return OneTimeIdentifier(identifier, until: expiresAt + skew)
    }
}
