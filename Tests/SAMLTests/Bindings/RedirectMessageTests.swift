import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// What we take by redirect.
struct RedirectMessageTests {
    private static let xml = "<a ID=\"_m1\">text</a>"

    private func signed(_ relayState: String? = "state") throws -> String {
        try Parties.query(Parties.message(Self.xml, relayState: relayState), signedBy: Parties.signer)
    }

    private func verify(_ query: String, policy: SignaturePolicy = .standard) throws -> String? {
        try refusal {
            let message = try RedirectMessage(rawQuery: Array(query.utf8))
            let verified = try message.verified(keys: Parties.keys, policy: policy)
            #expect(verified.root.text == "text")
        }
    }

    private func read(_ query: String) throws -> String? {
        try refusal { _ = try RedirectMessage(rawQuery: Array(query.utf8)).withoutVerifying() }
    }

    private func deflated(_ text: String) throws -> String {
        PercentEncoding.encode(Base64.encode(try Deflate.deflate(Array(text.utf8))))
    }

    // MARK: Parameters

    @Test func `takes a signed query`() throws {
        #expect(try verify(signed()) == nil)
        #expect(try verify(signed(nil)) == nil)
    }

    @Test(arguments: RedirectQuery.Name.allCases)
    func `refuses a parameter that is there twice`(name: RedirectQuery.Name) throws {
        let query = "SAMLRequest=a&RelayState=b&SigAlg=c&Signature=d&SAMLEncoding=e"
        let twice = name == .response ? "SAMLResponse=a&SAMLResponse=a" : "\(query)&\(name.rawValue)=z"
        #expect(try verify(twice) == "redirect_parameter_repeated")
    }

    @Test(arguments: RedirectQuery.Name.allCases)
    func `refuses a name that is spelt with escapes`(name: RedirectQuery.Name) throws {
        let spelt = "%\(String(name.rawValue.utf8.first ?? 0, radix: 16))\(name.rawValue.dropFirst())"
        #expect(try verify("\(signed())&\(spelt)=z") == "redirect_name_escaped")
        #expect(try verify("\(spelt)=z&\(signed())") == "redirect_name_escaped")
    }

    @Test func `refuses both messages, and none`() throws {
        #expect(try verify("\(signed())&SAMLResponse=a") == "message_ambiguous")
        #expect(try verify("RelayState=state") == "message_missing")
        #expect(try verify("") == "message_missing")
        #expect(try verify("samlrequest=a") == "message_missing")
    }

    @Test func `refuses a parameter without a value, and a broken escape`() throws {
        #expect(try verify("\(signed(nil))&RelayState") == "redirect_parameter_malformed")
        #expect(try verify("\(signed())&%zz=1") == "redirect_parameter_malformed")
        #expect(try verify("\(signed())&a%2") == "redirect_parameter_malformed")
        #expect(try read("SAMLRequest=\(deflated(Self.xml))&RelayState=%ff") == "redirect_parameter_malformed")
    }

    @Test func `ignores parameters that are not the binding's`() throws {
        #expect(try verify("\(signed())&utm=1&=x&&utm=2") == nil)
        #expect(try verify("tenant=a&\(signed())") == nil)
    }

    @Test func `refuses a query that is too long or has too many parameters`() throws {
        let many = String(repeating: "&a=1", count: 61)
        #expect(try verify(signed() + many.dropLast(4)) == nil)
        #expect(try verify(signed() + many) == "redirect_too_many_parameters")
        #expect(try verify(signed() + "&a=" + String(repeating: "b", count: 128 << 10)) == "message_too_large")
    }

    @Test func `takes the one encoding that there is`() throws {
        let encoding = "urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE"
        #expect(try verify("\(signed())&SAMLEncoding=\(encoding)") == nil)
        #expect(try verify("\(signed())&SAMLEncoding=\(encoding)2") == "redirect_encoding_unsupported")
        #expect(try verify("\(signed())&SAMLEncoding=") == "redirect_encoding_unsupported")
    }

    // MARK: Signature

    @Test func `verifies in the binding's order whatever the order of the query`() throws {
        let parts = try signed().components(separatedBy: "&")
        #expect(try verify(parts.reversed().joined(separator: "&")) == nil)
    }

    @Test func `verifies lower-case escapes as they came, and not escapes that were made anew`() throws {
        let unsigned =
            try "SAMLRequest=\(deflated(Self.xml))&RelayState=a%2fb&SigAlg="
            + "http%3a%2f%2fwww.w3.org%2f2001%2f04%2fxmldsig-more%23rsa-sha256"
        let signature = try Parties.rsa.sign(Array(unsigned.utf8), with: .rsaSHA256)
        let query = "\(unsigned)&Signature=\(PercentEncoding.encode(Base64.encode(signature)))"
        #expect(try verify(query) == nil)
        #expect(try verify(query.replacingOccurrences(of: "a%2fb", with: "a%2Fb")) == "signature_invalid")
    }

