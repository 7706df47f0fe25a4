// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import XMLSecurity

/// How a vendor names and publishes its keys.
struct OPKeyStyle: Sendable {
    /// What a `kid` looks like.
    enum KeyID: Sendable {
        /// RFC 7638.
        case thumbprint
        /// 40 hexadecimal digits.
        case hex
        /// Base64 with `+`, `/` and `=`.
        case base64
        case uuid
        /// 21 characters of base64url.
        case short
        /// 27 characters of base64url, as a certificate's SHA-1 has.
        case fingerprint
    }

    var keyID = KeyID.thumbprint
    /// How many signing keys are published, one or two.
    var published = 2
    /// `alg` stands with each key.
    var namesAlgorithm = true
    /// `x5c`, and `x5t` where the key id is one.
    var hasCertificate = false
    /// A key for encryption stands in the set too.
    var hasEncryptionKey = false
    /// Further members of each key.
    var further: JSONObject = [:]
    /// What the header of an ID token says beside `alg` and `kid`.
    var header: JSONObject = ["typ": "JWT"]
    /// Access tokens are signed by the other published key.
    var signsAccessTokenWithOther = false

    func keyID(_ random: (Int) -> [UInt8]) -> String? {
        switch keyID {
        case .thumbprint: nil
        case .hex: Digests.hex(random(20))
        case .base64: Self.oddOctets(random)
        case .uuid: VendorID.guid(Digests.hex(random(16)))
        case .short: String(Base64URL.encode(random(16)).prefix(21))
        case .fingerprint: Base64URL.encode(random(20))
        }
    }

    /// A key id with all three characters that URLs and base64url lack.
    static func oddOctets(_ random: (Int) -> [UInt8]) -> String {
        // 0xFB 0xEF 0xFF is `++//` in base64; 32 octets end in `=`.
        Data([0xFB, 0xEF, 0xFF] + random(29)).base64EncodedString()
    }

    func published(_ key: SigningKey, certificate: [UInt8]?) -> JSONObject {
        var jwk = key.publicKey.publicJWK
        if !namesAlgorithm { jwk["alg"] = nil }
        if let certificate {
            if keyID == .fingerprint { jwk["x5t"] = .string(key.kid) }
            jwk["x5c"] = .array([.string(Data(certificate).base64EncodedString())])
        }
        for (name, value) in further { jwk[name] = value }
        return jwk
    }

    func certificate(of key: SigningKey, name: String) throws -> [UInt8]? {
        guard hasCertificate else { return nil }
        return try Certificate.selfSigned(for: PrivateKey(pkcs8: key.pkcs8DER), commonName: name)
    }
}

/// Identifiers that are the same at every start.
enum VendorID {
    static func guid(_ seed: String) -> String {
        let hex = Array(Digests.sha256Hex(seed).prefix(32))
        let parts = [hex[0..<8], hex[8..<12], ["4"] + hex[13..<16], ["8"] + hex[17..<20], hex[20..<32]]
        return parts.map { String($0) }.joined(separator: "-")
    }

    static func digits(_ seed: String, _ count: Int) -> String {
        let digits = Digests.sha256(seed).map { String($0 % 10) }.joined().prefix(count)
        return "1" + digits.dropFirst()
    }
}
