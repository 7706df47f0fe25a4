import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

struct LogoutResponseTests {
    private static let response = LogoutResponseMessage(
        id: "_lp1", issueInstant: Parties.now, destination: Parties.slo, issuer: Parties.idp, inResponseTo: "_lr9",
        status: .success)
    private static let expected = LogoutExpectations(
        issuer: Parties.idp, endpoint: Parties.slo, requestID: "_lr9", now: Parties.now + .seconds(1))

    private func rule(
        _ response: LogoutResponseMessage, _ checks: [LogoutCheck] = LogoutCheck.response,
        expecting expected: LogoutExpectations = expected
    ) throws -> String? {
        let inbound = try Parties.arrived(response.message(relayState: nil), by: .redirect, signedBy: Parties.signer)
        let reader = LogoutReader(keys: try Parties.keys, policy: .standard, responseChecks: checks)
        return try refusal { _ = try reader.response(inbound, expecting: expected) }
    }

    private func read(_ xml: String) throws -> LogoutResponseMessage {
        let inbound = try Parties.arrived(
            Parties.message(xml, .response, id: "_lp1"), by: .post, signedBy: Parties.signer)
        return try LogoutReader(keys: Parties.keys, policy: .standard).response(inbound, expecting: Self.expected)
    }

    @Test(
        arguments: IdentityProviderDescription.Binding.allCases,
        [LogoutResponseMessage.Status.success, .partial, .failed])
    func `is read as it was meant`(
        binding: IdentityProviderDescription.Binding, status: LogoutResponseMessage.Status
    ) throws {
        var response = Self.response
        response.status = status
        let inbound = try Parties.arrived(response.message(relayState: nil), by: binding, signedBy: Parties.signer)
        let reader = LogoutReader(keys: try Parties.keys, policy: .standard)
        #expect(try reader.response(inbound, expecting: Self.expected) == response)
    }

    @Test func `says partial by a second-level code below Success`() {
        var response = Self.response
        response.status = .partial
        #expect(
            response.xml.string.hasSuffix(
                """
                <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success">\
                <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/></samlp:StatusCode>\
                </samlp:Status></samlp:LogoutResponse>
                """))
    }

    @Test func `takes for well only what says so`() throws {
        let xml = Self.response.xml.string
        let denied = xml.replacingOccurrences(of: "status:Success", with: "status:RequestDenied")
        #expect(try read(denied).status == .failed)
        #expect(try read(xml.replacingOccurrences(of: "Value=", with: "Wert=")).status == .failed)
        let remark = xml.replacingOccurrences(
            of: "</samlp:Status>", with: "<samlp:StatusMessage>Success</samlp:StatusMessage></samlp:Status>")
        #expect(try read(remark).status == .success)
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let check: String
        let rule: String
        let change: @Sendable (inout LogoutResponseMessage) -> Void
        var testDescription: String { rule }
    }

    static let hostile = [
        Hostile(check: "issuer", rule: "logout_issuer_mismatch") { $0.issuer = "https://idp-b.example/saml" },
        Hostile(check: "destination", rule: "logout_destination_mismatch") { $0.destination = "https://other.example" },
        Hostile(check: "issuedInFuture", rule: "logout_issued_in_future") {
            $0.issueInstant = Parties.now + .seconds(182)
        },
        Hostile(check: "age", rule: "logout_too_old") { $0.issueInstant = Parties.now - .seconds(479) },
        Hostile(check: "inResponseTo", rule: "logout_in_response_to_mismatch") { $0.inResponseTo = "_lr8" },
    ]

    @Test(arguments: hostile)
    func `refuses what only this check refuses`(hostile: Hostile) throws {
        var response = Self.response
        hostile.change(&response)
        #expect(try rule(response) == hostile.rule)
        #expect(try rule(response, LogoutCheck.response.filter { $0.name != hostile.check }) == nil)
    }

    @Test func `has a hostile message for every check of a response`() {
        #expect(Self.hostile.map(\.check) == LogoutCheck.response.map(\.name))
    }

    @Test func `refuses an answer where nothing was asked`() throws {
        var expected = Self.expected
        expected.requestID = nil
        #expect(try rule(Self.response, expecting: expected) == "logout_in_response_to_mismatch")
    }

    @Test(arguments: IdentityProviderDescription.Binding.allCases)
    func `refuses an answer that is not signed by the IdP`(binding: IdentityProviderDescription.Binding) throws {
        let reader = LogoutReader(keys: try Parties.keys, policy: .standard)
        let rule = { (signer: MessageSigner?) in
            let inbound = try Parties.arrived(Self.response.message(relayState: nil), by: binding, signedBy: signer)
            return try refusal { _ = try reader.response(inbound, expecting: Self.expected) }
        }
        #expect(try rule(nil) == "logout_unsigned")
        #expect(try rule(MessageSigner(key: Parties.other)) == "signature_invalid")
    }

    @Test func `refuses an answer of another shape`() throws {
        let xml = Self.response.xml.string
        let rule = { (text: String, replacement: String) in
            try refusal { _ = try read(xml.replacingOccurrences(of: text, with: replacement)) }
        }
        #expect(try rule("LogoutResponse", "Response") == "unexpected_element")
        #expect(try rule("</samlp:Status>", "</samlp:Status><samlp:Status/>") == "unexpected_element")
        #expect(try rule("</samlp:Status>", "</samlp:Status><saml:Assertion/>") == "assertion_not_single")
        #expect(try rule("<samlp:StatusCode", "<!-- --><samlp:StatusCode") == "xml_comment_or_instruction")
        #expect(try rule(#"Version="2.0""#, "") == "version_not_supported")
        #expect(try rule("InResponseTo=", "Irt=") == "logout_in_response_to_mismatch")
    }
}
