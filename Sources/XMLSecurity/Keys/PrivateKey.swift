import CXMLSec

/// A private key: signs our messages, opens what is encrypted to us.
///
/// `@unchecked Sendable`: the C key is never changed after `init`, and its reference counts are atomic.
package final class PrivateKey: @unchecked Sendable {
    let handle: OpaquePointer
    /// RSA or elliptic-curve.
    package let type: KeyType
    /// The public half, as DER SubjectPublicKeyInfo.
    package let subjectPublicKeyInfo: [UInt8]

    /// A key from DER PKCS#8 (RFC 5958).
    package init(pkcs8: [UInt8]) throws(XMLSecurityError) {
        try CLibraries.start()
        var made: OpaquePointer?
        try vx_key_private(pkcs8, pkcs8.count, &made).check()
        guard let made else { throw XMLSecurityError(.internalFailure, "no key") }
        do throws(XMLSecurityError) {
            subjectPublicKeyInfo = try vx_bytes.filled { vx_key_spki(made, $0) }
        } catch {
            vx_key_free(made)
            throw error
        }
        handle = made
        type = KeyType(made)
    }

    deinit { vx_key_free(handle) }

    /// The public half.
    package var publicKey: PublicKey {
        get throws(XMLSecurityError) { try PublicKey(subjectPublicKeyInfo: subjectPublicKeyInfo) }
    }

    /// A fresh RSA key as PKCS#8, for test IdPs and for first keys.
    package static func generateRSA(bits: Int = 2048) throws(XMLSecurityError) -> [UInt8] {
        try CLibraries.start()
        return try vx_bytes.filled { vx_key_generate_rsa(Int32(bits), $0) }
    }

    /// A fresh P-256 key as PKCS#8.
    package static func generateP256() throws(XMLSecurityError) -> [UInt8] {
        try CLibraries.start()
        return try vx_bytes.filled { vx_key_generate_p256($0) }
    }

    /// Signs octets; an ECDSA signature is the two integers side by side.
    package func sign(_ octets: [UInt8], with algorithm: SignatureAlgorithm) throws(XMLSecurityError) -> [UInt8] {
        try vx_bytes.filled { vx_sign(handle, algorithm.bit, octets, octets.count, $0) }
    }
}
