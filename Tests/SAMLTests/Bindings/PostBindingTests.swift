import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

struct PostBindingTests {
    private static let request = LogoutRequestMessage(
        id: "_m1", issueInstant: Parties.now, destination: Parties.slo, issuer: Parties.idp, nameID: NameID("alice"))

    private func verify(_ xml: String) throws -> String? {
        let message = try PostMessage(
            Parties.form([FormParameter("SAMLRequest", Base64.encode(Array(xml.utf8)))]))
        return try refusal { _ = try message.verified(keys: Parties.keys, policy: .standard) }
    }

    private func signed() throws -> String {
        let fields = try Parties.fields(Self.request.message(relayState: nil), signedBy: Parties.signer)
        return String(decoding: try Base64.decode(fields[0].value.utf8), as: UTF8.self)
    }

    @Test(arguments: [MessageKind.request, .response])
    func `what is sent arrives, and without its signature`(kind: MessageKind) throws {
        var message = Self.request.message(relayState: try RelayState("a b&c"))
        message.kind = kind
        for key in [try Parties.rsa, try Parties.ec] {
            let fields = try Parties.fields(message, signedBy: MessageSigner(key: key))
            #expect(fields.map(\.name) == [kind.rawValue, "RelayState"])
            let received = try PostMessage(Parties.form(fields))
            let verified = try received.verified(keys: [key.publicKey], policy: .standard)
            #expect(verified.kind == kind)
            #expect(verified.relayState?.value == "a b&c")
            #expect(verified.root.isNamed(.logoutRequest))
            #expect(verified.root.first(.signature) == nil)
            #expect(try received.withoutVerifying().root.first(.signature) != nil)
        }
    }

    @Test func `signs behind the Issuer, and shows the certificate that it is given`() throws {
        let der = try Certificate.selfSigned(for: Parties.rsa, commonName: "test")
        let fields = try Parties.fields(
            Self.request.message(relayState: nil), signedBy: MessageSigner(key: Parties.rsa, certificate: der))
        let xml = String(decoding: try Base64.decode(fields[0].value.utf8), as: UTF8.self)
        #expect(xml.contains("</saml:Issuer><ds:Signature"))
        #expect(xml.contains("</ds:KeyInfo></ds:Signature><saml:NameID"))
        #expect(try verify(xml) == nil)
    }

    @Test func `refuses both messages, and none`() throws {
        let both = try Parties.form([FormParameter("SAMLRequest", "YQ=="), FormParameter("SAMLResponse", "YQ==")])
        #expect(try refusal { _ = try PostMessage(both) } == "message_ambiguous")
        let none = try Parties.form([FormParameter("RelayState", "x")])
        #expect(try refusal { _ = try PostMessage(none) } == "message_missing")
    }

    @Test func `refuses a message that is too large before and after decoding`() throws {
        let rule = { (octets: Int) in
            let field = FormParameter("SAMLResponse", Base64.encode([UInt8](repeating: 0x20, count: octets)))
            return try refusal { _ = try PostMessage(Parties.form([field])) }
        }
        #expect(try rule(256 << 10) == nil)
        #expect(try rule((256 << 10) + 1) == "message_too_large")
        #expect(try rule(300_000) == "message_too_large")
        // Not base64 at all: the size is looked at first.
        let long = FormParameter("SAMLResponse", String(repeating: "!", count: 400_000))
        #expect(try refusal { _ = try PostMessage(Parties.form([long])) } == "message_too_large")
    }

    @Test func `takes base64 with line ends and no other laxness`() throws {
        let rule = { (text: String) in
            try refusal { _ = try PostMessage(Parties.form([FormParameter("SAMLResponse", text)])) }
        }
        #expect(try rule("PGEv\r\nPg==") == nil)
        #expect(try rule("PGEv\r\nPg=") == "base64_malformed")
        #expect(try rule("PGEv-Pg==") == "base64_malformed")
        #expect(try rule("PGEvPh==") == "base64_malformed")
    }

    @Test func `refuses an unsigned message, another key and a change`() throws {
        #expect(try verify(Self.request.xml.string) == "signature_missing")
        #expect(try verify(signed().replacingOccurrences(of: "alice", with: "mallory")) == "digest_mismatch")
        let foreign = try Parties.fields(
            Self.request.message(relayState: nil), signedBy: MessageSigner(key: Parties.other))
        let xml = String(decoding: try Base64.decode(foreign[0].value.utf8), as: UTF8.self)
        #expect(try verify(xml) == "signature_invalid")
    }

    @Test func `refuses a message that is wrapped around a signed one`() throws {
        let genuine = try signed()
        let start = try unwrap(genuine.range(of: "<ds:Signature")).lowerBound
        let end = try unwrap(genuine.range(of: "</ds:Signature>")).upperBound
        let wrapped = Self.request.xml.string
            .replacingOccurrences(of: "alice", with: "mallory").replacingOccurrences(of: "_m1", with: "_evil")
            .replacingOccurrences(
                of: "</saml:Issuer>",
                with: "</saml:Issuer>\(genuine[start..<end])<samlp:Extensions>\(genuine)</samlp:Extensions>")
        #expect(try verify(wrapped) == "signature_covers_other_element")
    }

    @Test func `takes a callback of either method`() throws {
        let message = Self.request.message(relayState: nil)
        let get = try LoginCallback(
            method: .get, endpoint: .logout, rawQuery: Data(Parties.query(message, signedBy: Parties.signer).utf8))
        let field = try Parties.fields(message, signedBy: Parties.signer)[0]
        let post = try LoginCallback(
            method: .post, endpoint: .logout, rawQuery: Data("SAMLRequest=x".utf8),
            rawBody: Data("\(field.name)=\(PercentEncoding.encode(field.value))".utf8))
        for callback in [get, post] {
            let inbound = try InboundMessage(callback)
            #expect(inbound.kind == .request)
            #expect(try inbound.verified(keys: Parties.keys, policy: .standard).root.isNamed(.logoutRequest))
            #expect(try inbound.withoutVerifying().root.isNamed(.logoutRequest))
        }
    }

    @Test func `tells the engine where the browser goes`() throws {
        let url = try unwrap(URL(string: Parties.slo))
        let fields = [FormParameter("SAMLRequest", "x")]
        for delivery in [MessageDelivery.redirect(url), .formPost(url, fields)] {
            switch (delivery, delivery.loginAction, delivery.logoutStep, delivery.logoutAnswer) {
            case (.redirect, .redirect(let login), .redirect(let step), .redirect(let answer)):
                #expect([login, step, answer] == [url, url, url])
            case (.formPost, .formPost(_, let login), .formPost(_, let step), .formPost(_, let answer)):
                #expect([login, step, answer] == [fields, fields, fields])
            default: Issue.record("a delivery became another")
            }
        }
    }
}
