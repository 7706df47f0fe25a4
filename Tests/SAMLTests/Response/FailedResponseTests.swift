import Testing
import XMLSecurity

@testable import SAML

/// A Response that brings no assertion.
struct FailedResponseTests {
    private static let prefix = "urn:oasis:names:tc:SAML:2.0:status:"

    /// A failure with these codes, from the outermost to the innermost.
    private func draft(_ codes: String...) -> ResponseDraft {
        let nested = codes.reversed().reduce("") { "<samlp:StatusCode Value=\"\($1)\">\($0)</samlp:StatusCode>" }
        return ResponseDraft().with {
            $0.inResponse("<samlp:StatusCode Value=\"\(SAMLURI.success)\"/>", nested)
            $0.assertion = ""
            $0.signs = []
        }
    }

    private func failed(_ draft: ResponseDraft) throws -> FailedResponse {
        let reader = ResponseReader(keys: try Parties.keys, decryptionKeys: [], policy: .standard)
        guard case .failed(let failed) = try reader.read(draft.octets()) else { throw Absent() }
        return failed
    }

    private func rule(_ draft: ResponseDraft) throws -> String? {
        try refusingRule { try failed(draft).check(expecting: ResponseDraft.expected) }
    }

    @Test(arguments: ["AuthnFailed", "RequestDenied", "NoAuthnContext", "NoPassive", "UnknownPrincipal"])
    func `reads the IdP's no, and whether the person is the reason`(code: String) throws {
        let status = try failed(draft(SAMLURI.responder, Self.prefix + code)).status
        #expect(status.codes == ["Responder", code])
        #expect(status.isDenial)
        #expect(status.isRequirementNotMet == (code == "NoAuthnContext"))
    }

    @Test func `takes for technical what does not say that it is the person`() throws {
        #expect(try !failed(draft(SAMLURI.responder)).status.isDenial)
        #expect(try !failed(draft(SAMLURI.requester, Self.prefix + "UnsupportedBinding")).status.isDenial)
    }

    @Test(arguments: [
        "urn:x:AuthnFailed", "", "\(prefix)a\u{E9}", "\(prefix)a b", "\(prefix)\(String(repeating: "a", count: 80))",
    ])
    func `repeats no code that a stranger made up`(code: String) throws {
        #expect(try failed(draft(code)).status.codes == ["unknown"])
    }

    @Test func `refuses codes that nest deeper than anybody means`() throws {
        let code = SAMLURI.responder
        #expect(try failed(draft(code, code, code, code, code)).status.codes.count == 5)
        #expect(try refusingRule { _ = try failed(draft(code, code, code, code, code, code)) } == "text_unexpected")
    }

    @Test func `is no answer to ours from another IdP, to another request or address`() throws {
        let good = draft(SAMLURI.responder)
        #expect(try rule(good) == nil)
        #expect(try rule(good.with { $0.inResponse(Parties.idp, "https://other.example") }) == "issuer_mismatch")
        #expect(try rule(good.with { $0.inResponse("_req-1", "_req-2") }) == "in_response_to_mismatch")
        #expect(try rule(good.with { $0.inResponse(Parties.acs, Parties.acs + "2") }) == "destination_mismatch")
    }

    @Test func `is refused where its signature does not hold`() throws {
        let signed = draft(SAMLURI.responder).with { $0.signs = [.response] }
        #expect(try rule(signed) == nil)
        #expect(try failed(signed).isSigned)
        let stranger = signed.with {
            $0.responseSigner = { try ResponseDraft.sign($0, id: "_r1", key: Parties.other) }
        }
        #expect(try rule(stranger) == "signature_invalid")
    }

    @Test func `an assertion is none beside a failure, and Success is none without one`() throws {
        let carrying = ResponseDraft().with { $0.inResponse(SAMLURI.success, SAMLURI.responder) }
        #expect(try rule(carrying) == "status_not_success")
        #expect(try rule(draft(SAMLURI.success)) == "assertion_missing")
    }
}
