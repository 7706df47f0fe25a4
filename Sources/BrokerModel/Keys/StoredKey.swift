package import Broker
package import Foundation

/// A signing key as the store keeps it.
package struct StoredKey: Sendable, Hashable {
    /// What a key signs.
    ///
    /// One key never serves two uses.
    package enum Use: String, Sendable, Codable, CaseIterable {
        /// Session tokens.
        case session
        /// The identity header that the gate hands to the upstream.
        case identity
        /// Heads of the audit chain.
        case audit
        /// ID tokens of the OpenID provider facade.
        case openid
        /// Responses, assertions and metadata of the SAML IdP facade.
        case saml

        /// The facade that needs a key of this use; nil where every installation does.
        package var facade: FacadeKind? {
            switch self {
            case .session, .identity, .audit: nil
            case .openid, .saml: FacadeKind(rawValue: rawValue)
            }
        }
    }

    /// Where a key is in its life.
    package enum State: String, Sendable, Codable {
        /// Published, not signing yet.
        case next
        /// Signing.
        case active
        /// Published so that what it signed can still be checked.
        case retired
    }

    /// `kid`: the JWK thumbprint.
    package var id: String
    /// What it signs.
    package var use: Use
    /// `ES256` or `RS256`.
    package var algorithm: String
    /// Where it is in its life.
    package var state: State
    /// PKCS#8, sealed.
    package var sealedPrivateKey: Data
    /// The public JWK as JSON.
    package var publicJWK: String
    /// When it entered the JWKS.
    package var publishedAt: Timestamp
    /// When it began to sign.
    package var activatedAt: Timestamp?
    /// When it stopped signing.
    package var retiredAt: Timestamp?

    package init(
        id: String, use: Use, algorithm: String, state: State, sealedPrivateKey: Data, publicJWK: String,
        publishedAt: Timestamp, activatedAt: Timestamp? = nil, retiredAt: Timestamp? = nil
    ) {
        self.id = id
        self.use = use
        self.algorithm = algorithm
        self.state = state
        self.sealedPrivateKey = sealedPrivateKey
        self.publicJWK = publicJWK
        self.publishedAt = publishedAt
        self.activatedAt = activatedAt
        self.retiredAt = retiredAt
    }
}
