/// Tokens under a secret that two sides share (RFC 7518 3.2), issued only.
///
/// Nothing in this room verifies one: a verifier that knew HMAC could be talked into taking a public key for the secret.
package enum SharedSecretToken {
    /// RFC 7518 3.2: a key as long as the hash, at least.
    package static let minimumSecretBytes = 32

    /// Issues a JSON Web Token with the header `{alg: HS256, typ: JWT}`.
    package static func issue(claims: JSONObject, secret: [UInt8]) throws(JOSEError) -> String {
        guard secret.count >= minimumSecretBytes else { throw JOSEError(.keyWeak) }
        let header: JSONObject = ["alg": "HS256", "typ": "JWT"]
        var token = Base64URL.encodedBytes(header.serialized())
        token.append(UInt8(ascii: "."))
        token += Base64URL.encodedBytes(claims.serialized())
        let code = Digests.hmacSHA256(key: secret, message: token)
        token.append(UInt8(ascii: "."))
        token += Base64URL.encodedBytes(code)
        return String(decoding: token, as: UTF8.self)
    }
}
