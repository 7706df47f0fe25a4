import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// What we write as an IdP is what we would take as an SP.
struct ResponseWriterTests {
    typealias Signing = ResponseWriter.Signing

    static let envelope = ResponseEnvelope(
        id: "_r1", issuer: Parties.idp, issueInstant: Parties.now, destination: Parties.acs, inResponseTo: "_req-1")

    static let assertion = AssertionDraft(
        id: "_a1", issuer: Parties.idp, issueInstant: Parties.now,
        nameID: NameID("alice@acme.example", format: SAMLURI.emailFormat), audience: Parties.sp, acsURL: Parties.acs,
        requestID: "_req-1",
        authentication: .init(
            instant: Parties.now - .seconds(60), contextClass: ResponseDraft.contextClass, sessionIndex: "_s1",
            sessionEnd: Parties.now + .seconds(3600)),
        attributes: [
            AttributeDraft("email", ["alice@acme.example"]), AttributeDraft("groups", ["a", "b"]),
            AttributeDraft("urn:oid:2.5.4.3", []),
        ])

    private static let expected = ResponseDraft.expected

    private func writer(_ signing: Signing = .both, encrypting: Bool = false) throws -> ResponseWriter {
        ResponseWriter(
            key: try Parties.rsa, certificate: nil, signing: signing,
            encryptingTo: encrypting ? try Parties.other.publicKey : nil)
    }

    private func read(
        _ octets: [UInt8], requires: SignatureRequirement = .either, decryptionKeys: [PrivateKey]? = nil
    ) throws -> ResponseReader.Outcome {
        let reader = ResponseReader(
            keys: try Parties.keys, decryptionKeys: try decryptionKeys ?? [Parties.other],
            policy: ResponsePolicy(requires: requires, signature: .standard, encryption: .standard))
        return try reader.read(octets)
    }

    private func message(
        _ octets: [UInt8], requires: SignatureRequirement = .either
    ) throws -> VerifiedResponse {
        guard case .verified(let message) = try read(octets, requires: requires) else { throw Absent() }
        return message
    }

    private func content(
        of assertion: AssertionDraft = assertion, expecting expected: ResponseExpectations = expected
    ) throws -> AssertionContent {
        let message = try message(writer().response(Self.envelope, with: assertion))
        try ResponseCheck.run(on: message, expecting: expected)
        return try AssertionContent(message, skew: expected.skew)
    }

    // MARK: Signed and encrypted

    @Test(arguments: Signing.allCases, [false, true])
    func `passes every check of an SP`(signing: Signing, encrypting: Bool) throws {
        let octets = try writer(signing, encrypting: encrypting).response(Self.envelope, with: Self.assertion)
        let requirement: SignatureRequirement =
            switch signing {
            case .both: .both
            case .response: .response
            case .assertion: .assertion
            }
        let message = try message(octets, requires: requirement)
        #expect(message.wasEncrypted == encrypting)
        #expect(message.isResponseSigned == (signing != .assertion))
        #expect(message.isAssertionSigned == (signing != .response))
        try ResponseCheck.run(on: message, expecting: Self.expected)
        let content = try AssertionContent(message, skew: .seconds(180))
        #expect(content.assertionID == "_a1")
        #expect(content.nameID == NameID("alice@acme.example", format: SAMLURI.emailFormat))
        #expect(content.sessionIndex == "_s1")
        #expect(content.authentication.acr == ResponseDraft.contextClass)
        #expect(content.authentication.authTime == Parties.now - .seconds(60))
        #expect(content.attributes.map(\.values) == [["alice@acme.example"], ["a", "b"], []])
    }

    @Test func `SAML2Int IDP09: the Response is signed, and its signature covers what it says`() throws {
        let text = String(
            decoding: try writer(.response).response(Self.envelope, with: Self.assertion), as: UTF8.self)
        for (said, other) in [("alice@", "mallory@"), (SAMLURI.success, SAMLURI.responder), ("_req-1", "_req-2")] {
            #expect(text.contains(said))
            let forged = Array(text.replacing(said, with: other).utf8)
            #expect(throws: SAMLError.self) { try read(forged) }
        }
    }

    @Test func `SAML2Int IDP10: there is exactly one assertion with one AuthnStatement`() throws {
        let message = try message(writer().response(Self.envelope, with: Self.assertion))
        #expect(message.response.children(.assertion).count == 1)
        #expect(message.response.children(.encryptedAssertion).isEmpty)
        #expect(message.assertion.children(.authnStatement).count == 1)
        #expect(message.assertion.children(.attributeStatement).count == 1)
        #expect(message.assertion.first(.subject)?.children(.subjectConfirmation).count == 1)
    }

