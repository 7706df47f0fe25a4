import CXMLSec

/// Encrypts an element of ours to somebody's key.
package struct Encryptor: Sendable {
    private let key: PublicKey
    /// How the content is encrypted.
    package var cipher: ContentCipher = .aes256GCM
    /// How its key is.
    package var transport: KeyTransport = .oaepMGF1P
    /// The OAEP digest.
    package var digest: DigestName = .sha1
    /// The OAEP mask function's digest; SHA-1 for the older URI.
    package var maskDigest: DigestName = .sha1
    /// Whether the key stands beside the data instead of inside it.
    package var putsKeyBeside = false

    /// An encryptor to a key.
    package init(to key: PublicKey) { self.key = key }

    /// The `xenc:EncryptedData` of an element as written, followed by its `xenc:EncryptedKey` where that stands beside.
    package func encrypt(_ xml: [UInt8]) throws(XMLSecurityError) -> [XMLText] {
        let secret = try vx_bytes.filled { vx_random(cipher.keyBytes, $0) }
        let sealed = try vx_bytes.filled {
            vx_cipher_seal(cipher.number, secret, secret.count, xml, xml.count, $0)
        }
        let wrapped = try wrap(secret)
        let encryptedKey = XMLText(
            "xenc:EncryptedKey",
            [("xmlns:xenc", "http://www.w3.org/2001/04/xmlenc#"), ("Id", putsKeyBeside ? "_ek" : nil)],
            [keyMethod, Self.cipherData(wrapped)])
        let data = XMLText(
            "xenc:EncryptedData",
            [
                ("xmlns:xenc", "http://www.w3.org/2001/04/xmlenc#"), ("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#"),
                ("Type", "http://www.w3.org/2001/04/xmlenc#Element"),
            ],
            [
                XMLText("xenc:EncryptionMethod", [("Algorithm", cipher.rawValue)]),
                XMLText(
                    "ds:KeyInfo", [],
                    [
                        putsKeyBeside
                            ? XMLText(
                                "ds:RetrievalMethod",
                                [("Type", "http://www.w3.org/2001/04/xmlenc#EncryptedKey"), ("URI", "#_ek")])
                            : encryptedKey
                    ]),
                Self.cipherData(sealed),
            ])
        return putsKeyBeside ? [data, encryptedKey] : [data]
    }

    private func wrap(_ secret: [UInt8]) throws(XMLSecurityError) -> [UInt8] {
        try vx_bytes.filled {
            switch transport {
            case .oaep, .oaepMGF1P:
                vx_oaep_seal(key.handle, digest.number, maskDigest.number, secret, secret.count, $0)
            case .rsa15: vx_rsa15_seal(key.handle, secret, secret.count, $0)
            }
        }
    }

    private var keyMethod: XMLText {
        let digestMethod = XMLText(
            "ds:DigestMethod", [("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#"), ("Algorithm", digest.uri)])
        let mask = XMLText(
            "xenc11:MGF",
            [
                ("xmlns:xenc11", "http://www.w3.org/2009/xmlenc11#"),
                ("Algorithm", "http://www.w3.org/2009/xmlenc11#mgf1\(maskDigest.rawValue)"),
            ])
        return XMLText(
            "xenc:EncryptionMethod", [("Algorithm", transport.rawValue)],
            transport == .rsa15 ? [] : transport == .oaep ? [digestMethod, mask] : [digestMethod])
    }

    private static func cipherData(_ octets: [UInt8]) -> XMLText {
        XMLText("xenc:CipherData", [], [XMLText("xenc:CipherValue", text: Base64.encode(octets))])
    }
}
