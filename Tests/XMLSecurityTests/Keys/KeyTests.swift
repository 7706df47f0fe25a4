import Testing
import XMLSecurity

@Suite struct KeyTests {
    @Test(arguments: [
        ("rsa1024", KeyType.rsa, 1024), ("rsa2048", .rsa, 2048), ("rsa4096", .rsa, 4096), ("p256", .ec, 256),
        ("p384", .ec, 384), ("p521", .ec, 521),
    ])
    func `reads keys with their type and size`(name: String, type: KeyType, bits: Int) throws {
        let key = try Fixtures.publicKey(name)
        #expect(key.type == type)
        #expect(key.bits == bits)
        #expect(try Fixtures.privateKey(name).publicKey == key)
    }

    @Test(arguments: ["secp256k1", "ed25519"])
    func `has no use for other curves`(name: String) {
        #expect(refusal { _ = try Fixtures.publicKey(name) }?.code == .keyUnsupported)
        #expect(refusal { _ = try Fixtures.privateKey(name) }?.code == .keyUnsupported)
    }

    @Test func `refuses octets that are no key, or more than one`() throws {
        let spki = try Fixtures.publicKey("p256").subjectPublicKeyInfo
        let pkcs8 = try PEM.octets(Fixtures.text("keys/p256.key.pem"), label: "PRIVATE KEY")
        for octets in [[], [0], Array(spki.dropLast()), spki + [0], pkcs8] {
            #expect(refusal { _ = try PublicKey(subjectPublicKeyInfo: octets) }?.code == .keyUnreadable)
        }
        for octets in [[], Array(pkcs8.dropLast()), pkcs8 + [0], spki] {
            #expect(refusal { _ = try PrivateKey(pkcs8: octets) }?.code == .keyUnreadable)
        }
    }

    @Test func `a cloned certificate has another key`() throws {
        #expect(try Fixtures.certificate("clone").key != Fixtures.certificate("rsa2048").key)
        #expect(try Fixtures.certificate("expired").key == Fixtures.certificate("rsa2048").key)
    }

    @Test func `a certificate tells its time and counts beyond its end`() throws {
        let certificate = try Fixtures.certificate("expired")
        #expect(certificate.notBefore == 1_704_067_200)
        #expect(certificate.notAfter == 1_735_689_600)
        let signed = try SignatureVerifier(keys: [certificate.key], policy: .standard)
            .verify(Fixtures.signed("rsa2048-sha256"))
        #expect(signed.key == certificate.key)
    }

    @Test func `refuses octets that are no certificate, or more than one`() throws {
        let der = try Fixtures.certificate("rsa2048").der
        for octets in [[], Array(der.dropLast()), der + [0], der + der] {
            #expect(refusal { _ = try Certificate(der: octets) }?.code == .keyUnreadable)
        }
    }

    @Test func `makes a certificate around a key, equal for equal RSA keys`() throws {
        let key = try Fixtures.privateKey("rsa2048")
        let der = try Certificate.selfSigned(for: key, commonName: "sp.example")
        #expect(try Certificate.selfSigned(for: key, commonName: "sp.example") == der)
        #expect(try Certificate(der: der).key == Fixtures.publicKey("rsa2048"))
        let long = try Certificate.selfSigned(for: key, commonName: String(repeating: "x", count: 200))
        #expect(try Certificate(der: long).key == Fixtures.publicKey("rsa2048"))
    }

    @Test func `makes fresh keys`() throws {
        let first = try PrivateKey(pkcs8: PrivateKey.generateP256())
        let second = try PrivateKey(pkcs8: PrivateKey.generateP256())
        #expect(first.type == .ec)
        #expect(first.subjectPublicKeyInfo != second.subjectPublicKeyInfo)
        #expect(try PrivateKey(pkcs8: PrivateKey.generateRSA()).publicKey.bits == 2048)
    }
}
