import Foundation
import Testing
import XMLSecurity

@Suite struct SignatureTests {
    private func verify(
        _ element: XMLElement, with keys: [PublicKey], _ policy: SignaturePolicy = .standard
    ) throws -> SignedElement {
        try SignatureVerifier(keys: keys, policy: policy).verify(element)
    }

    // MARK: What is accepted

    @Test(arguments: [2048, 3072, 4096], ["sha256", "sha384", "sha512"])
    func `accepts what xmlsec1 signed with RSA`(bits: Int, digest: String) throws {
        let signed = try verify(
            Fixtures.signed("rsa\(bits)-\(digest)"), with: [Fixtures.publicKey("rsa\(bits)")])
        #expect(signed.element.children.map(\.localName) == ["Issuer", "Name"])
    }

    @Test(arguments: [("p256", "sha256"), ("p384", "sha384"), ("p521", "sha512"), ("p256", "sha512")])
    func `accepts what xmlsec1 signed with ECDSA`(curve: String, digest: String) throws {
        let signed = try verify(Fixtures.signed("\(curve)-\(digest)"), with: [Fixtures.publicKey(curve)])
        #expect(signed.element.attribute("ID") == "_m")
    }

    @Test func `answers the very octets that were hashed and nothing else`() throws {
        let signed = try verify(Fixtures.signed("rsa2048-sha256"), with: [Fixtures.publicKey("rsa2048")])
        let expected = """
            <m:Message xmlns:m="urn:example:message" ID="_m"><m:Issuer>https://idp.example</m:Issuer>\
            <m:Name>alice</m:Name></m:Message>
            """
        #expect(String(decoding: try signed.element.canonicalOctets(), as: UTF8.self) == expected)
        #expect(signed.element.isRoot)
    }

    @Test func `leaves everything around the signed element behind`() throws {
        let inner = String(decoding: try Forge().octets(), as: UTF8.self)
        let outer = "<o:Outer xmlns:o='urn:example:outer' ID='_o'><o:Name>mallory</o:Name>\(inner)</o:Outer>"
        let element = try #require(try parse(outer).root.children.first { $0.localName == "Message" })
        let signed = try verify(element, with: [Fixtures.publicKey("rsa2048")])
        #expect(signed.element.parent == nil)
        #expect(try signed.element.canonicalOctets() == Forge().signedOctets())
    }

    @Test func `says which of several keys verified`() throws {
        let keys = try [Fixtures.publicKey("attacker"), Fixtures.publicKey("p256"), Fixtures.publicKey("rsa2048")]
        let signed = try verify(Fixtures.signed("rsa2048-sha256"), with: keys)
        #expect(signed.key == keys[2])
    }

    @Test func `SHA-1 counts only where the policy says so`() throws {
        let keys = [try Fixtures.publicKey("rsa2048")]
        let error = refusal { _ = try verify(Fixtures.signed("rsa2048-sha1"), with: keys) }
        #expect(error?.code == .signatureAlgorithmNotAllowed)
        let signed = try verify(
            Fixtures.signed("rsa2048-sha1"), with: keys, SignaturePolicy(allowsSHA1: true))
        #expect(signed.element.attribute("ID") == "_m")
    }

    // MARK: Whose key it is

    @Test(arguments: ["attacker", "clone"])
    func `never takes the key that a message brings along`(name: String) throws {
        let certificate = try Base64.encode(Fixtures.certificate("clone").der)
        var forge = Forge()
        forge.keyName = "attacker"
        forge.behindValue = """
            <ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
            """
        let pinned =
            name == "clone" ? try Fixtures.certificate("rsa2048").key : try Fixtures.publicKey("rsa2048")
        let message = try forge.element()
        #expect(refusal { _ = try verify(message, with: [pinned]) }?.code == .signatureInvalid)
        #expect(throws: Never.self) { try verify(message, with: [Fixtures.publicKey("attacker")]) }
    }

    @Test(arguments: [
        "<ds:RetrievalMethod URI=\"file:///etc/passwd\"/>", "<ds:RetrievalMethod URI=\"http://127.0.0.1:9/\"/>",
        "<ds:KeyName>rsa2048</ds:KeyName>", "<ds:KeyValue/>", "<x xmlns=\"urn:x\"><y/></x>",
    ])
    func `looks at nothing in KeyInfo`(content: String) throws {
        var forge = Forge()
        forge.behindValue = "<ds:KeyInfo>\(content)</ds:KeyInfo>"
        #expect(throws: Never.self) { try verify(forge.element(), with: [Fixtures.publicKey("rsa2048")]) }
    }

