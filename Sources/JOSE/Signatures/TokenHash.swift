import Crypto
import Foundation

/// `at_hash` and `c_hash` (OpenID Connect Core 3.1.3.6 and 3.3.2.11): they tie an access token or code to the ID token
/// beside it, so that neither can be swapped for a stolen one.
package enum TokenHash {
    /// The left half of the hash that the ID token's algorithm uses, as base64url.
    package static func leftHalf(of token: String, algorithm: JWAlgorithm) -> String {
        let octets = [UInt8](token.utf8)
        let hash: [UInt8] =
            switch algorithm {
            case .rs256, .ps256, .es256: Array(SHA256.hash(data: octets))
            case .rs384, .ps384, .es384: Array(SHA384.hash(data: octets))
            // Ed25519 hashes with SHA-512 (RFC 8032 section 5.1).
            case .rs512, .ps512, .es512, .edDSA: Array(SHA512.hash(data: octets))
            }
        return Base64URL.encode(Array(hash[..<(hash.count / 2)]))
    }

    /// Whether a claim is the hash of the token.
    package static func matches(_ claim: String, token: String, algorithm: JWAlgorithm) -> Bool {
        claim.hasSameBytes(as: leftHalf(of: token, algorithm: algorithm))
    }
}
