import CXMLSec

/// A public key, bare: no certificate, no name, no path to anybody who vouches for it.
///
/// Keys are pinned. What a certificate says beside its key, above all its end, does not decide (SAML metadata
/// interoperability profile, IIP-MD12); its end is told to the operator.
///
/// `@unchecked Sendable`: the C key is never changed after `init`, and its reference counts are atomic.
package final class PublicKey: @unchecked Sendable {
    let handle: OpaquePointer
    /// DER SubjectPublicKeyInfo: what makes two keys the same (RFC 5280 4.1.2.7).
    package let subjectPublicKeyInfo: [UInt8]
    /// RSA or elliptic-curve.
    package let type: KeyType
    /// The size in bits.
    package let bits: Int

    /// A key from DER SubjectPublicKeyInfo.
    package init(subjectPublicKeyInfo spki: [UInt8]) throws(XMLSecurityError) {
        try CLibraries.start()
        var made: OpaquePointer?
        try vx_key_public(spki, spki.count, &made).check()
        guard let made else { throw XMLSecurityError(.internalFailure, "no key") }
        handle = made
        subjectPublicKeyInfo = spki
        type = KeyType(made)
        bits = Int(vx_key_bits(made))
    }

    deinit { vx_key_free(handle) }
}

extension PublicKey: Equatable {
    /// Equal where the SubjectPublicKeyInfo is: a cloned certificate has another key (CVE class "same subject, issuer,
    /// serial").
    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.subjectPublicKeyInfo == right.subjectPublicKeyInfo
    }
}

/// The two families of keys.
package enum KeyType: String, Sendable, Hashable {
    case rsa = "RSA"
    case ec = "EC"

    init(_ handle: OpaquePointer) { self = vx_key_type(handle) == Int32(VX_KEY_RSA) ? .rsa : .ec }
}
