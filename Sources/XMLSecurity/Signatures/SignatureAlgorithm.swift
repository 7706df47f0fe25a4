import CXMLSec

/// A signature algorithm (RFC 9231), named by its URI.
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    case rsaSHA384 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
    case rsaSHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
    case ecdsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    case ecdsaSHA384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
    case ecdsaSHA512 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
    /// Broken; only under a dated exception.
    case rsaSHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"

    /// Which keys it takes.
    package var keyType: KeyType {
        switch self {
        case .rsaSHA256, .rsaSHA384, .rsaSHA512, .rsaSHA1: .rsa
        case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: .ec
        }
    }

    /// What a key of ours signs with.
    package static func standard(for type: KeyType) -> SignatureAlgorithm {
        type == .rsa ? .rsaSHA256 : .ecdsaSHA256
    }

    var bit: UInt32 {
        switch self {
        case .rsaSHA256: UInt32(VX_RSA_SHA256)
        case .rsaSHA384: UInt32(VX_RSA_SHA384)
        case .rsaSHA512: UInt32(VX_RSA_SHA512)
        case .ecdsaSHA256: UInt32(VX_ECDSA_SHA256)
        case .ecdsaSHA384: UInt32(VX_ECDSA_SHA384)
        case .ecdsaSHA512: UInt32(VX_ECDSA_SHA512)
        case .rsaSHA1: UInt32(VX_RSA_SHA1)
        }
    }
}

/// What a signature may be made with.
package struct SignaturePolicy: Sendable, Hashable {
    /// Whether SHA-1 counts, as signature and as digest; nowhere but under a dated exception.
    package var allowsSHA1: Bool
    /// The shortest RSA modulus in bits (SAML deployment profile MD06).
    package var minimumRSABits = 2048

    /// SHA-2 only, RSA from 2048 bits.
    package static let standard = SignaturePolicy(allowsSHA1: false)

    /// A policy.
    package init(allowsSHA1: Bool) { self.allowsSHA1 = allowsSHA1 }

    /// Whether an algorithm counts.
    package func allows(_ algorithm: SignatureAlgorithm) -> Bool { algorithm != .rsaSHA1 || allowsSHA1 }

    /// Whether a key is long enough; elliptic curves from P-256 (MD07).
    package func allows(_ key: PublicKey) -> Bool {
        key.type == .rsa ? key.bits >= minimumRSABits : key.bits >= 256
    }

    /// Digest algorithms that count.
    package func allowsDigest(_ uri: String) -> Bool {
        Self.digests.contains(uri) || (allowsSHA1 && uri == "http://www.w3.org/2000/09/xmldsig#sha1")
    }

    private static let digests: Set<String> = [
        "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    ]
}
