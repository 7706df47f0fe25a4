/// What an EncryptedAssertion says about its content, read and checked before any key is used.
struct EncryptedContent: Sendable {
    let cipher: ContentCipher
    let ciphertext: [UInt8]
    let keys: [EncryptedKey]

    /// Reads the element that holds `xenc:EncryptedData` and perhaps `xenc:EncryptedKey` beside it (SAML Core 2.3.4).
    ///
    /// References among them are not followed: every EncryptedKey that is there is a candidate.
    init(_ holder: XMLElement) throws(XMLSecurityError) {
        guard let data = holder.only(.encryptedData), holder.children.allSatisfy({ $0.isEncryption }),
            data.attribute("Type").map({ $0 == "http://www.w3.org/2001/04/xmlenc#Element" }) ?? true
        else {
            throw XMLSecurityError(.encryptionShape, "not one EncryptedData of an element, with its keys beside it")
        }
        cipher = try Self.cipher(of: data)
        ciphertext = try data.cipherValue()
        let inside = data.only(.keyInfo)?.children(.encryptedKey) ?? []
        let found = inside + holder.children(.encryptedKey)
        guard (1...4).contains(found.count) else {
            throw XMLSecurityError(.encryptionShape, "no EncryptedKey, or more than four")
        }
        var keys: [EncryptedKey] = []
        for key in found { keys.append(try EncryptedKey(key)) }
        self.keys = keys
    }

    private static func cipher(of data: XMLElement) throws(XMLSecurityError) -> ContentCipher {
        guard let method = data.only(.encryptionMethod), let uri = method.attribute("Algorithm"),
            let cipher = ContentCipher(rawValue: uri)
        else { throw XMLSecurityError(.encryptionAlgorithmNotAllowed, "the content's cipher is not one of the list") }
        return cipher
    }
}

/// One `xenc:EncryptedKey`.
struct EncryptedKey: Sendable {
    let transport: KeyTransport
    let digest: DigestName
    let maskDigest: DigestName
    let ciphertext: [UInt8]

    init(_ element: XMLElement) throws(XMLSecurityError) {
        guard let method = element.only(.encryptionMethod), let uri = method.attribute("Algorithm"),
            let transport = KeyTransport(rawValue: uri)
        else { throw XMLSecurityError(.encryptionAlgorithmNotAllowed, "the key's transport is not one of the list") }
        // A label would be a parameter that nobody checks.
        guard method.first(.oaepParams) == nil else {
            throw XMLSecurityError(.encryptionAlgorithmNotAllowed, "OAEPparams is not supported")
        }
        self.transport = transport
        digest = try Self.digest(method.first(.digestMethod)?.attribute("Algorithm"))
        maskDigest = try Self.mask(method.first(.mgf)?.attribute("Algorithm"), transport)
        ciphertext = try element.cipherValue()
    }

    private static func digest(_ uri: String?) throws(XMLSecurityError) -> DigestName {
        guard let uri else { return .sha1 }
        guard let digest = DigestName(uri: uri) else {
            throw XMLSecurityError(.encryptionAlgorithmNotAllowed, "the OAEP digest is not one of the list")
        }
        return digest
    }

    /// XML Encryption 1.1 5.5.2: MGF1 with SHA-1 unless said, and always for the older URI.
    private static func mask(_ uri: String?, _ transport: KeyTransport) throws(XMLSecurityError) -> DigestName {
        guard let uri, transport == .oaep else { return .sha1 }
        guard let digest = DigestName(maskURI: uri) else {
            throw XMLSecurityError(.encryptionAlgorithmNotAllowed, "the OAEP mask function is not one of the list")
        }
        return digest
    }
}

extension XMLElement {
    fileprivate var isEncryption: Bool { isNamed(.encryptedData) || isNamed(.encryptedKey) }

    /// The octets of `CipherData/CipherValue`; a CipherReference would be an address.
    fileprivate func cipherValue() throws(XMLSecurityError) -> [UInt8] {
        guard let data = only(.cipherData), data.holds([.cipherValue]), let text = data.first(.cipherValue)?.text else {
            throw XMLSecurityError(.encryptionShape, "CipherData does not hold one CipherValue")
        }
        return try Base64.decode(Array(text.utf8))
    }
}

extension XMLName {
    /// `xenc:EncryptedData`.
    package static let encryptedData = XMLName(.xenc, "EncryptedData")
    /// `xenc:EncryptedKey`.
    package static let encryptedKey = XMLName(.xenc, "EncryptedKey")
    static let encryptionMethod = XMLName(.xenc, "EncryptionMethod")
    static let cipherData = XMLName(.xenc, "CipherData")
    static let cipherValue = XMLName(.xenc, "CipherValue")
    static let oaepParams = XMLName(.xenc, "OAEPparams")
    static let mgf = XMLName(.xenc11, "MGF")
}
