package import Broker
package import Foundation
package import JOSE

/// A key pair of our own with which a connection says who it is (OpenID Connect Core 9 `private_key_jwt`).
package struct ClientKey: Sendable, CustomStringConvertible {
    /// The pair; its key id is the one under which `vestibule keys` names it.
    package let signing: SigningKey

    /// The pair behind a handle.
    package init(_ handle: PrivateKeyHandle, algorithm: JWAlgorithm) throws(JOSEError) {
        signing = try SigningKey(pkcs8DER: [UInt8](handle.pkcs8), algorithm: algorithm, kid: handle.id)
    }

    /// The key's id, never the key.
    package var description: String { signing.kid }

    /// The keys that serve an algorithm, in the order of the handles.
    package static func keys(_ handles: [PrivateKeyHandle], algorithm name: String) -> [ClientKey] {
        guard let algorithm = JWAlgorithm(rawValue: name) else { return [] }
        return handles.compactMap { handle in
            do throws(JOSEError) { return try ClientKey(handle, algorithm: algorithm) } catch { return nil }
        }
    }
}

/// What a client publishes for the OP to read (RFC 7517 5, OpenID Connect Registration 2 `jwks_uri`).
package enum ClientKeySet {
    /// RFC 7517 8.5.2.
    package static let mediaType = "application/jwk-set+json"

    /// The public halves: of the key that signs and of the one that follows.
    ///
    /// The OP knows the next one before it signs, so that a rotation needs nobody there. What was retired verifies
    /// nothing any more: an assertion lasts a minute.
    package static func document(_ keys: [ClientKey]) -> Data {
        Data(JWKSet(keys: keys.prefix(2).map(\.signing.publicKey)).serialized())
    }
}