    @Test func `there is no verifier without a key`() {
        #expect(refusal { _ = try SignatureVerifier(keys: [], policy: .standard) }?.code == .noKey)
    }

    @Test func `a key of the other family is none`() throws {
        let message = try Fixtures.signed("rsa2048-sha256")
        #expect(refusal { _ = try verify(message, with: [Fixtures.publicKey("p256")]) }?.code == .signatureInvalid)
    }

    @Test func `RSA below 2048 bits does not count, and a longer key beside it still does`() throws {
        let short = try Fixtures.publicKey("rsa1024")
        let message = try Fixtures.signed("rsa1024-sha256")
        #expect(refusal { _ = try verify(message, with: [short]) }?.code == .keyTooShort)
        let both = [short, try Fixtures.publicKey("rsa2048")]
        #expect(refusal { _ = try verify(message, with: both) }?.code == .signatureInvalid)
        #expect(throws: Never.self) { try verify(Fixtures.signed("rsa2048-sha256"), with: both) }
    }

    // MARK: What is refused

    @Test func `needs exactly one signature of the element's own`() throws {
        let keys = [try Fixtures.publicKey("rsa2048")]
        let text = try Fixtures.text("signed/rsa2048-sha256.xml")
        #expect(refusal { _ = try verify(parse("<a ID='_a'/>").root, with: keys) }?.code == .signatureMissing)
        let start = try #require(text.range(of: "<ds:Signature ")?.lowerBound)
        let end = try #require(text.range(of: "</ds:Signature>")?.upperBound)
        let twice = text.replacingCharacters(in: end..<end, with: text[start..<end])
        #expect(refusal { _ = try verify(parse(twice).root, with: keys) }?.code == .signatureMissing)
        let nested = "<a ID='_a'>\(text)</a>"
        #expect(refusal { _ = try verify(parse(nested).root, with: keys) }?.code == .signatureMissing)
    }

    @Test(arguments: [("alice", "mallory"), ("ID=\"_m\"", "ID=\"_m\" x=\"1\""), ("</m:Name>", "</m:Name><m:Name/>")])
    func `a change of what is covered refuses`(change: (String, String)) throws {
        let text = try Fixtures.text("signed/rsa2048-sha256.xml").replacing(change.0, with: change.1)
        let error = refusal { _ = try verify(parse(text).root, with: [Fixtures.publicKey("rsa2048")]) }
        #expect(error?.code == .digestMismatch)
    }

    @Test func `a second element of the same identifier refuses, whichever comes first`() throws {
        let text = try Fixtures.text("signed/rsa2048-sha256.xml")
        let evil = text.replacing("alice", with: "mallory")
        let root = try parse("<a>\(text)\(evil)</a>").root
        let messages = Array(root.children)
        let keys = [try Fixtures.publicKey("rsa2048")]
        #expect(try verify(messages[0], with: keys).element.children.last?.text == "alice")
        #expect(refusal { _ = try verify(messages[1], with: keys) }?.code == .signatureCoversOtherElement)
        let pretender = try parse("<a><b xml:id='_m'/>\(text)</a>").root
        let signed = try #require(pretender.children.first { $0.localName == "Message" })
        #expect(refusal { _ = try verify(signed, with: keys) }?.code == .signatureCoversOtherElement)
    }

    @Test func `an identifier that is an expression names nothing`() throws {
        var forge = Forge()
        forge.id = "x')|id('_m"
        forge.uri = "#x')|id('_m"
        let message = try forge.element()
        #expect(
            refusal { _ = try verify(message, with: [Fixtures.publicKey("rsa2048")]) }?.code
                == .signatureCoversOtherElement)
    }

    @Test func `what was hashed is held to the identifiers of a document of its own`() throws {
        var forge = Forge()
        forge.content = "<m:Name xml:id=\"_n\">alice</m:Name>"
        let message = try forge.element()
        #expect(refusal { _ = try verify(message, with: [Fixtures.publicKey("rsa2048")]) }?.code == .idAliased)
    }
}

extension XMLChildren {
    fileprivate var last: XMLElement? { Array(self).last }
}
