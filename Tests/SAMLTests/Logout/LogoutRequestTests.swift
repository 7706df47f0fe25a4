import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

struct LogoutRequestTests {
    static let name = NameID(
        "alice & <bob>", format: SAMLURI.persistentFormat, nameQualifier: Parties.idp, spNameQualifier: Parties.sp)
    static let request = LogoutRequestMessage(
        id: "_lr1", issueInstant: Parties.now, destination: Parties.slo, issuer: Parties.idp,
        notOnOrAfter: Parties.now + .seconds(60), reason: LogoutRequestMessage.Reason.user, nameID: name,
        sessionIndexes: ["_s1", "_s2"])
    static let expected = LogoutExpectations(
        issuer: Parties.idp, endpoint: Parties.slo, now: Parties.now + .seconds(1))

    static func reader(
        _ checks: [LogoutCheck] = LogoutCheck.request, decryptor: Decryptor? = nil
    ) throws -> LogoutReader {
        LogoutReader(keys: try Parties.keys, policy: .standard, decryptor: decryptor, requestChecks: checks)
    }

    /// Reads a request with one text replaced, signed as its binding does.
    private func read(
        _ text: String, to replacement: String, by binding: IdentityProviderDescription.Binding = .redirect,
        decryptor: Decryptor? = nil
    ) throws -> LogoutRequestMessage {
        let xml = Self.request.xml.string
        #expect(xml.contains(text))
        let message = try Parties.message(xml.replacingOccurrences(of: text, with: replacement), id: "_lr1")
        return try Self.reader(decryptor: decryptor).request(
            Parties.arrived(message, by: binding, signedBy: Parties.signer), expecting: Self.expected
        ).message
    }

    @Test(arguments: IdentityProviderDescription.Binding.allCases)
    func `is read as it was meant`(binding: IdentityProviderDescription.Binding) throws {
        let message = Self.request.message(relayState: try RelayState("rs"))
        for key in [try Parties.rsa, try Parties.ec] {
            let inbound = try Parties.arrived(message, by: binding, signedBy: MessageSigner(key: key))
            let received = try LogoutReader(keys: [key.publicKey], policy: .standard)
                .request(inbound, expecting: Self.expected)
            #expect(received.message == Self.request)
            #expect(received.relayState?.value == "rs")
        }
    }

    @Test func `is read without the parts that may be absent`() throws {
        var request = Self.request
        (request.notOnOrAfter, request.reason, request.nameID, request.sessionIndexes) = (nil, nil, NameID("a"), [])
        let inbound = try Parties.arrived(request.message(relayState: nil), by: .post, signedBy: Parties.signer)
        let received = try Self.reader().request(inbound, expecting: Self.expected)
        #expect(received.message == request)
        #expect(received.relayState == nil)
    }

