// SPDX-License-Identifier: Apache-2.0

import JOSE
import Synchronization

/// The keys of one tenant.
///
/// Unless a vendor's way is another, two of the signing algorithm are always published, so that a token without `kid` is
/// ambiguous.
struct TenantKeys: Sendable {
    private(set) var active: SigningKey
    private(set) var previous: SigningKey
    /// An ES256 key, also where RS256 signs: the forged-ECDSA mistakes need one that is published.
    let ecdsa: SigningKey
    private let style: OPKeyStyle?
    private let name: String
    private var certificates: [String: [UInt8]] = [:]

    /// New keys; `style` is a vendor's.
    init(_ algorithm: JWAlgorithm, style: OPKeyStyle? = nil, name: String = "", random: (Int) -> [UInt8]) throws {
        self.style = style
        self.name = name
        if let style {
            active = try VendorKeys.key(algorithm, "\(name) 1", kid: style.keyID(random))
            previous = try VendorKeys.key(algorithm, "\(name) 2", kid: style.keyID(random))
        } else {
            active = try SigningKey.generate(algorithm)
            previous = try SigningKey.generate(algorithm)
        }
        ecdsa = algorithm == .es256 ? active : try SigningKey.generate(.es256)
        for key in [active, previous] { certificates[key.kid] = try style?.certificate(of: key, name: name) }
    }

    mutating func rotate(to key: SigningKey) throws {
        previous = active
        active = key
        certificates[key.kid] = try style?.certificate(of: key, name: name)
    }

    /// The key of access tokens that are tokens.
    var accessTokenKey: SigningKey { style?.signsAccessTokenWithOther == true ? previous : active }

    /// Public keys as the JWKS shows them.
    var published: [JSONObject] {
        if let style { return published(in: style) }
        let keys = [active, previous, ecdsa]
        let unique = keys.enumerated().filter { index, key in !keys[..<index].contains { $0.kid == key.kid } }
        return unique.map(\.element.publicKey.publicJWK)
    }

    private func published(in style: OPKeyStyle) -> [JSONObject] {
        var keys = [active, previous].prefix(style.published).map { key in
            style.published(key, certificate: certificates[key.kid])
        }
        if style.hasEncryptionKey {
            var key = style.published(previous, certificate: certificates[previous.kid])
            key["use"] = "enc"
            key["alg"] = "RSA-OAEP"
            key["kid"] = .string(previous.publicKey.thumbprint)
            keys.append(key)
        }
        return keys
    }

    /// A verifier for what this tenant signed.
    func verifier() throws -> JWSVerifier {
        JWSVerifier(
            keys: [active.publicKey, previous.publicKey, ecdsa.publicKey], algorithms: [.rs256, .es256],
            kidPolicy: .required)
    }
}

/// A vendor's keys, made once in a process: a world of vendors has many, and tests start many worlds.
enum VendorKeys {
    private static let made = Mutex<[String: [UInt8]]>([:])

    /// The key of this name, and never of another; its id is the caller's.
    static func key(_ algorithm: JWAlgorithm, _ name: String, kid: String?) throws -> SigningKey {
        let name = "\(algorithm.rawValue) \(name)"
        if let der = made.withLock({ $0[name] }) {
            return try SigningKey(pkcs8DER: der, algorithm: algorithm, kid: kid)
        }
        let key = try SigningKey.generate(algorithm, kid: kid)
        made.withLock { $0[name] = key.pkcs8DER }
        return key
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
