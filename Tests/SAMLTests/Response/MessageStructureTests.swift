import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// Wherever the schema says "any", elements of other namespaces may stand and those that have one legal place may not.
struct MessageStructureTests {
    /// A place for other people's elements.
    struct Carrier: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Puts content there.
        let put: @Sendable (inout ResponseDraft, String) -> Void
        /// Whether ds and xenc have business there.
        var isCryptographic = false
        /// Whether NameID has.
        var takesNameID = false
    }

    private static let namespaces = """
        xmlns:x="urn:x" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" \
        xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
        """

    static let carriers = [
        Carrier(testDescription: "Extensions") {
            $0.inResponse("<samlp:Status>", "<samlp:Extensions \(namespaces)>\($1)</samlp:Extensions><samlp:Status>")
        },
        Carrier(testDescription: "StatusDetail") {
            $0.inResponse(
                "</samlp:Status>", "<samlp:StatusDetail \(namespaces)>\($1)</samlp:StatusDetail></samlp:Status>")
        },
        Carrier(testDescription: "Advice") {
            $0.inAssertion("</saml:Conditions>", "</saml:Conditions><saml:Advice \(namespaces)>\($1)</saml:Advice>")
        },
        Carrier(
            testDescription: "AttributeValue",
            put: {
                $0.inAssertion(
                    "</saml:AttributeStatement>",
                    """
                    <saml:Attribute Name="other"><saml:AttributeValue \(namespaces)>\($1)</saml:AttributeValue>\
                    </saml:Attribute></saml:AttributeStatement>
                    """)
            }, takesNameID: true),
        Carrier(testDescription: "SubjectConfirmationData") {
            $0.inAssertion(
                "Recipient=\"\(Parties.acs)\"/>",
                "Recipient=\"\(Parties.acs)\" \(namespaces)>\($1)</saml:SubjectConfirmationData>")
        },
        Carrier(testDescription: "AuthnContextDecl") {
            $0.inAssertion(
                "</saml:AuthnContext>",
                "<saml:AuthnContextDecl \(namespaces)>\($1)</saml:AuthnContextDecl></saml:AuthnContext>")
        },
        Carrier(testDescription: "BaseID") {
            $0.inAssertion(
                ResponseDraft.confirmation,
                """
                <saml:SubjectConfirmation Method="urn:x"><saml:BaseID \(namespaces)>\($1)</saml:BaseID>\
                </saml:SubjectConfirmation>\(ResponseDraft.confirmation)
                """)
        },
        Carrier(
            testDescription: "KeyInfo",
            put: { draft, content in
                draft.assertionSigner = {
                    try HandSignature(id: "_a1").with {
                        $0.besideValue = "<ds:KeyInfo \(namespaces)>\(content)</ds:KeyInfo>"
                    }.sign($0, key: Parties.rsa)
                }
            }, isCryptographic: true),
    ]

    private func rule(_ carrier: Carrier, _ content: String) throws -> String? {
        let draft = ResponseDraft().with { carrier.put(&$0, content) }
        return try draft.rule()
    }

    private static let assertion = ResponseDraft.goodAssertion.replacing("\"_a1\"", with: "\"_evil\"")

    @Test(arguments: carriers)
    func `takes elements of other namespaces, at any depth`(carrier: Carrier) throws {
        #expect(try rule(carrier, "<x:y/>") == nil)
        #expect(try rule(carrier, "<x:y>text<x:z a=\"b\"/></x:y><x:y/>") == nil)
    }

    @Test(arguments: carriers)
    func `refuses SAML inside, at any depth`(carrier: Carrier) throws {
        for content in [
            Self.assertion, "<x:y>\(Self.assertion)</x:y>", "<x:y><x:z>\(Self.assertion)</x:z></x:y>",
            "<x:y/>\(Self.assertion)",
        ] {
            #expect(try rule(carrier, content) == "assertion_not_single")
        }
        for content in [
            "<samlp:Response/>", "<saml:Subject/>", "<x:y><saml:NameID>ceo</saml:NameID></x:y>",
            "<x:y><saml:AttributeValue/></x:y>", "<samlp:Status/>",
        ] {
            #expect(try rule(carrier, content) == "unexpected_element", "\(content)")
        }
        let encrypted = "<saml:EncryptedAssertion><xenc:EncryptedData/></saml:EncryptedAssertion>"
        #expect(try rule(carrier, encrypted) == "assertion_not_single")
        #expect(try rule(carrier, "<saml:NameID>a</saml:NameID>") == (carrier.takesNameID ? nil : "unexpected_element"))
    }

    @Test(arguments: carriers.filter { !$0.isCryptographic })
    func `refuses signatures and encryption inside, at any depth`(carrier: Carrier) throws {
        for content in ["<ds:Signature/>", "<x:y><ds:Object/></x:y>", "<xenc:EncryptedData/>", "<ds:DigestValue/>"] {
            #expect(try rule(carrier, content) == "unexpected_element", "\(content)")
        }
    }

    @Test func `takes what KeyInfo holds and never looks at it`() throws {
        let carrier = try unwrap(Self.carriers.last)
        for content in [
            "<ds:KeyName>x</ds:KeyName>", "<ds:RetrievalMethod URI=\"http://127.0.0.1:9/x\"/>", "<xenc:EncryptedKey/>",
        ] {
            #expect(try rule(carrier, content) == nil)
        }
    }

    @Test func `refuses SAML inside EncryptedData and inside a signature's Object`() throws {
        let object = ResponseDraft().with {
            $0.assertionSigner = {
                try HandSignature(id: "_a1").with { $0.besideValue = "<ds:Object>\(Self.assertion)</ds:Object>" }
                    .sign($0, key: Parties.rsa)
            }
        }
        #expect(try object.rule() == "assertion_not_single")
        let data = """
            <saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">\
            \(Self.assertion)</xenc:EncryptedData></saml:EncryptedAssertion>
            """
        let encrypted = ResponseDraft().with { $0.inResponse(ResponseDraft.mark, data) }
        #expect(try encrypted.rule() == "assertion_not_single")
    }
}
