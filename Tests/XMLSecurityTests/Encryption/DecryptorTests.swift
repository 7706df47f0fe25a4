import Testing
import XMLSecurity

@Suite struct DecryptorTests {
    private static let weak = EncryptionPolicy(allowsCBC: true, allowsRSA15: true)
    private static let plain = Array("<a xmlns='urn:example:a' ID='_a'>alice</a>".utf8)

    private func holder(_ encrypted: [XMLText]) throws -> XMLElement {
        try parse(XMLText("Holder", [("xmlns", "urn:example:h")], encrypted.map { $0 }).string).root
    }

    private func encrypted(_ change: (inout Encryptor) -> Void = { _ in }) throws -> XMLElement {
        var encryptor = Encryptor(to: try Fixtures.publicKey("sp"))
        change(&encryptor)
        return try holder(encryptor.encrypt(Self.plain))
    }

    private func decrypt(
        _ holder: XMLElement, _ keys: [String] = ["sp"], _ policy: EncryptionPolicy = .standard, isSigned: Bool = false
    ) throws -> [UInt8] {
        try Decryptor(keys: keys.map(Fixtures.privateKey), policy: policy).decrypt(holder, isSigned: isSigned)
    }

    private func changed(_ holder: XMLElement, _ pairs: [(String, String)]) throws -> XMLElement {
        var text = String(decoding: try holder.canonicalOctets(), as: UTF8.self)
        for (old, new) in pairs {
            try #require(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return try parse(text).root
    }

    // MARK: What is opened

    @Test(arguments: [
        "gcm128-mgf1p-sha1", "gcm128-mgf1p-sha256", "gcm128-mgf1p-sha384", "gcm128-mgf1p-sha512",
        "gcm128-oaep-sha1-sha1", "gcm128-oaep-sha256-sha256", "gcm128-oaep-sha384-sha384", "gcm128-oaep-sha512-sha512",
        "gcm256-mgf1p-sha1", "gcm256-mgf1p-sha256", "gcm256-mgf1p-sha384", "gcm256-mgf1p-sha512",
        "gcm256-oaep-sha1-sha1", "gcm256-oaep-sha256-sha256", "gcm256-oaep-sha384-sha384", "gcm256-oaep-sha512-sha512",
        "gcm256-oaep-sha512-sha1", "gcm256-oaep-sha1-sha256", "gcm256-defaults", "gcm256-oaep-defaults",
        "gcm256-beside", "xmlsec-gcm128", "xmlsec-gcm256",
    ])
    func `opens what xmlsec1 and cryptography encrypted`(name: String) throws {
        let root = try XMLDocument(parsing: Fixtures.octets("encrypted/\(name).xml"), limits: .message).root
        let plain = try XMLDocument(parsing: decrypt(root), limits: .message).root
        #expect(plain.text == "alice & é")
    }

    @Test(arguments: ContentCipher.allCases, KeyTransport.allCases)
    func `opens what it sealed, in every combination`(cipher: ContentCipher, transport: KeyTransport) throws {
        for isBeside in [false, true] {
            let root = try encrypted {
                $0.cipher = cipher
                $0.transport = transport
                $0.putsKeyBeside = isBeside
            }
            #expect(try decrypt(root, ["sp"], Self.weak, isSigned: true) == Self.plain)
        }
    }

    @Test func `the next key of ours has its turn`() throws {
        #expect(try decrypt(encrypted(), ["rsa3072", "p256", "sp"]) == Self.plain)
    }

    /// A wrong key makes some of these ciphertexts look padded; none of that is taken for an answer.
    @Test func `the next key has its turn under ciphers that do not notice a wrong one`() throws {
        for _ in 0..<40 {
            let root = try encrypted {
                $0.cipher = .aes256CBC
                $0.transport = .rsa15
            }
            #expect(try decrypt(root, ["attacker", "sp"], Self.weak, isSigned: true) == Self.plain)
        }
    }

    @Test func `one of at most four keys may be ours`() throws {
        let encryptors = try ["attacker", "rsa3072", "rsa2048"].map { Encryptor(to: try Fixtures.publicKey($0)) }
        var mine = Encryptor(to: try Fixtures.publicKey("sp"))
        mine.putsKeyBeside = true
        var parts = try mine.encrypt(Self.plain)
        let own = parts.removeLast()
        let others = try encryptors.map { encryptor in
            var encryptor = encryptor
            encryptor.putsKeyBeside = true
            return try encryptor.encrypt(Self.plain)[1]
        }
        #expect(try decrypt(holder(parts + others + [own])) == Self.plain)
        let five = try holder(parts + others + [others[0], own])
        #expect(refusal { _ = try decrypt(five) }?.code == .encryptionShape)
        #expect(refusal { _ = try decrypt(holder(parts)) }?.code == .encryptionShape)
    }

    // MARK: Weak ciphers

    @Test func `CBC needs an exception, and signed octets around it or an exception for their absence`() throws {
        let root = try XMLDocument(parsing: Fixtures.octets("encrypted/xmlsec-cbc256.xml"), limits: .message).root
        #expect(refusal { _ = try decrypt(root, isSigned: true) }?.code == .encryptionAlgorithmNotAllowed)
        let policy = EncryptionPolicy(allowsCBC: true, allowsRSA15: false)
        #expect(refusal { _ = try decrypt(root, ["sp"], policy) }?.code == .weakEncryptionUnsigned)
        let open = EncryptionPolicy(allowsCBC: false, allowsRSA15: false, allowsUnsignedCBC: true)
        #expect(try decrypt(root, ["sp"], open).isEmpty == false)
        #expect(try parse(String(decoding: decrypt(root, ["sp"], policy, isSigned: true), as: UTF8.self)).root.isRoot)
    }

    @Test func `RSA 1_5 needs an exception, and signed octets around it`() throws {
        let root = try encrypted { $0.transport = .rsa15 }
        #expect(refusal { _ = try decrypt(root, isSigned: true) }?.code == .encryptionAlgorithmNotAllowed)
        let policy = EncryptionPolicy(allowsCBC: false, allowsRSA15: true)
        #expect(refusal { _ = try decrypt(root, ["sp"], policy) }?.code == .weakEncryptionUnsigned)
        #expect(try decrypt(root, ["sp"], policy, isSigned: true) == Self.plain)
    }

    // MARK: What is refused

    @Test func `whatever fails once a key is used fails in one way`() throws {
        let octets = { (count: Int) in Base64.encode([UInt8](repeating: 7, count: count)) }
        var roots = [try encrypted { $0.digest = .sha256 }]
        // Another digest than the one it was sealed with.
        roots[0] = try changed(roots[0], [("xmlenc#sha256", "xmlenc#sha512")])
        for (cipher, transport) in [
            (ContentCipher.aes256GCM, KeyTransport.oaepMGF1P), (.aes256CBC, .oaep), (.aes128CBC, .rsa15),
        ] {
            let good = try encrypted {
                $0.cipher = cipher
                $0.transport = transport
            }
            let text = String(decoding: try good.canonicalOctets(), as: UTF8.self)
            let values = text.matches(of: /<xenc:CipherValue>([^<]*)</).map { String($0.output.1) }
            let content = try Base64.decode(Array(values[1].utf8))
            let flipped = content.dropLast() + [content[content.count - 1] ^ 1]
            for value in [octets(0), octets(1), octets(27), octets(28), octets(300)]
            where !value.isEmpty {
                roots.append(try changed(good, [(values[0], value)]))
                roots.append(try changed(good, [(values[1], value)]))
            }
            if cipher.isAuthenticated { roots.append(try changed(good, [(values[1], Base64.encode(flipped))])) }
            roots.append(try changed(good, [(values[1], Base64.encode(content.dropLast(16)))]))
        }
        for root in roots {
            let error = refusal { _ = try decrypt(root, ["sp"], Self.weak, isSigned: true) }
            #expect(error == XMLSecurityError(.decryptionFailed, "the content does not open with a key of ours"))
        }
        let other = refusal { _ = try decrypt(encrypted(), ["attacker", "p256"]) }
        #expect(other == XMLSecurityError(.decryptionFailed, "the content does not open with a key of ours"))
        #expect(refusal { _ = try decrypt(encrypted(), []) } == other)
    }

    @Test(arguments: [
        ("xmlenc11#aes256-gcm", "xmlenc11#aes192-gcm", XMLSecurityError.Code.encryptionAlgorithmNotAllowed),
        (
            "http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2001/04/xmlenc#tripledes-cbc",
            .encryptionAlgorithmNotAllowed
        ),
        ("xmlenc#rsa-oaep-mgf1p", "xmlenc#kw-aes256", .encryptionAlgorithmNotAllowed),
        ("xmldsig#sha1", "xmldsig-more#md5", .encryptionAlgorithmNotAllowed),
        ("<ds:DigestMethod", "<xenc:OAEPparams>AA==</xenc:OAEPparams><ds:DigestMethod", .encryptionAlgorithmNotAllowed),
        ("<xenc:CipherValue>", "<xenc:CipherReference URI='http://127.0.0.1:9/'/><xenc:CipherValue>", .encryptionShape),
        ("xenc:CipherValue>", "xenc:CipherReference>", .encryptionShape),
        ("xmlenc#Element", "xmlenc#Content", .encryptionShape),
        ("<xenc:EncryptedData", "<Other/><xenc:EncryptedData", .encryptionShape),
        ("xenc:EncryptedData", "xenc:EncryptedStuff", .encryptionShape),
        ("xenc:EncryptedKey", "xenc:AgreementMethod", .encryptionShape),
        ("<xenc:CipherValue>", "<xenc:CipherValue>!", .base64),
    ])
    func `refuses a shape or an algorithm before any key is used`(
        old: String, new: String, code: XMLSecurityError.Code
    ) throws {
        let root = try changed(encrypted(), [(old, new)])
        #expect(refusal { _ = try decrypt(root, [], Self.weak, isSigned: true) }?.code == code)
    }

    @Test func `refuses a mask function that is not one of the list`() throws {
        let root = try changed(encrypted { $0.transport = .oaep }, [("mgf1sha1", "mgf1md5")])
        #expect(refusal { _ = try decrypt(root) }?.code == .encryptionAlgorithmNotAllowed)
    }
}