    @Test func `refuses a RelayState that was added, removed or changed`() throws {
        #expect(try verify("\(signed(nil))&RelayState=x") == "signature_invalid")
        #expect(try verify("\(signed(nil))&RelayState=") == "signature_invalid")
        #expect(try verify(signed().replacingOccurrences(of: "&RelayState=state", with: "")) == "signature_invalid")
        #expect(
            try verify(signed().replacingOccurrences(of: "RelayState=state", with: "RelayState=other"))
                == "signature_invalid")
    }

    @Test func `refuses a message that was changed, or moved to the other parameter`() throws {
        let other = try Parties.query(Parties.message("<a ID=\"_m1\">evil</a>", relayState: "state"))
        let tail = try unwrap(try signed().range(of: "&SigAlg")).lowerBound
        #expect(try verify(other + signed()[tail...]) == "signature_invalid")
        #expect(
            try verify(signed().replacingOccurrences(of: "SAMLRequest=", with: "SAMLResponse=")) == "signature_invalid")
    }

    @Test func `refuses half a signature, none, and an empty one`() throws {
        let query = try signed()
        let signature = try unwrap(query.range(of: "&Signature=")).lowerBound
        let algorithm = try unwrap(query.range(of: "&SigAlg=")).lowerBound
        #expect(try verify(String(query[..<signature])) == "redirect_signature_incomplete")
        #expect(
            try verify(String(query[..<algorithm]) + query[signature...]) == "redirect_signature_incomplete")
        #expect(try verify(String(query[..<algorithm])) == "signature_missing")
        #expect(try verify(String(query[..<signature]) + "&Signature=") == "signature_invalid")
    }

    @Test func `refuses another key, no key, and an algorithm that is not one of the list`() throws {
        let message = try Parties.message(Self.xml)
        let foreign = try Parties.query(message, signedBy: MessageSigner(key: Parties.other))
        #expect(try verify(foreign) == "signature_invalid")
        let weak = try Parties.query(message, signedBy: MessageSigner(key: Parties.rsa, algorithm: .rsaSHA1))
        #expect(try verify(weak) == "signature_algorithm_not_allowed")
        #expect(try verify(weak, policy: SignaturePolicy(allowsSHA1: true)) == nil)
        let rule = try refusal {
            _ = try RedirectMessage(rawQuery: Array(signed().utf8)).verified(keys: [], policy: .standard)
        }
        #expect(rule == "no_key_configured")
    }

    @Test func `tries every key`() throws {
        let message = try RedirectMessage(rawQuery: Array(signed().utf8))
        let keys = [try Parties.ec.publicKey, try Parties.other.publicKey, try Parties.rsa.publicKey]
        #expect(try message.verified(keys: keys, policy: .standard).relayState?.value == "state")
    }

    // MARK: Content

    @Test func `reads an unsigned message only where that is said`() throws {
        let message = try RedirectMessage(rawQuery: Array(Parties.query(Parties.message(Self.xml)).utf8))
        #expect(!message.isSigned)
        #expect(try message.withoutVerifying().root.text == "text")
    }

    @Test func `takes an empty RelayState for none, where the signature covers it`() throws {
        let message = try RedirectMessage(rawQuery: Array(signed("").utf8))
        #expect(try signed("").contains("&RelayState=&"))
        #expect(try message.verified(keys: Parties.keys, policy: .standard).relayState == nil)
    }

    @Test func `refuses a bomb by its ratio`() throws {
        let blanks = { (count: Int) in "<a>" + String(repeating: " ", count: count) + "</a>" }
        #expect(try read("SAMLRequest=\(deflated(blanks(200_000)))") == "deflate_too_large")
        #expect(try read("SAMLRequest=\(deflated(blanks(2000)))") == nil)
    }

    @Test func `refuses a bomb by its size, however it is packed`() throws {
        let stretch = { (count: Int) in
            (0..<count).map { String(repeating: String($0 &* 2_654_435_761 % 4_294_967_296, radix: 36), count: 24) }
                .joined()
        }
        #expect(try read("SAMLRequest=\(deflated("<a>\(stretch(7200))</a>"))") == "deflate_too_large")
        #expect(try read("SAMLRequest=\(deflated("<a>\(stretch(4800))</a>"))") == "xml_too_large")
        #expect(try read("SAMLRequest=\(deflated("<a>\(stretch(1200))</a>"))") == nil)
    }

    @Test func `refuses what is not one whole DEFLATE stream`() throws {
        let stream = try Deflate.deflate(Array(Self.xml.utf8))
        let encode = { (octets: [UInt8]) in PercentEncoding.encode(Base64.encode(octets)) }
        #expect(try read("SAMLRequest=\(encode(stream + [0]))") == "deflate_malformed")
        #expect(try read("SAMLRequest=\(encode(stream.dropLast()))") == "deflate_malformed")
        #expect(try read("SAMLRequest=\(encode(Array(Self.xml.utf8)))") == "deflate_malformed")
        #expect(try read("SAMLRequest=") == "deflate_malformed")
    }

    @Test func `refuses base64 that is not strict`() throws {
        let encoded = Base64.encode(try Deflate.deflate(Array("<a>>>>???</a>".utf8)))
        #expect(try read("SAMLRequest=\(PercentEncoding.encode(encoded))%0A") == "base64_malformed")
        #expect(try read("SAMLRequest=\(PercentEncoding.encode(encoded))%3D") == "base64_malformed")
        #expect(try read("SAMLRequest=%2B+") == "base64_malformed")
        #expect(try verify("\(signed())%20") == "base64_malformed")
    }

    @Test func `refuses XML that the parser refuses, and identifiers that are there twice`() throws {
        #expect(try read("SAMLRequest=\(deflated("<!DOCTYPE a><a/>"))") == "xml_dtd")
        #expect(try read("SAMLRequest=\(deflated("<a>x<!-- -->y</a>"))") == "xml_comment_or_instruction")
        #expect(try read("SAMLRequest=\(deflated("<a ID=\"_1\"><b ID=\"_1\"/></a>"))") == "id_duplicate")
    }
}