    @Test func `SAML2Int IDP11: what is encrypted is readable to nobody but the SP`() throws {
        let octets = try writer(encrypting: true).response(Self.envelope, with: Self.assertion)
        #expect(!String(decoding: octets, as: UTF8.self).contains("alice"))
        #expect(String(decoding: octets, as: UTF8.self).contains(ContentCipher.aes256GCM.rawValue))
        #expect(throws: SAMLError.self) { try read(octets, decryptionKeys: [Parties.rsa]) }
    }

    @Test func `carries the certificate of the key`() throws {
        let certificate = try Certificate.selfSigned(for: Parties.rsa, commonName: "idp.example")
        let writer = ResponseWriter(
            key: try Parties.rsa, certificate: certificate, signing: .both, encryptingTo: nil)
        let octets = try writer.response(Self.envelope, with: Self.assertion)
        let text = String(decoding: octets, as: UTF8.self).filter { !$0.isWhitespace }
        #expect(text.components(separatedBy: Base64.encode(certificate)).count == 3)
        _ = try message(octets, requires: .both)
    }

    // MARK: What it says

    private enum Place: String, CaseIterable, Sendable { case audience, issuer, acs, request }

    @Test(arguments: Place.allCases)
    private func `is for one SP and ACS, of one IdP, in answer to one request`(place: Place) throws {
        var expected = Self.expected
        let rule: String
        switch place {
        case .audience: (expected.spEntityID, rule) = (Parties.sp + "x", "audience_mismatch")
        case .issuer: (expected.idpEntityID, rule) = (Parties.idp + "x", "issuer_mismatch")
        case .acs: (expected.acsURL, rule) = (Parties.acs + "x", "destination_mismatch")
        case .request: (expected.requestID, rule) = ("_req-2", "in_response_to_mismatch")
        }
        #expect(try refusal { _ = try content(expecting: expected) } == rule)
    }

    @Test(
        arguments: [
            (-241, "issued_in_future"), (-180, nil), (0, nil), (479, nil), (480, "assertion_expired"),
        ] as [(Int, String?)])
    func `may be delivered for five minutes`(seconds: Int, rule: String?) throws {
        var expected = Self.expected
        expected.now = Parties.now + .seconds(seconds)
        #expect(try refusal { _ = try content(expecting: expected) } == rule)
    }

    @Test(arguments: ["a<b>&\"c\"@acme.example", "alice<!-- -->@acme.example", "]]>", "\u{1F600}\r\n\t x"])
    func `text stays text`(text: String) throws {
        var assertion = Self.assertion
        assertion.nameID.value = text
        assertion.attributes = [AttributeDraft("a\"b<c", [text])]
        let content = try content(of: assertion)
        #expect(content.nameID?.value == text)
        #expect(content.attributes.map(\.name) == ["a\"b<c"])
        #expect(content.attributes.map(\.values) == [[text]])
    }

    @Test func `without attributes there is no statement of them`() throws {
        var assertion = Self.assertion
        assertion.attributes = []
        let octets = try writer().response(Self.envelope, with: assertion)
        #expect(try message(octets).assertion.children(.attributeStatement).isEmpty)
    }

    @Test func `names say what kind they are`() throws {
        let formats = try content().attributes.map(\.format)
        let kinds = ["basic", "basic", "uri"].map { "urn:oasis:names:tc:SAML:2.0:attrname-format:\($0)" }
        #expect(formats == kinds)
    }

    // MARK: Failures

    @Test(arguments: ResponseFailure.allCases, Signing.allCases)
    func `a failure is signed and says why`(failure: ResponseFailure, signing: Signing) throws {
        let octets = try writer(signing).failure(Self.envelope, failure)
        guard case .failed(let failed) = try read(octets) else { throw Absent() }
        #expect(failed.isSigned)
        #expect(failed.status.codes == [failure == .invalidNameIDPolicy ? "Requester" : "Responder", failure.rawValue])
        try failed.check(expecting: Self.expected)
        let forged = String(decoding: octets, as: UTF8.self).replacing("_req-1", with: "_req-2")
        #expect(throws: SAMLError.self) { try read(Array(forged.utf8)) }
    }
}
