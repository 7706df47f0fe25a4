import Crypto
import CryptoExtras
import Foundation

/// A private key typed by its family.
enum PrivateKeyMaterial: Sendable {
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case p521(P521.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)

    static func generate(_ algorithm: JWAlgorithm, rsaBits: Int) throws(JOSEError) -> PrivateKeyMaterial {
        switch algorithm {
        case .es256: return .p256(.init())
        case .es384: return .p384(.init())
        case .es512: return .p521(.init())
        case .edDSA: return .ed25519(.init())
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            guard (2048...8192).contains(rsaBits), rsaBits % 8 == 0 else { throw JOSEError(.keyWeak) }
            do { return .rsa(try .init(keySize: .init(bitCount: rsaBits))) } catch { throw JOSEError(.keyInvalid) }
        }
    }

    init(pkcs8DER der: [UInt8], algorithm: JWAlgorithm) throws(JOSEError) {
        do {
            self =
                switch algorithm {
                case .es256: .p256(try .init(derRepresentation: der))
                case .es384: .p384(try .init(derRepresentation: der))
                case .es512: .p521(try .init(derRepresentation: der))
                case .edDSA: .ed25519(try .init(derRepresentation: der))
                case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa(try .init(derRepresentation: der))
                }
        } catch { throw JOSEError(.keyInvalid) }
        if case .rsa(let key) = publicMaterial { _ = try RSAKeyChecks.checked(key) }
    }

    var publicMaterial: PublicKeyMaterial {
        switch self {
        case .p256(let key): .p256(key.publicKey)
        case .p384(let key): .p384(key.publicKey)
        case .p521(let key): .p521(key.publicKey)
        case .ed25519(let key): .ed25519(key.publicKey)
        case .rsa(let key): .rsa(key.publicKey)
        }
    }

    var pkcs8DER: Data {
        switch self {
        case .p256(let key): key.derRepresentation
        case .p384(let key): key.derRepresentation
        case .p521(let key): key.derRepresentation
        case .ed25519(let key): key.derRepresentation
        case .rsa(let key): key.pkcs8DERRepresentation
        }
    }

    func sign(_ input: [UInt8], algorithm: JWAlgorithm) throws -> Data {
        switch self {
        case .p256(let key): try key.signature(for: SHA256.hash(data: input)).rawRepresentation
        case .p384(let key): try key.signature(for: SHA384.hash(data: input)).rawRepresentation
        case .p521(let key): try key.signature(for: SHA512.hash(data: input)).rawRepresentation
        case .ed25519(let key): try key.signature(for: input)
        case .rsa(let key): try key.sign(input, algorithm: algorithm).rawRepresentation
        }
    }
}

extension _RSA.Signing.PrivateKey {
    fileprivate func sign(_ input: [UInt8], algorithm: JWAlgorithm) throws -> _RSA.Signing.RSASignature {
        switch algorithm {
        case .rs256: try signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
        case .rs384: try signature(for: SHA384.hash(data: input), padding: .insecurePKCS1v1_5)
        case .rs512: try signature(for: SHA512.hash(data: input), padding: .insecurePKCS1v1_5)
        case .ps256: try signature(for: SHA256.hash(data: input), padding: .PSS)
        case .ps384: try signature(for: SHA384.hash(data: input), padding: .PSS)
        case .ps512: try signature(for: SHA512.hash(data: input), padding: .PSS)
        case .es256, .es384, .es512, .edDSA: throw JOSEError(.keyNotForAlgorithm)
        }
    }
}
