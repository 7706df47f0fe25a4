import Foundation
import Testing

@testable import SAML

/// Every element has its place, and no other.
struct MessagePlacesTests {
    /// Changes of the envelope, which no signature covers.
    @Test(arguments: [
        (
            "</samlp:Status>", "</samlp:Status><samlp:Status><samlp:StatusCode/></samlp:Status>", "unexpected_element"
        ),
        ("<samlp:Status>", "<samlp:Status/><samlp:Status>", "element_missing"),
        ("<samlp:Status>", "text<samlp:Status>", "text_unexpected"),
        ("<samlp:StatusCode ", "<samlp:StatusMessage>a</samlp:StatusMessage><samlp:StatusCode ", "unexpected_element"),
        ("<samlp:Status>", "<x xmlns=\"urn:x\"/><samlp:Status>", "unexpected_element"),
        ("<samlp:Status>", "<x/><samlp:Status>", "unexpected_element"),
        ("samlp:Response", "samlp:ArtifactResponse", "unexpected_element"),
        ("@assertion@", "@assertion@@assertion@", "assertion_not_single"),
        ("@assertion@", "@assertion@<saml:EncryptedAssertion/>", "assertion_not_single"),
        ("@assertion@", "<x>@assertion@</x>", "unexpected_element"),
        ("</saml:Issuer>", "<x xmlns=\"urn:x\"/></saml:Issuer>", "unexpected_element"),
    ])
    func `refuses what stands in another place`(text: String, replacement: String, rule: String) throws {
        let draft = ResponseDraft().with { $0.response = $0.response.replacing(text, with: replacement) }
        let seen = try draft.rule()
        // Twice the same assertion is first of all twice the same ID.
        #expect(seen == rule || (seen == "id_duplicate" && replacement.contains("@@")))
    }

    @Test func `refuses a Response without Status, and one without an assertion`() throws {
        let status = try unwrap(
            ResponseDraft.goodResponse.range(of: "<samlp:Status>.*</samlp:Status>", options: .regularExpression))
        let draft = ResponseDraft().with { $0.response.removeSubrange(status) }
        // Its assertion comes where a Status must.
        #expect(try draft.rule() == "assertion_not_single")
        #expect(
            try ResponseDraft().with {
                $0.assertion = ""; $0.signs = []
            }.rule() == "assertion_missing")
    }

    /// Changes of what is signed.
    @Test(arguments: [
        ("<saml:Subject>", "<saml:Subject><saml:NameID>b</saml:NameID>", "unexpected_element"),
        (
            "alice@acme.example</saml:NameID>", "alice@acme.example<x xmlns=\"urn:x\"/></saml:NameID>",
            "unexpected_element"
        ),
        ("<saml:Conditions ", "<saml:Conditions/><saml:Conditions ", "unexpected_element"),
        ("<saml:AuthnContext>", "", "xml_not_well_formed"),
        ("</saml:Audience>", "<x xmlns=\"urn:x\"/></saml:Audience>", "unexpected_element"),
        ("<saml:Attribute Name=\"email\">", "<saml:Attribute Name=\"email\">text", "text_unexpected"),
        ("</saml:AuthnContextClassRef>", "</saml:AuthnContextClassRef><saml:Assertion/>", "assertion_not_single"),
        ("<saml:Subject>", "<saml:Statement/><saml:Subject>", "unexpected_element"),
    ])
    func `refuses what a signer signed in another place`(text: String, replacement: String, rule: String) throws {
        let draft = ResponseDraft().with {
            $0.inAssertion(text, replacement)
            // What is not well-formed nobody can sign.
            if rule == "xml_not_well_formed" { $0.signs = [] }
        }
        #expect(try draft.rule() == rule)
    }
}
