import Broker
import Testing
import XMLSecurity

@testable import SAML

struct NameIDTests {
    private static let text = ">alice@acme.example</saml:NameID>"

    private func content(_ replacement: String, for text: String = text) throws -> AssertionContent {
        try ResponseDraft().with { $0.inAssertion(text, replacement) }.content()
    }

    @Test func `reads a name with its qualifiers`() throws {
        let name = try content(#" NameQualifier="q" SPNameQualifier="s">&#xE9; &lt;a&gt;</saml:NameID>"#).nameID
        #expect(
            name
                == NameID(
                    "\u{E9} <a>", format: SAMLURI.emailFormat, nameQualifier: "q", spNameQualifier: "s"))
    }

    @Test func `reads text and CDATA as one, with its blanks`() throws {
        #expect(try content("> alice<![CDATA[@acme]]>.example</saml:NameID>").nameID?.value == " alice@acme.example")
    }

    @Test(arguments: [
        ("></saml:NameID>", "name_id_malformed"),
        (">\(String(repeating: "n", count: 1025))</saml:NameID>", "name_id_malformed"),
        (">ceo@<x xmlns=\"urn:x\"/>acme.example</saml:NameID>", "unexpected_element"),
        (">ceo@acme.example<!-- -->.evil.example</saml:NameID>", "xml_comment_or_instruction"),
        (">ceo@acme.example<?x?>.evil.example</saml:NameID>", "xml_comment_or_instruction"),
    ])
    func `refuses a name that is not whole`(replacement: String, rule: String) throws {
        #expect(try refusingRule { _ = try content(replacement) } == rule)
    }

    @Test func `refuses a name of another kind, and takes a subject without any`() throws {
        let start = "<saml:NameID Format=\"\(SAMLURI.emailFormat)\">alice@acme.example</saml:NameID>"
        #expect(try content("", for: start).nameID == nil)
        let base = #"<saml:BaseID xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="saml:NameIDType"/>"#
        for other in [base, "<saml:EncryptedID/>"] {
            #expect(try refusingRule { _ = try content(other, for: start) } == "name_id_malformed")
        }
    }

    @Test func `is another principal when any part is another, and absent parts are the standard ones`() {
        let principal = { (name: NameID) in name.principal(idp: "idp", sp: "sp") }
        let name = NameID("a", format: SAMLURI.unspecifiedFormat, nameQualifier: "idp", spNameQualifier: "sp")
        #expect(principal(NameID("a")) == principal(name))
        let others = [
            NameID("b"), NameID("a", format: SAMLURI.emailFormat), NameID("a", nameQualifier: "x"),
            NameID("a", spNameQualifier: "x"), NameID("a", nameQualifier: "sp", spNameQualifier: "idp"), NameID("A"),
            NameID("a "),
        ]
        let all = Set((others + [name]).map(principal))
        #expect(all.count == others.count + 1)
        #expect(all.allSatisfy { $0.utf8.count == 64 })
    }

    @Test func `writes what it reads`() throws {
        let name = NameID("a & <b>", format: SAMLURI.persistentFormat, nameQualifier: "\"q\"", spNameQualifier: "s")
        #expect(
            name.xml.string == """
                <saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" NameQualifier="&quot;q&quot;" \
                SPNameQualifier="s" Format="\(SAMLURI.persistentFormat)">a &amp; &lt;b&gt;</saml:NameID>
                """)
    }
}
