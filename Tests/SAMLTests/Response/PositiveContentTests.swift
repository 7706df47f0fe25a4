import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// Content that must be accepted, plain and encrypted (P4 to P7, P10).
struct PositiveContentTests {
    private typealias Draft = ResponseDraft

    @Test func `takes 200 groups, pretty print, entities and character references`() throws {
        let groups = (1...200).map { "<saml:AttributeValue>group \($0) &amp; &#xE9;</saml:AttributeValue>" }
        let draft = Draft().with {
            $0.inAssertion(
                "</saml:AttributeStatement>",
                "<saml:Attribute Name=\"groups\">\(groups.joined())</saml:Attribute></saml:AttributeStatement>")
            $0.assertion = $0.assertion.replacing("><", with: ">\n  <")
            $0.response = $0.response.replacing("><", with: ">\r\n\t<")
        }
        let reader = AttributeReader(try draft.content().attributes)
        let read = try unwrap(reader.list(AttributeName("groups")))
        #expect(read.count == 200)
        #expect(read.last == "group 200 & \u{E9}")
        #expect(try reader.single(AttributeName("email")) == "alice@acme.example")
    }

    @Test func `takes fractional seconds of any length`() throws {
        let draft = Draft().with {
            $0.assertion = $0.assertion.replacing(":00Z", with: ":00.1234567890123456789Z")
            $0.response = $0.response.replacing(":00Z", with: ":00.5Z")
        }
        #expect(try draft.content().nameID != nil)
    }

    @Test func `takes one of several audiences, and two restrictions that both name us`() throws {
        let audience = "<saml:Audience>\(Parties.sp)</saml:Audience>"
        let draft = Draft().with {
            $0.inAssertion(audience, "<saml:Audience>https://other.example</saml:Audience>\(audience)")
            $0.inAssertion(
                "</saml:AudienceRestriction>",
                "</saml:AudienceRestriction><saml:AudienceRestriction>\(audience)</saml:AudienceRestriction>")
            $0.inAssertion(
                "</saml:Conditions>", #"<saml:OneTimeUse/><saml:ProxyRestriction Count="1"/></saml:Conditions>"#)
        }
        #expect(try draft.content().nameID != nil)
    }

    @Test func `takes other confirmations beside the bearer's, and no Destination on an unsigned Response`() throws {
        let draft = Draft().with {
            $0.inAssertion(
                Draft.confirmation,
                #"<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"/>"#
                    + Draft.confirmation)
            $0.inResponse(" Destination=\"\(Parties.acs)\"", "")
            $0.inResponse(#" InResponseTo="_req-1""#, "")
            $0.inResponse("<saml:Issuer>\(Parties.idp)</saml:Issuer>", "")
        }
        #expect(try draft.content().nameID != nil)
    }

    @Test func `takes a message that nobody asked for only where nothing was asked`() throws {
        let draft = Draft().with {
            $0.inResponse(#" InResponseTo="_req-1""#, "")
            $0.inAssertion(#"InResponseTo="_req-1" "#, "")
        }
        var expected = Draft.expected
        #expect(try draft.rule(expecting: expected) == "in_response_to_missing")
        expected.requestID = nil
        #expect(try draft.rule(expecting: expected) == nil)
        #expect(try Draft().rule(expecting: expected) == "in_response_to_mismatch")
    }

    // MARK: Encryption

    @Test(arguments: [ContentCipher.aes128GCM, .aes256GCM], [false, true])
    func `takes an encrypted assertion under the second of our keys`(cipher: ContentCipher, isBeside: Bool) throws {
        let keys = [try Parties.other, try Parties.rsa]
        for parts in [Set([ResponseDraft.Part.assertion]), [.response], [.assertion, .response]] {
            var encryptor = Encryptor(to: try Parties.rsa.publicKey)
            (encryptor.cipher, encryptor.putsKeyBeside) = (cipher, isBeside)
            let draft = Draft().with {
                $0.encryptor = encryptor
                $0.signs = parts
            }
            #expect(try draft.content(decryptionKeys: keys).nameID?.value == "alice@acme.example")
            let rule = try refusingRule { _ = try draft.content(decryptionKeys: [Parties.other]) }
            #expect(rule == "decryption_failed")
        }
    }

    @Test func `refuses an encrypted assertion that nobody signed, and one with the Response's ID`() throws {
        let encryptor = Encryptor(to: try Parties.rsa.publicKey)
        let unsigned = Draft().with {
            $0.encryptor = encryptor
            $0.signs = []
        }
        let key = try Parties.rsa
        #expect(try refusingRule { _ = try unsigned.content(decryptionKeys: [key]) } == "signature_missing")
        let aliased = Draft().with {
            $0.encryptor = encryptor
            $0.inAssertion(#"ID="_a1""#, #"ID="_r1""#)
            $0.assertionSigner = { try ResponseDraft.sign($0, id: "_r1") }
        }
        #expect(try refusingRule { _ = try aliased.content(decryptionKeys: [key]) } == "id_duplicate")
    }
}
