import CXMLSec

/// A signature over plain octets, as the HTTP-Redirect binding has it.
package enum OctetSignature {
    /// Verifies under any of the keys.
    ///
    /// - Throws: `no_key_configured`, `signature_algorithm_not_allowed`, `key_too_short`, `signature_invalid`.
    package static func verify(
        _ signature: [UInt8], over octets: [UInt8], algorithm uri: String, keys: [PublicKey], policy: SignaturePolicy
    ) throws(XMLSecurityError) {
        guard !keys.isEmpty else { throw XMLSecurityError(.noKey, "no signing key is configured") }
        guard let algorithm = SignatureAlgorithm(rawValue: uri), policy.allows(algorithm) else {
            throw XMLSecurityError(.signatureAlgorithmNotAllowed, "the signature algorithm is not one of the list")
        }
        let ofType = keys.filter { $0.type == algorithm.keyType }
        guard ofType.isEmpty || ofType.contains(where: policy.allows) else {
            throw XMLSecurityError(.keyTooShort, "the configured key is shorter than \(policy.minimumRSABits) bits")
        }
        let isValid = ofType.filter(policy.allows).contains { key in
            vx_verify(key.handle, algorithm.bit, octets, octets.count, signature, signature.count) == VX_OK
        }
        guard isValid else {
            throw XMLSecurityError(.signatureInvalid, "the signature does not verify under a configured key")
        }
    }
}
