import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// A Response to `Parties`, as text: a test changes what it likes, and then its parts are signed.
struct ResponseDraft: Sendable {
    enum Part: Sendable, Hashable { case response, assertion }

    /// The Response around the mark of its assertion.
    var response = Self.goodResponse
    var assertion = Self.goodAssertion
    var signs: Set<Part> = [.assertion]
    /// Signs the assertion some other way.
    var assertionSigner: @Sendable (String) throws -> String = { try ResponseDraft.sign($0, id: "_a1") }
    /// Signs the Response some other way.
    var responseSigner: @Sendable (String) throws -> String = { try ResponseDraft.sign($0, id: "_r1") }
    /// Encrypts the assertion, signed or not, to this key.
    var encryptor: Encryptor?

    static let expected = ResponseExpectations(
        idpEntityID: Parties.idp, spEntityID: Parties.sp, acsURL: Parties.acs, requestID: "_req-1", now: Parties.now)

    /// The message.
    func octets() throws -> [UInt8] {
        var carried = signs.contains(.assertion) ? try assertionSigner(assertion) : assertion
        if let encryptor {
            carried =
                XMLText(
                    "saml:EncryptedAssertion", [("xmlns:saml", SAMLURI.assertionNamespace)],
                    try encryptor.encrypt(Array(carried.utf8))
                ).string
        }
        let whole = response.replacing("@assertion@", with: carried)
        return Array((signs.contains(.response) ? try responseSigner(whole) : whole).utf8)
    }

    /// Replaces a text of the assertion, which must be there.
    mutating func inAssertion(_ text: String, _ replacement: String) {
        if !assertion.contains(text) { Issue.record("the assertion has no \(text)") }
        assertion = assertion.replacing(text, with: replacement, maxReplacements: 1)
    }

    /// Replaces a text of the Response, which must be there.
    mutating func inResponse(_ text: String, _ replacement: String) {
        if !response.contains(text) { Issue.record("the Response has no \(text)") }
        response = response.replacing(text, with: replacement, maxReplacements: 1)
    }

    func with(_ change: (inout ResponseDraft) throws -> Void) rethrows -> ResponseDraft {
        var changed = self
        try change(&changed)
        return changed
    }

    static func sign(_ xml: String, id: String, key: PrivateKey? = nil) throws -> String {
        let maker = SignatureMaker(key: try key ?? Parties.rsa)
        return String(decoding: try maker.sign(Array(xml.utf8), id: id), as: UTF8.self)
    }

    // MARK: Texts

    static let mark = "@assertion@"

    static let goodResponse = """
        <samlp:Response xmlns:samlp="\(SAMLURI.protocolNamespace)" xmlns:saml="\(SAMLURI.assertionNamespace)" ID="_r1" \
        Version="2.0" IssueInstant="2026-01-15T12:00:00Z" Destination="\(Parties.acs)" InResponseTo="_req-1">\
        <saml:Issuer>\(Parties.idp)</saml:Issuer><samlp:Status><samlp:StatusCode Value="\(SAMLURI.success)"/>\
        </samlp:Status>@assertion@</samlp:Response>
        """

    static let confirmation = """
        <saml:SubjectConfirmation Method="\(SAMLURI.bearer)"><saml:SubjectConfirmationData InResponseTo="_req-1" \
        NotOnOrAfter="2026-01-15T12:05:00Z" Recipient="\(Parties.acs)"/></saml:SubjectConfirmation>
        """

    static let conditions = """
        <saml:Conditions NotBefore="2026-01-15T11:58:00Z" NotOnOrAfter="2026-01-15T12:05:00Z">\
        <saml:AudienceRestriction><saml:Audience>\(Parties.sp)</saml:Audience></saml:AudienceRestriction>\
        </saml:Conditions>
        """

    static let contextClass = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

    static let authnStatement = """
        <saml:AuthnStatement AuthnInstant="2026-01-15T11:59:00Z" SessionIndex="_s1"><saml:AuthnContext>\
        <saml:AuthnContextClassRef>\(contextClass)</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
        """

    static let goodAssertion = """
        <saml:Assertion xmlns:saml="\(SAMLURI.assertionNamespace)" ID="_a1" Version="2.0" \
        IssueInstant="2026-01-15T12:00:00Z"><saml:Issuer>\(Parties.idp)</saml:Issuer><saml:Subject>\
        <saml:NameID Format="\(SAMLURI.emailFormat)">alice@acme.example</saml:NameID>\(confirmation)</saml:Subject>\
        \(conditions)\(authnStatement)<saml:AttributeStatement><saml:Attribute Name="email">\
        <saml:AttributeValue>alice@acme.example</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>\
        </saml:Assertion>
        """
}

extension ResponseDraft {
    /// What the message says once everything has passed.
    func content(
        keys: [PublicKey]? = nil, decryptionKeys: [PrivateKey] = [], policy: ResponsePolicy = .standard,
        expecting expected: ResponseExpectations = expected, dropping dropped: CheckUnderTest? = nil
    ) throws -> AssertionContent {
        let reader = ResponseReader(
            keys: try keys ?? Parties.keys, decryptionKeys: decryptionKeys, policy: policy,
            signatureChecks: CheckUnderTest.signatureChecks(without: dropped),
            steps: CheckUnderTest.steps(without: dropped))
        guard case .verified(let message) = try reader.read(octets()) else {
            throw SAMLError("failed_status", "")
        }
        try ResponseCheck.run(CheckUnderTest.responseChecks(without: dropped), on: message, expecting: expected)
        return try AssertionContent(message, skew: expected.skew)
    }

    /// The rule that refuses, or nil.
    func rule(
        policy: ResponsePolicy = .standard, expecting expected: ResponseExpectations = expected,
        dropping dropped: CheckUnderTest? = nil
    ) throws -> String? {
        try refusingRule { _ = try content(policy: policy, expecting: expected, dropping: dropped) }
    }
}
