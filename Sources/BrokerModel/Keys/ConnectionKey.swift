package import Broker
package import Foundation

/// A connection's own key pair as the store keeps it.
///
/// A table of its own beside the signing keys, so that no query for those ever meets one of these.
package struct ConnectionKey: Sendable, Hashable {
    /// SHA-256 of the public half in lower-case hexadecimal.
    package var id: String
    /// Whose it is.
    package var connection: ConnectionID
    /// What it is.
    package var algorithm: ConnectionKeyAlgorithm
    /// Where it is in its life.
    package var state: StoredKey.State
    /// PKCS#8, sealed.
    package var sealedPrivateKey: Data
    /// The public half, as DER SubjectPublicKeyInfo.
    package var publicKey: Data
    /// When it was made.
    package var madeAt: Timestamp
    /// When it began to sign.
    package var activatedAt: Timestamp?
    /// When it stopped signing; it decrypts for some time longer.
    package var retiredAt: Timestamp?

    package init(
        id: String, connection: ConnectionID, algorithm: ConnectionKeyAlgorithm, state: StoredKey.State,
        sealedPrivateKey: Data, publicKey: Data, madeAt: Timestamp, activatedAt: Timestamp? = nil,
        retiredAt: Timestamp? = nil
    ) {
        self.id = id
        self.connection = connection
        self.algorithm = algorithm
        self.state = state
        self.sealedPrivateKey = sealedPrivateKey
        self.publicKey = publicKey
        self.madeAt = madeAt
        self.activatedAt = activatedAt
        self.retiredAt = retiredAt
    }
}
