import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// What an IdP refuses.
struct AuthnRequestReaderTests {
    private static let reader = AuthnRequestReader(endpoint: Parties.sso)

    /// A request with one text replaced.
    private func changed(
        _ text: String, to replacement: String, of request: AuthnRequest = AuthnRequestTests.full
    ) throws -> OutboundMessage {
        let xml = request.xml.string
        #expect(xml.contains(text))
        return try Parties.message(xml.replacingOccurrences(of: text, with: replacement), id: request.id)
    }

    private func read(
        _ text: String, to replacement: String, of request: AuthnRequest = AuthnRequestTests.full
    ) throws -> String? {
        let message = try Parties.arrived(changed(text, to: replacement, of: request), by: .post, signedBy: nil)
        return try refusal { _ = try Self.reader.readWithoutVerifying(message) }
    }

    @Test(
        arguments: [
            ("AuthnRequest", "LogoutRequest", "unexpected_element"),
            (#"Version="2.0""#, #"Version="1.1""#, "version_not_supported"),
            (#"Version="2.0""#, "", "version_not_supported"),
            (#"ID="_req2""#, "", "id_malformed"),
            (#"ID="_req2""#, #"ID="2""#, "id_malformed"),
            (#"IssueInstant="2026"#, #"IssueInstant="26"#, "time_malformed"),
            ("IssueInstant=", "Instant=", "issue_instant_missing"),
            ("</saml:Issuer>", "<saml:x/></saml:Issuer>", "unexpected_element"),
            (Parties.sp, "", "issuer_missing"),
            ("<saml:Issuer>", #"<saml:Issuer NameQualifier="x">"#, "issuer_missing"),
            ("<saml:Issuer>", #"<saml:Issuer SPNameQualifier="x">"#, "issuer_missing"),
            (#"ForceAuthn="true""#, #"ForceAuthn="yes""#, "boolean_malformed"),
            (#"ForceAuthn="true""#, #"IsPassive="TRUE""#, "boolean_malformed"),
            (#"sso""#, #"sso/""#, "destination_mismatch"),
            ("bindings:HTTP-POST", "bindings:HTTP-Artifact", "protocol_binding_unsupported"),
            ("ProtocolBinding=", #"AssertionConsumerServiceIndex="0" ProtocolBinding="#, "acs_index_unsupported"),
            (#"Comparison="exact""#, #"Comparison="minimum""#, "context_comparison_unsupported"),
            ("saml:AuthnContextClassRef", "saml:AuthnContextDeclRef", "unexpected_element"),
            ("<samlp:NameIDPolicy", "<saml:Subject/><samlp:NameIDPolicy", "unexpected_element"),
            ("<samlp:NameIDPolicy", "<saml:Conditions/><samlp:NameIDPolicy", "unexpected_element"),
            (
                "<samlp:NameIDPolicy", "<samlp:Extensions><saml:Assertion/></samlp:Extensions><samlp:NameIDPolicy",
                "assertion_not_single"
            ),
        ])
    func `refuses`(text: String, replacement: String, rule: String) throws {
        #expect(try read(text, to: replacement) == rule)
    }

    @Test(arguments: [
        (#"ForceAuthn="true""#, #"ForceAuthn="1" IsPassive="0" ProviderName="x" Consent="y""#),
        (#"Comparison="exact""#, ""),
        ("</samlp:RequestedAuthnContext>", "</samlp:RequestedAuthnContext><samlp:Scoping ProxyCount=\"1\"/>"),
        ("<samlp:NameIDPolicy", #"<samlp:Extensions><x:y xmlns:x="urn:x"/></samlp:Extensions><samlp:NameIDPolicy"#),
        (#"ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST""#, ""),
    ])
    func `takes what others send`(text: String, replacement: String) throws {
        let message = try Parties.arrived(changed(text, to: replacement), by: .post, signedBy: nil)
        #expect(try Self.reader.readWithoutVerifying(message).request == AuthnRequestTests.full)
    }

    @Test(arguments: ["", "<saml:AuthnContextClassRef/>"])
    func `refuses a wish for a context that names none`(classes: String) throws {
        let requested = "<samlp:RequestedAuthnContext>\(classes)</samlp:RequestedAuthnContext>"
        let rule = try read("</saml:Issuer>", to: "</saml:Issuer>\(requested)", of: AuthnRequestTests.plain)
        #expect(rule == "element_missing")
    }

    @Test func `reads an absent ACS and an absent Destination as absent`() throws {
        var request = AuthnRequestTests.plain
        (request.acsURL, request.destination, request.isPassive) = (nil, nil, true)
        let message = try Parties.arrived(request.message(relayState: nil), by: .redirect, signedBy: nil)
        #expect(try Self.reader.readWithoutVerifying(message).request == request)
    }

    @Test(arguments: IdentityProviderDescription.Binding.allCases)
    func `refuses a signed request without Destination`(binding: IdentityProviderDescription.Binding) throws {
        var request = AuthnRequestTests.plain
        request.destination = nil
        let message = try Parties.arrived(request.message(relayState: nil), by: binding, signedBy: Parties.signer)
        #expect(
            try refusal { _ = try Self.reader.read(message, keys: Parties.keys, policy: .standard) }
                == "destination_missing")
    }

    @Test(arguments: IdentityProviderDescription.Binding.allCases)
    func `refuses where a signature is wanted`(binding: IdentityProviderDescription.Binding) throws {
        let rule = { (signer: MessageSigner?) in
            let message = try Parties.arrived(
                AuthnRequestTests.plain.message(relayState: nil), by: binding, signedBy: signer)
            return try refusal { _ = try Self.reader.read(message, keys: Parties.keys, policy: .standard) }
        }
        #expect(try rule(nil) == "signature_missing")
        #expect(try rule(MessageSigner(key: Parties.other)) == "signature_invalid")
        #expect(try rule(Parties.signer) == nil)
    }

    @Test func `refuses a request that came as a response`() throws {
        var outbound = AuthnRequestTests.plain.message(relayState: nil)
        outbound.kind = .response
        let message = try Parties.arrived(outbound, by: .redirect, signedBy: nil)
        #expect(try refusal { _ = try Self.reader.readWithoutVerifying(message) } == "message_kind_mismatch")
    }
}
