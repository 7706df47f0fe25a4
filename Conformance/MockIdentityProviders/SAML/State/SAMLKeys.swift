// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// One key with its certificate.
struct SAMLKey: Sendable {
    let privateKey: PrivateKey
    /// DER.
    let certificate: [UInt8]

    init(_ pkcs8: [UInt8], name: String) throws {
        privateKey = try PrivateKey(pkcs8: pkcs8)
        certificate = try Certificate.selfSigned(for: privateKey, commonName: name)
    }

    static func rsa(_ name: String, bits: Int = 2048) throws -> SAMLKey {
        try SAMLKey(PrivateKey.generateRSA(bits: bits), name: name)
    }

    static func ec(_ name: String) throws -> SAMLKey { try SAMLKey(PrivateKey.generateP256(), name: name) }
}

/// The keys of one tenant.
struct SAMLKeys: Sendable {
    /// Signs.
    private(set) var active: SAMLKey
    /// Will sign after the next rotation.
    private(set) var next: SAMLKey
    /// Signs where a profile wants ECDSA.
    let ec: SAMLKey
    let name: String

    init(_ name: String) throws {
        self.name = name
        active = try .rsa(name)
        next = try .rsa(name)
        ec = try .ec(name)
    }

    /// The next key signs from now on.
    mutating func rotate() throws {
        active = next
        next = try .rsa(name)
    }

    func key(for algorithm: SignatureAlgorithm) -> SAMLKey { algorithm.keyType == .ec ? ec : active }
}

/// Keys that no tenant publishes: an attacker's.
enum SAMLStranger {
    /// A certificate that says the tenant's name, for whoever compares names.
    static func key(_ type: KeyType, named name: String) throws -> SAMLKey {
        switch type {
        case .rsa: try SAMLKey(rsa.get(), name: name)
        case .ec: try SAMLKey(ec.get(), name: name)
        }
    }

    private static let rsa = Result { try PrivateKey.generateRSA() }
    private static let ec = Result { try PrivateKey.generateP256() }
}
