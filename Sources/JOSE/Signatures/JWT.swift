/// A JSON Web Token (RFC 7519) whose signature held.
///
/// Whether its claims hold is for the protocol to say.
package struct JWT: Sendable {
    /// The protected header.
    package let header: JWSHeader

    /// The claims; names are unique and nothing stands behind the object.
    package let claims: JSONObject

    /// The key that verified.
    package let key: VerificationKey

    /// Verifies a token and reads its claims.
    package static func verify(
        _ token: String, with verifier: JWSVerifier, types: AllowedTypes
    ) throws(JOSEError) -> JWT {
        let jws = try verifier.verify(token)
        try jws.header.requireType(types)
        return JWT(header: jws.header, claims: try claims(jws.payload), key: jws.key)
    }

    /// RFC 7519 section 7.2 step 10: the payload is a JSON object.
    private static func claims(_ payload: [UInt8]) throws(JOSEError) -> JSONObject {
        do throws(JOSEError) {
            return try JSONObject.parse(payload)
        } catch {
            throw error.code == .jsonNotObject ? JOSEError(.claimsNotObject) : error
        }
    }
}
