// SPDX-License-Identifier: Apache-2.0

import JOSE

/// The keys of one tenant.
///
/// Two of the signing algorithm are always published, so that a token without `kid` is ambiguous.
struct TenantKeys: Sendable {
    private(set) var active: SigningKey
    private(set) var previous: SigningKey
    /// An ES256 key, also where RS256 signs: the forged-ECDSA mistakes need one that is published.
    let ecdsa: SigningKey

    init(_ algorithm: JWAlgorithm) throws {
        active = try SigningKey.generate(algorithm)
        previous = try SigningKey.generate(algorithm)
        ecdsa = algorithm == .es256 ? active : try SigningKey.generate(.es256)
    }

    mutating func rotate(to key: SigningKey) {
        previous = active
        active = key
    }

    /// Public keys as the JWKS shows them.
    var published: [JSONObject] {
        let keys = [active, previous, ecdsa]
        let unique = keys.enumerated().filter { index, key in !keys[..<index].contains { $0.kid == key.kid } }
        return unique.map(\.element.publicKey.publicJWK)
    }

    /// A verifier for what this tenant signed.
    func verifier() throws -> JWSVerifier {
        JWSVerifier(
            keys: [active.publicKey, previous.publicKey, ecdsa.publicKey], algorithms: [.rs256, .es256],
            kidPolicy: .required)
    }
}

/// Keys that no tenant publishes: an attacker's.
enum StrangerKeys {
    static func key(_ algorithm: JWAlgorithm) throws -> SigningKey {
        try (algorithm == .es256 ? ecdsa : rsa).get()
    }

    private static let rsa = Result { try SigningKey.generate(.rs256) }
    private static let ecdsa = Result { try SigningKey.generate(.es256) }
}
