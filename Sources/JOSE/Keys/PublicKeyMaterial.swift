import Crypto
import CryptoExtras
import Foundation

/// A public key typed by its family: what it can verify follows from what it is.
enum PublicKeyMaterial: Sendable {
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)
    case rsa(_RSA.Signing.PublicKey)

    /// The algorithms this family can serve.
    var algorithms: Set<JWAlgorithm> {
        switch self {
        case .p256: [.es256]
        case .p384: [.es384]
        case .p521: [.es512]
        case .ed25519: [.edDSA]
        case .rsa: JWAlgorithm.rsa
        }
    }

    /// Reads a SubjectPublicKeyInfo by trying each family; swift-crypto refuses a foreign algorithm identifier.
    init(spkiDER: [UInt8]) throws(JOSEError) {
        if let key = try? P256.Signing.PublicKey(derRepresentation: spkiDER) {
            self = .p256(key)
        } else if let key = try? P384.Signing.PublicKey(derRepresentation: spkiDER) {
            self = .p384(key)
        } else if let key = try? P521.Signing.PublicKey(derRepresentation: spkiDER) {
            self = .p521(key)
        } else if let key = try? Curve25519.Signing.PublicKey(derRepresentation: spkiDER) {
            self = .ed25519(key)
        } else if let key = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: spkiDER) {
            self = .rsa(try RSAKeyChecks.checked(key))
        } else {
            throw JOSEError(.keyInvalid)
        }
    }

    var spkiDER: Data {
        switch self {
        case .p256(let key): key.derRepresentation
        case .p384(let key): key.derRepresentation
        case .p521(let key): key.derRepresentation
        case .ed25519(let key): key.derRepresentation
        case .rsa(let key): key.derRepresentation
        }
    }

    /// Whether the signature is this key's over the input; false for an algorithm of another family.
    func isValid(signature: [UInt8], for input: ArraySlice<UInt8>, algorithm: JWAlgorithm) -> Bool {
        switch (self, algorithm) {
        case (.p256(let key), .es256):
            ECDSASignatureCheck.isPair(signature, octets: 32)
                && (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                    key.isValidSignature($0, for: SHA256.hash(data: input))
                } ?? false
        case (.p384(let key), .es384):
            ECDSASignatureCheck.isPair(signature, octets: 48)
                && (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map {
                    key.isValidSignature($0, for: SHA384.hash(data: input))
                } ?? false
        case (.p521(let key), .es512):
            ECDSASignatureCheck.isPair(signature, octets: 66)
                && (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map {
                    key.isValidSignature($0, for: SHA512.hash(data: input))
                } ?? false
        case (.ed25519(let key), .edDSA): key.isValidSignature(signature, for: input)
        case (.rsa(let key), _): key.isValid(signature: signature, for: input, algorithm: algorithm)
        default: false
        }
    }
}

/// RFC 7518 section 3.4: the signature is r and s, each as long as the curve's order, never DER.
enum ECDSASignatureCheck {
    /// Whether both halves are there and neither is zero, which an unchecked verifier takes for any message
    /// (CVE-2022-21449).
    static func isPair(_ signature: [UInt8], octets: Int) -> Bool {
        signature.count == 2 * octets && signature[..<octets].contains { $0 != 0 }
            && signature[octets...].contains { $0 != 0 }
    }
}

extension _RSA.Signing.PublicKey {
    /// RFC 7518 sections 3.3 and 3.5; the PSS salt is as long as the hash.
    func isValid(signature: [UInt8], for input: ArraySlice<UInt8>, algorithm: JWAlgorithm) -> Bool {
        let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
        return switch algorithm {
        case .rs256: isValidSignature(signature, for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
        case .rs384: isValidSignature(signature, for: SHA384.hash(data: input), padding: .insecurePKCS1v1_5)
        case .rs512: isValidSignature(signature, for: SHA512.hash(data: input), padding: .insecurePKCS1v1_5)
        case .ps256: isValidSignature(signature, for: SHA256.hash(data: input), padding: .PSS)
        case .ps384: isValidSignature(signature, for: SHA384.hash(data: input), padding: .PSS)
        case .ps512: isValidSignature(signature, for: SHA512.hash(data: input), padding: .PSS)
        case .es256, .es384, .es512, .edDSA: false
        }
    }
}
