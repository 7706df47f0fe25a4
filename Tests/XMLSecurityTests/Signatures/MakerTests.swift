import Testing
import XMLSecurity

@Suite struct MakerTests {
    private let text = "<a xmlns='urn:example:a' ID='_a'><Issuer>me</Issuer><b>alice</b></a>"

    @Test(arguments: [
        ("rsa2048", SignatureAlgorithm.rsaSHA256), ("rsa2048", .rsaSHA384), ("rsa2048", .rsaSHA512),
        ("p256", .ecdsaSHA256), ("p384", .ecdsaSHA384), ("p521", .ecdsaSHA512),
    ])
    func `signs what its own verifier accepts, the signature behind the Issuer`(
        key: String, algorithm: SignatureAlgorithm
    ) throws {
        let maker = SignatureMaker(key: try Fixtures.privateKey(key), algorithm: algorithm)
        let root = try XMLDocument(parsing: maker.sign(Array(text.utf8), id: "_a"), limits: .message).root
        #expect(root.children.map(\.localName) == ["Issuer", "Signature", "b"])
        let signed = try SignatureVerifier(keys: [Fixtures.publicKey(key)], policy: .standard).verify(root)
        #expect(try signed.element.canonicalOctets() == parse(text).root.canonicalOctets())
    }

    @Test func `puts the certificate into KeyInfo where one is given`() throws {
        let der = try Fixtures.certificate("rsa2048").der
        let maker = SignatureMaker(key: try Fixtures.privateKey("rsa2048"), certificate: der)
        let signed = String(decoding: try maker.sign(Array(text.utf8), id: "_a"), as: UTF8.self)
        #expect(signed.contains("<ds:X509Certificate>\(Base64.encode(der))</ds:X509Certificate>"))
        let keys = [try Fixtures.publicKey("rsa2048")]
        #expect(throws: Never.self) {
            try SignatureVerifier(keys: keys, policy: .standard).verify(parse(signed).root)
        }
    }

    @Test func `does not sign with a key of the other family, another identifier, or what is no document`() throws {
        let octets = Array(text.utf8)
        let wrong = SignatureMaker(key: try Fixtures.privateKey("p256"), algorithm: .rsaSHA256)
        #expect(refusal { _ = try wrong.sign(octets, id: "_a") }?.code == .keyNotForAlgorithm)
        let maker = SignatureMaker(key: try Fixtures.privateKey("rsa2048"))
        #expect(refusal { _ = try maker.sign(Array("<a/>".utf8), id: "_a") }?.code == .signatureInvalid)
        #expect(refusal { _ = try maker.sign(Array("<a".utf8), id: "_a") }?.code == .notWellFormed)
    }

    @Test(arguments: [
        ("rsa2048", SignatureAlgorithm.rsaSHA256), ("rsa2048", .rsaSHA1), ("p256", .ecdsaSHA256),
        ("p521", .ecdsaSHA512),
    ])
    func `verifies octets under the right key only`(name: String, algorithm: SignatureAlgorithm) throws {
        let policy = SignaturePolicy(allowsSHA1: true)
        let octets = Array("SAMLResponse=x&SigAlg=y".utf8)
        var signature = try Fixtures.privateKey(name).sign(octets, with: algorithm)
        let verify = { (signature: [UInt8], octets: [UInt8], key: String) in
            try OctetSignature.verify(
                signature, over: octets, algorithm: algorithm.rawValue, keys: [Fixtures.publicKey(key)], policy: policy)
        }
        #expect(throws: Never.self) { try verify(signature, octets, name) }
        #expect(refusal { try verify(signature, octets + [0], name) }?.code == .signatureInvalid)
        #expect(refusal { try verify(signature, octets, "attacker") }?.code == .signatureInvalid)
        #expect(refusal { try verify([], octets, name) }?.code == .signatureInvalid)
        #expect(refusal { try verify(signature + [0], octets, name) }?.code == .signatureInvalid)
        signature[signature.count / 2] ^= 1
        #expect(refusal { try verify(signature, octets, name) }?.code == .signatureInvalid)
    }

    @Test func `octets need a listed algorithm, a key, and a long one`() throws {
        let key = try Fixtures.publicKey("rsa1024")
        let verify = { (uri: String, keys: [PublicKey]) in
            try OctetSignature.verify([1], over: [2], algorithm: uri, keys: keys, policy: .standard)
        }
        #expect(refusal { try verify(SignatureAlgorithm.rsaSHA256.rawValue, []) }?.code == .noKey)
        #expect(refusal { try verify(SignatureAlgorithm.rsaSHA256.rawValue, [key]) }?.code == .keyTooShort)
        #expect(
            refusal { try verify(SignatureAlgorithm.rsaSHA1.rawValue, [key]) }?.code == .signatureAlgorithmNotAllowed)
        #expect(refusal { try verify("none", [key]) }?.code == .signatureAlgorithmNotAllowed)
    }
}
