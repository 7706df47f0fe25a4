import Testing
import XMLSecurity

@Suite struct TreeTests {
    private let saml = "urn:oasis:names:tc:SAML:2.0:assertion"
    private let name = XMLName(.saml, "b")

    @Test func `offers children in order with names, never with prefixes`() throws {
        let root = try parse(
            "<a xmlns='\(saml)' xmlns:p='\(saml)' xmlns:q='urn:other'><b/>x<p:b>1</p:b><q:b/><c><b/></c></a>"
        ).root
        #expect(root.children.map(\.localName) == ["b", "b", "b", "c"])
        #expect(root.children.map(\.namespace) == [saml, saml, "urn:other", saml])
        #expect(root.children(name).map(\.text) == ["", "1"])
        #expect(root.first(name)?.text == "")
        #expect(root.only(name) == nil)
        #expect(root.only(XMLName(.saml, "c")) != nil)
        #expect(root.only(XMLName(.saml, "d")) == nil)
        #expect(root.first(XMLName(.samlp, "b")) == nil)
        #expect(root.isInNamespace(.saml))
        #expect(!root.isInNamespace(.samlp))
        #expect(root.isRoot)
        #expect(root.isMixed)
    }

    @Test(arguments: [
        "urn:oasis:names:tc:SAML:2.0:assertio", "urn:oasis:names:tc:SAML:2.0:assertion#",
        "URN:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:assertion/", "urn:x",
    ])
    func `a namespace that only resembles a known one is none`(namespace: String) throws {
        let root = try parse("<a xmlns='\(namespace)'><b xmlns='\(saml)'/><b/><b xmlns=''/></a>").root
        #expect(!root.isInNamespace(.saml))
        #expect(root.children.map { $0.isNamed(name) } == [true, false, false])
    }

    @Test(arguments: [
        (XMLNamespace.saml, "urn:oasis:names:tc:SAML:2.0:assertion"),
        (.samlp, "urn:oasis:names:tc:SAML:2.0:protocol"), (.md, "urn:oasis:names:tc:SAML:2.0:metadata"),
        (.dsig, "http://www.w3.org/2000/09/xmldsig#"), (.xenc, "http://www.w3.org/2001/04/xmlenc#"),
        (.xenc11, "http://www.w3.org/2009/xmlenc11#"), (.excC14N, "http://www.w3.org/2001/10/xml-exc-c14n#"),
    ])
    func `a known namespace stands for one name`(namespace: XMLNamespace, name: String) throws {
        let all: [XMLNamespace] = [.saml, .samlp, .md, .dsig, .xenc, .xenc11, .excC14N]
        let root = try parse("<a xmlns='\(name)'/>").root
        #expect(all.filter(root.isInNamespace) == [namespace])
    }

    @Test func `has no way down but one child at a time`() throws {
        let root = try parse("<a xmlns='\(saml)'><b><c/></b><d/></a>").root
        #expect(root.first(XMLName(.saml, "c")) == nil)
        #expect(root.first(name)?.first(XMLName(.saml, "c"))?.parent?.localName == "b")
        #expect(root.first(XMLName(.saml, "d"))?.parent?.isRoot == true)
        #expect(root.parent == nil)
        #expect(root.first(XMLName(.saml, "d"))?.hasChildren == false)
    }

    @Test func `joins text and CDATA into one whole text`() throws {
        #expect(try parse("<a>al<![CDATA[<ice>]]>@<![CDATA[]]>acme</a>").root.text == "al<ice>@acme")
        #expect(try parse("<a><![CDATA[&amp;]]>&amp;&#233;&lt;</a>").root.text == "&amp;&é<")
        #expect(try parse("<a></a>").root.text == "")
        #expect(try parse("<a><![CDATA[]]></a>").root.text == "")
        #expect(try parse("<a>x\r\ny\rz&#13;</a>").root.text == "x\ny\nz\r")
    }

    @Test func `an element with element children has no text`() throws {
        let root = try parse("<a>alice<b/></a>").root
        #expect(root.text == nil)
        #expect(root.isMixed)
        #expect(try parse("<a> <b/> </a>").root.isMixed == false)
    }

    @Test func `decodes references in attributes once and normalises white space`() throws {
        let root = try parse(
            "<a b='x&amp;lt;y' c='&#38;#65;' d='1\n2\t3\r\n4' e='&#10;&#9;' f='&lt;&gt;&quot;&apos;'/>"
        ).root
        #expect(root.attribute("b") == "x&lt;y")
        #expect(root.attribute("c") == "&#65;")
        #expect(root.attribute("d") == "1 2 3 4")
        #expect(root.attribute("e") == "\n\t")
        #expect(root.attribute("f") == "<>\"'")
    }

    @Test func `an attribute is asked for by its name without prefix`() throws {
        let root = try parse("<p:a xmlns:p='urn:p' p:ID='evil' id='other' ID='good'/>").root
        #expect(root.attribute("ID") == "good")
        #expect(root.attribute("ID", is: "good"))
        #expect(!root.attribute("ID", is: "goo"))
        #expect(root.attribute("Id") == nil)
        #expect(root.attributeCount == 3)
        #expect(root.attributes.map(\.localName) == ["ID", "id", "ID"])
        #expect(root.attributes.map(\.namespace) == ["urn:p", nil, nil])
        #expect(root.attributes.map(\.value) == ["evil", "other", "good"])
    }

    @Test func `compares attributes octet for octet`() throws {
        let root = try parse("<a b='caf\u{E9}'/>").root
        #expect(root.attribute("b", is: "caf\u{E9}"))
        #expect(!root.attribute("b", is: "cafe\u{301}"))
    }

    @Test func `writes the canonical octets of one element as a document of its own`() throws {
        let root = try parse("<a xmlns='urn:a' xmlns:q='urn:q' xmlns:z='urn:z'><q:b  y='2' x='1'><c/>&gt;</q:b></a>")
            .root
        let inner = try #require(root.children.first { _ in true })
        let text = String(decoding: try inner.canonicalOctets(), as: UTF8.self)
        #expect(text == "<q:b xmlns:q=\"urn:q\" x=\"1\" y=\"2\"><c xmlns=\"urn:a\"></c>&gt;</q:b>")
    }

    @Test func `stays whole after a verification has used the tree`() throws {
        let root = try Fixtures.signed("rsa2048-sha256")
        let verifier = try SignatureVerifier(keys: [Fixtures.publicKey("rsa2048")], policy: .standard)
        let before = try root.canonicalOctets()
        for _ in 0..<3 { _ = try verifier.verify(root) }
        #expect(try root.canonicalOctets() == before)
        #expect(root.children.map(\.localName) == ["Issuer", "Signature", "Name"])
        #expect(root.children.compactMap(\.text) == ["https://idp.example", "alice"])
    }
}
