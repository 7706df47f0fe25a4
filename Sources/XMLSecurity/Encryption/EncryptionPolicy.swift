import CXMLSec

/// How content is encrypted (XML Encryption 5.2), named by its URI.
package enum ContentCipher: String, Sendable, Hashable, CaseIterable {
    case aes128GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
    case aes256GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    /// Unauthenticated; only under a dated exception.
    case aes128CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    /// Unauthenticated; only under a dated exception.
    case aes256CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"

    /// Whether a changed ciphertext is noticed by the cipher.
    package var isAuthenticated: Bool { self == .aes128GCM || self == .aes256GCM }
    /// Octets of the key.
    package var keyBytes: Int { self == .aes128GCM || self == .aes128CBC ? 16 : 32 }

    var number: Int32 {
        switch self {
        case .aes128GCM: Int32(VX_AES128_GCM)
        case .aes256GCM: Int32(VX_AES256_GCM)
        case .aes128CBC: Int32(VX_AES128_CBC)
        case .aes256CBC: Int32(VX_AES256_CBC)
        }
    }
}

/// How the content's key is encrypted to ours (XML Encryption 5.5), named by its URI.
package enum KeyTransport: String, Sendable, Hashable, CaseIterable {
    /// OAEP with MGF1 over SHA-1; the digest is SHA-1 unless said.
    case oaepMGF1P = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
    /// OAEP with a mask function that is said.
    case oaep = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
    /// Broken by Bleichenbacher; only under a dated exception and inside signed octets.
    case rsa15 = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
}

/// What may be decrypted.
package struct EncryptionPolicy: Sendable, Hashable {
    /// Whether AES-CBC counts inside signed octets.
    package var allowsCBC: Bool
    /// Whether AES-CBC counts around signed octets as well, where whoever sends the message may change the ciphertext.
    package var allowsUnsignedCBC: Bool
    /// Whether RSAES-PKCS1-v1_5 counts.
    package var allowsRSA15: Bool

    /// AES-GCM and RSA-OAEP.
    package static let standard = EncryptionPolicy(allowsCBC: false, allowsRSA15: false)

    /// A policy; CBC that is allowed anywhere is allowed inside signed octets.
    package init(allowsCBC: Bool, allowsRSA15: Bool, allowsUnsignedCBC: Bool = false) {
        self.allowsCBC = allowsCBC || allowsUnsignedCBC
        self.allowsUnsignedCBC = allowsUnsignedCBC
        self.allowsRSA15 = allowsRSA15
    }

    func allows(_ cipher: ContentCipher) -> Bool { cipher.isAuthenticated || allowsCBC }
    func allows(_ transport: KeyTransport) -> Bool { transport != .rsa15 || allowsRSA15 }
    func allowsUnsigned(_ cipher: ContentCipher) -> Bool { cipher.isAuthenticated || allowsUnsignedCBC }
}
