import CXMLSec

/// Opens what is encrypted to us.
///
/// The plaintext is a new document for the caller to parse under the rules of the old one; it is never put into the old
/// tree, where it could move what a signature covers.
package struct Decryptor: Sendable {
    private let keys: [PrivateKey]
    private let policy: EncryptionPolicy

    /// A decryptor with our keys, current one first.
    package init(keys: [PrivateKey], policy: EncryptionPolicy) {
        self.keys = keys
        self.policy = policy
    }

    /// Decrypts the content of an element such as `saml:EncryptedAssertion`.
    ///
    /// - Parameters:
    ///   - holder: The element.
    ///   - isSigned: Whether its octets were verified. Unauthenticated encryption is opened only then, unless the policy
    ///     says otherwise of AES-CBC: whoever may change a ciphertext and see how we answer, reads the plaintext.
    /// - Throws: `encryption_shape`, `encryption_algorithm_not_allowed`, `weak_encryption_unsigned`, and for all that can
    ///   be learnt only with a key, `decryption_failed`.
    package func decrypt(_ holder: XMLElement, isSigned: Bool) throws(XMLSecurityError) -> [UInt8] {
        let content = try EncryptedContent(holder)
        guard policy.allows(content.cipher) else {
            throw XMLSecurityError(.encryptionAlgorithmNotAllowed, "the content's cipher needs a dated exception")
        }
        guard content.keys.allSatisfy({ policy.allows($0.transport) }) else {
            throw XMLSecurityError(.encryptionAlgorithmNotAllowed, "the key's transport needs a dated exception")
        }
        let isStrong = policy.allowsUnsigned(content.cipher) && content.keys.allSatisfy { $0.transport != .rsa15 }
        guard isStrong || isSigned else {
            throw XMLSecurityError(
                .weakEncryptionUnsigned, "AES-CBC and RSA 1.5 are opened only inside a signed Response")
        }
        for encrypted in content.keys {
            for key in keys where key.type == .rsa {
                guard let plain = open(content, encrypted, with: key) else { continue }
                if content.cipher.isAuthenticated || isDocument(plain, holder.document.limits) { return plain }
            }
        }
        throw XMLSecurityError(.decryptionFailed, "the content does not open with a key of ours")
    }

    /// Whether plaintext is a document at all.
    ///
    /// An unauthenticated cipher notices a wrong key in fifteen cases of sixteen; this notices the rest. Both are the same
    /// failure, and the next key has its turn.
    private func isDocument(_ plain: [UInt8], _ limits: XMLLimits) -> Bool {
        (try? XMLDocument(parsing: plain, limits: limits)) != nil
    }

    private func open(_ content: EncryptedContent, _ encrypted: EncryptedKey, with key: PrivateKey) -> [UInt8]? {
        guard let secret = try? unwrap(encrypted, content.cipher, with: key),
            secret.count == content.cipher.keyBytes
        else { return nil }
        return try? vx_bytes.filled {
            vx_cipher_open(
                content.cipher.number, secret, secret.count, content.ciphertext, content.ciphertext.count, $0)
        }
    }

    private func unwrap(
        _ encrypted: EncryptedKey, _ cipher: ContentCipher, with key: PrivateKey
    ) throws(XMLSecurityError) -> [UInt8] {
        let octets = encrypted.ciphertext
        return try vx_bytes.filled {
            switch encrypted.transport {
            case .oaep, .oaepMGF1P:
                vx_oaep_open(
                    key.handle, encrypted.digest.number, encrypted.maskDigest.number, octets, octets.count, $0)
            case .rsa15: vx_rsa15_open(key.handle, octets, octets.count, cipher.keyBytes, $0)
            }
        }
    }
}
