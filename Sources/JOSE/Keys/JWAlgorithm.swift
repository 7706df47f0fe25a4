/// A signature algorithm (RFC 7518 section 3.1, RFC 8037).
///
/// `none` and HMAC have no case, so no configuration and no token can name them: a public key never serves as a MAC
/// secret here.
package enum JWAlgorithm: String, CaseIterable, Hashable, Sendable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// The algorithms an RSA key may serve.
    static let rsa: Set<JWAlgorithm> = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
}
