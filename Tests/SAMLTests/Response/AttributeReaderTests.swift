import Broker
import Testing

@testable import SAML

struct AttributeReaderTests {
    private static let basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
    private static let unspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"

    private func attribute(
        _ name: String, _ values: [String?], format: String? = nil, friendlyName: String? = nil
    ) -> SAMLAttribute { SAMLAttribute(name: name, format: format, friendlyName: friendlyName, values: values) }

    private func single(_ attributes: SAMLAttribute..., name: AttributeName = AttributeName("mail")) throws -> String? {
        try AttributeReader(attributes).single(name)
    }

    @Test func `reads the one value of an attribute, and none of an absent one`() throws {
        #expect(try single(attribute("mail", ["a@b.example"])) == "a@b.example")
        #expect(try single(attribute("Mail", ["a@b.example"])) == nil)
        #expect(try single(attribute("other", ["x"], friendlyName: "mail")) == nil)
    }

    @Test func `refuses what two readers could read differently`() throws {
        let refused: [[SAMLAttribute]] = [
            [attribute("mail", ["a", "b"])], [attribute("mail", ["a", "a"])], [attribute("mail", [])],
            [attribute("mail", ["a"]), attribute("mail", ["a"])],
            [attribute("mail", ["a"], format: Self.basic), attribute("mail", ["b"])],
        ]
        for attributes in refused {
            let rule = try refusingRule { _ = try AttributeReader(attributes).single(AttributeName("mail")) }
            #expect(rule == "attribute_ambiguous")
        }
        for value in ["", nil] {
            #expect(try refusingRule { _ = try single(attribute("mail", [value])) } == "attribute_malformed")
        }
    }

    @Test func `tells formats apart where one is wanted, and an absent one is unspecified`() throws {
        let both = [attribute("mail", ["a"], format: Self.basic), attribute("mail", ["b"])]
        let reader = AttributeReader(both)
        #expect(try reader.single(AttributeName("mail", format: Self.basic)) == "a")
        #expect(try reader.single(AttributeName("mail", format: Self.unspecified)) == "b")
        #expect(try reader.single(AttributeName("mail", format: "urn:x")) == nil)
    }

    @Test func `compares names octet for octet and not as Unicode does`() throws {
        #expect(try single(attribute("n\u{E9}", ["x"]), name: AttributeName("ne\u{301}")) == nil)
        #expect(try single(attribute("ne\u{301}", ["x"]), name: AttributeName("ne\u{301}")) == "x")
    }

    @Test func `reads a list that is said in pieces, without its empty values`() throws {
        let reader = AttributeReader([attribute("g", ["a", ""]), attribute("g", ["b"]), attribute("h", [])])
        #expect(try reader.list(AttributeName("g")) == ["a", "b"])
        #expect(try reader.list(AttributeName("h")) == [])
        #expect(try reader.list(AttributeName("i")) == nil)
        let broken = AttributeReader([attribute("g", ["a", nil])])
        #expect(try refusingRule { _ = try broken.list(AttributeName("g")) } == "attribute_malformed")
    }

    @Test func `hands on everything that was said`() {
        let claims = AttributeReader([attribute("g", ["a", nil, "b"], format: Self.basic)]).claims
        #expect(claims == [Claim("g", nameFormat: Self.basic, values: ["a", "b"], from: .assertion)])
    }

    // MARK: From a message

    private func content(values: String, name: String = "Name=\"other\"") throws -> AssertionContent {
        try ResponseDraft().with {
            $0.inAssertion(
                "</saml:AttributeStatement>",
                "<saml:Attribute \(name)>\(values)</saml:Attribute></saml:AttributeStatement>")
        }.content()
    }

    @Test(
        arguments: [
            ("<saml:AttributeValue>a b</saml:AttributeValue>", ["a b"]),
            ("<saml:AttributeValue/>", [""]), ("", []),
            ("<saml:AttributeValue><![CDATA[<b>]]>c</saml:AttributeValue>", ["<b>c"]),
            ("<saml:AttributeValue><saml:NameID>n</saml:NameID></saml:AttributeValue>", ["n"]),
            ("<saml:AttributeValue>x<saml:NameID>n</saml:NameID></saml:AttributeValue>", [nil]),
            ("<saml:AttributeValue><x xmlns=\"urn:x\">n</x></saml:AttributeValue>", [nil]),
            ("<saml:AttributeValue>ceo@<x xmlns=\"urn:x\"/>acme.example</saml:AttributeValue>", [nil]),
        ] as [(String, [String?])])
    func `reads plain values whole, and no others`(xml: String, values: [String?]) throws {
        #expect(try content(values: xml).attributes.last?.values == values)
    }

    @Test func `refuses an attribute without a name, and one with a very long one`() throws {
        for name in ["", "Name=\"\"", "Name=\"\(String(repeating: "n", count: 1025))\""] {
            #expect(try refusingRule { _ = try content(values: "", name: name) } == "attribute_malformed")
        }
        #expect(try content(values: "", name: "Name=\"\(String(repeating: "n", count: 1024))\"").attributes.count == 2)
    }
}