    @Test func `writes the qualifiers exactly as they were received`() {
        #expect(
            Self.request.xml.string.hasSuffix(
                """
                NameQualifier="https://idp.example/saml" \
                SPNameQualifier="https://broker.example/vestibule/cb/acme/metadata" \
                Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">alice &amp; &lt;bob&gt;</saml:NameID>\
                <samlp:SessionIndex>_s1</samlp:SessionIndex><samlp:SessionIndex>_s2</samlp:SessionIndex>\
                </samlp:LogoutRequest>
                """))
        #expect(LogoutRequestMessage.Reason.admin.hasSuffix(":admin"))
    }

    @Test(arguments: IdentityProviderDescription.Binding.allCases)
    func `refuses a request that is not signed by the IdP`(binding: IdentityProviderDescription.Binding) throws {
        let rule = { (signer: MessageSigner?) in
            let inbound = try Parties.arrived(Self.request.message(relayState: nil), by: binding, signedBy: signer)
            return try refusal { _ = try Self.reader().request(inbound, expecting: Self.expected) }
        }
        #expect(try rule(nil) == "logout_unsigned")
        #expect(try rule(MessageSigner(key: Parties.other)) == "signature_invalid")
        #expect(try rule(Parties.signer) == nil)
    }

    @Test func `refuses by redirect an enveloped signature, which is not the binding's`() throws {
        let fields = try Parties.fields(Self.request.message(relayState: nil), signedBy: Parties.signer)
        let enveloped = String(decoding: try Base64.decode(fields[0].value.utf8), as: UTF8.self)
        let rule = { (signer: MessageSigner?) in
            let inbound = try Parties.arrived(Parties.message(enveloped, id: "_lr1"), by: .redirect, signedBy: signer)
            return try refusal { _ = try Self.reader().request(inbound, expecting: Self.expected) }
        }
        #expect(try rule(nil) == "logout_unsigned")
        #expect(try rule(Parties.signer) == "unexpected_element")
    }

    @Test(
        arguments: [
            ("LogoutRequest", "LogoutResponse", "unexpected_element"),
            (#"Version="2.0""#, #"Version="2.1""#, "version_not_supported"),
            (#"ID="_lr1""#, "", "id_malformed"),
            (#"ID="_lr1""#, #"ID="_lr1" id="_lr1""#, "id_aliased"),
            (#"ID="_lr1""#, #"ID="1""#, "id_malformed"),
            ("IssueInstant=", "Instant=", "issue_instant_missing"),
            (#"IssueInstant="2026"#, #"IssueInstant="26"#, "time_malformed"),
            (#"NotOnOrAfter="2026"#, #"NotOnOrAfter="26"#, "time_malformed"),
            (#"NotOnOrAfter="2026"#, #"NotOnOrAfter="1999"#, "logout_expired"),
            ("Destination=", "Dest=", "logout_destination_missing"),
            ("logout\" NotOn", "logout/\" NotOn", "logout_destination_mismatch"),
            (">\(Parties.idp)<", ">\(Parties.idp)/<", "logout_issuer_mismatch"),
            ("<saml:Issuer>", #"<saml:Issuer Format="urn:x">"#, "logout_issuer_mismatch"),
            ("<saml:Issuer>", "<saml:Issuer><saml:x/>", "unexpected_element"),
            ("alice", "al<!-- -->ice", "xml_comment_or_instruction"),
            ("alice", "al<?x?>ice", "xml_comment_or_instruction"),
            ("alice", "<x/>alice", "unexpected_element"),
            ("alice &amp; &lt;bob&gt;", "", "name_id_malformed"),
            ("</saml:NameID>", "</saml:NameID><saml:NameID>x</saml:NameID>", "unexpected_element"),
            ("saml:NameID", "saml:BaseID", "unexpected_element"),
            ("<samlp:SessionIndex>_s1", "<saml:Assertion/><samlp:SessionIndex>_s1", "assertion_not_single"),
            (">_s1<", "><", "session_index_malformed"),
            (">_s1<", ">_s<x/>1<", "unexpected_element"),
            ("</saml:Issuer>", "</saml:Issuer>text", "text_unexpected"),
        ])
    func `refuses`(text: String, replacement: String, rule: String) throws {
        #expect(try refusal { _ = try read(text, to: replacement) } == rule)
    }

    @Test func `refuses a request without a name or issuer`() throws {
        let nameless = Self.request.xml.string.replacing(#/<saml:NameID.*</saml:NameID>/#, with: "")
        let unissued = Self.request.xml.string.replacing(#/<saml:Issuer>.*</saml:Issuer>/#, with: "")
        for xml in [nameless, unissued] {
            let inbound = try Parties.arrived(
                Parties.message(xml, id: "_lr1"), by: .post, signedBy: Parties.signer)
            let rule = try refusal { _ = try Self.reader().request(inbound, expecting: Self.expected) }
            #expect(rule == "unexpected_element")
        }
    }

    @Test func `takes extensions of other namespaces, and reads nothing of them`() throws {
        let extensions = #"<samlp:Extensions><x:y xmlns:x="urn:x"/></samlp:Extensions>"#
        #expect(try read("</saml:Issuer>", to: "</saml:Issuer>\(extensions)") == Self.request)
    }

    @Test func `refuses a request that came as a response`() throws {
        var message = Self.request.message(relayState: nil)
        message.kind = .response
        let inbound = try Parties.arrived(message, by: .redirect, signedBy: Parties.signer)
        #expect(
            try refusal { _ = try Self.reader().request(inbound, expecting: Self.expected) } == "message_kind_mismatch")
    }

    // MARK: Encrypted names

    private func encrypted(_ xml: String, to key: PrivateKey) throws -> String {
        let data = try Encryptor(to: key.publicKey).encrypt(Array(xml.utf8))
        return XMLText("saml:EncryptedID", [], data).string
    }

    @Test(arguments: IdentityProviderDescription.Binding.allCases)
    func `opens an encrypted name with our key`(binding: IdentityProviderDescription.Binding) throws {
        let decryptor = Decryptor(keys: [try Parties.other], policy: .standard)
        let id = try encrypted(Self.name.xml.string, to: Parties.other)
        let written = Self.name.xml.string
        #expect(try read(written, to: id, by: binding, decryptor: decryptor) == Self.request)
        #expect(try refusal { _ = try read(written, to: id, by: binding) } == "encrypted_id_unsupported")
        let foreign = Decryptor(keys: [try Parties.rsa], policy: .standard)
        let rule = try refusal { _ = try read(written, to: id, by: binding, decryptor: foreign) }
        #expect(rule == "decryption_failed")
    }

    @Test(
        arguments: [
            ("<saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">a</saml:Issuer>", "unexpected_element"),
            (
                "<saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">a<!-- -->b</saml:NameID>",
                "xml_comment_or_instruction"
            ),
            (
                "<saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">a<b/></saml:NameID>",
                "unexpected_element"
            ),
            ("<!DOCTYPE a><a/>", "xml_dtd"), ("<saml:NameID>a</saml:NameID>", "xml_not_well_formed"),
        ])
    func `holds what was encrypted to the same rules`(plain: String, rule: String) throws {
        let decryptor = Decryptor(keys: [try Parties.other], policy: .standard)
        let id = try encrypted(plain, to: Parties.other)
        #expect(try refusal { _ = try read(Self.name.xml.string, to: id, decryptor: decryptor) } == rule)
    }
}
