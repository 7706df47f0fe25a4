import Broker
import XMLSecurity

@testable import SAML

extension Specimen {
    /// A Response that was made.
    private static func response(
        _ name: String, policy: ResponsePolicy = .standard,
        expecting change: @escaping @Sendable (inout ResponseExpectations) -> Void = { _ in },
        _ edit: @escaping @Sendable (inout ResponseDraft) -> Void
    ) -> Specimen {
        Specimen(name, .response) { dropped in
            var expected = ResponseDraft.expected
            change(&expected)
            _ = try ResponseDraft().with(edit).content(policy: policy, expecting: expected, dropping: dropped)
        }
    }

    private static let evil = ResponseDraft.goodAssertion.replacing("\"_a1\"", with: "\"_evil\"")
        .replacing("alice", with: "ceo")
    private static let foreignID = #"<x:y xmlns:x="urn:x" ID="_a1"/>"#
    private static let otherRestriction =
        "<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction>"
    private static let foreignCondition = """
        <saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="urn:x" xsi:type="x:y"/>
        """

    /// What a step refuses.
    private static let steps = [
        response("another element has the assertion's ID") {
            $0.inResponse("<samlp:Status>", "<samlp:Extensions>\(foreignID)</samlp:Extensions><samlp:Status>")
        },
        response("an unsigned assertion in Extensions") {
            $0.inResponse("<samlp:Status>", "<samlp:Extensions>\(evil)</samlp:Extensions><samlp:Status>")
        },
        response("an unsigned assertion behind the signed one") {
            $0.inResponse(ResponseDraft.mark, ResponseDraft.mark + evil)
        },
        response("a signed Response around an assertion that a stranger signed") {
            $0.signs = [.response, .assertion]
            $0.assertionSigner = { try ResponseDraft.sign($0, id: "_a1", key: Parties.other) }
        },
        response("nothing is signed") { $0.signs = [] },
        response(
            "the connection wants both signed",
            policy: ResponsePolicy(requires: .both, signature: .standard, encryption: .standard)
        ) { _ in },
        response(
            "the connection wants the Response signed",
            policy: ResponsePolicy(requires: .response, signature: .standard, encryption: .standard)
        ) { _ in },
        response("a failure that carries an assertion") { $0.inResponse(SAMLURI.success, SAMLURI.responder) },
    ]

    /// What a check of the profile refuses.
    private static let profile = [
        response("an assertion of SAML 1.1") { $0.inAssertion(#"Version="2.0""#, #"Version="1.1""#) },
        response("an assertion of another issuer") { $0.inAssertion(Parties.idp, "https://other.example/saml") },
        response("a signed Response without Issuer") {
            $0.inResponse("<saml:Issuer>\(Parties.idp)</saml:Issuer>", "")
            $0.signs = [.response]
        },
        response("an envelope to another ACS") { $0.inResponse(Parties.acs, Parties.acs + "2") },
        response("an envelope that answers another request") { $0.inResponse("_req-1", "_req-2") },
        response("an envelope from the future") { $0.inResponse("12:00:00Z", "12:03:01Z") },
        response("no Conditions") { $0.inAssertion(ResponseDraft.conditions, "") },
        response("Conditions that begin later") { $0.inAssertion("11:58:00Z", "12:03:01Z") },
        response("Conditions that are over") {
            $0.inAssertion(
                #"NotBefore="2026-01-15T11:58:00Z" NotOnOrAfter="2026-01-15T12:05:00Z""#,
                #"NotOnOrAfter="2026-01-15T11:57:00Z""#)
        },
        response("another audience") { $0.inAssertion(Parties.sp, Parties.sp + "2") },
        response("two AudienceRestrictions, one of them for others") {
            $0.inAssertion(
                "</saml:AudienceRestriction>",
                "</saml:AudienceRestriction>\(otherRestriction)"
            )
        },
        response("a condition of another kind") {
            $0.inAssertion("</saml:Conditions>", foreignCondition + "</saml:Conditions>")
        },
        response("ProxyRestriction with Count 0") {
            $0.inAssertion("</saml:Conditions>", #"<saml:ProxyRestriction Count="0"/></saml:Conditions>"#)
        },
        response("two bearer confirmations") {
            $0.inAssertion(ResponseDraft.confirmation, ResponseDraft.confirmation + ResponseDraft.confirmation)
        },
        response("a confirmation for another ACS") { $0.inAssertion(Parties.acs, Parties.acs + "2") },
        response("a confirmation that answers another request") { $0.inAssertion("_req-1", "_req-2") },
        response("a confirmation without InResponseTo") { $0.inAssertion(#"InResponseTo="_req-1" "#, "") },
        response("a confirmation that is over") {
            $0.inAssertion(#"NotOnOrAfter="2026-01-15T12:05:00Z" R"#, #"NotOnOrAfter="2026-01-15T11:57:00Z" R"#)
        },
        response("a confirmation with NotBefore") {
            $0.inAssertion(
                "<saml:SubjectConfirmationData ",
                #"<saml:SubjectConfirmationData NotBefore="2026-01-15T11:00:00Z" "#)
        },
        response("two AuthnStatements") {
            $0.inAssertion(ResponseDraft.authnStatement, ResponseDraft.authnStatement + ResponseDraft.authnStatement)
        },
        response("a sign-in from the future") {
            $0.inAssertion(#"AuthnInstant="2026-01-15T11:59:00Z""#, #"AuthnInstant="2026-01-15T12:03:01Z""#)
        },
        response(
            "an old sign-in where a fresh one was asked for", expecting: { $0.authenticatedSince = Parties.now }
        ) { $0.inAssertion(#"AuthnInstant="2026-01-15T11:59:00Z""#, #"AuthnInstant="2026-01-15T11:56:59Z""#) },
        response("a session that has ended") {
            $0.inAssertion("SessionIndex", #"SessionNotOnOrAfter="2026-01-15T11:57:00Z" SessionIndex"#)
        },
        response(
            "a weaker sign-in than was asked for",
            expecting: { $0.contextClasses = ["urn:oasis:names:tc:SAML:2.0:ac:classes:X509"] }
        ) { _ in },
    ]

    static let responses = steps + profile
}

extension Specimen {
    /// An assertion whose signature is genuine and of another shape.
    private static func signature(
        _ name: String, _ change: @escaping @Sendable (inout HandSignature) -> Void
    ) -> Specimen {
        Specimen(name, .response) { dropped in
            let draft = ResponseDraft().with {
                $0.assertionSigner = { try HandSignature(id: "_a1").with(change).sign($0, key: Parties.rsa) }
            }
            _ = try draft.content(dropping: dropped)
        }
    }

    private static let prefixes = (0...20).map { "p\($0)" }.joined(separator: " ")

    /// What a check of a signature refuses.
    static let signatures = [
        signature("an Object in the signature") {
            $0.besideValue = "<ds:Object>\(HandSignature.parameter)</ds:Object>"
        },
        signature("text beside the Reference") { $0.besideReference = "text" },
        signature("an element inside DigestValue") { $0.besideDigest = HandSignature.parameter },
        signature("21 prefixes of InclusiveNamespaces") {
            $0.canonicalization = """
                <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces \
                xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="\(prefixes)"/>\
                </ds:CanonicalizationMethod>
                """
        },
        signature("a parameter of the signature algorithm") {
            $0.method = $0.method.replacing("/>", with: ">\(HandSignature.parameter)</ds:SignatureMethod>")
        },
        signature("a parameter of the digest algorithm") {
            $0.digestMethod = $0.digestMethod.replacing("/>", with: ">\(HandSignature.parameter)</ds:DigestMethod>")
        },
        signature("a third transform") { $0.transforms += [HandSignature.exclusive] },
        signature("the digest of no octets") { $0.digest = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
        signature("a reference to a file") { $0.uri = "file:///etc/passwd" },
    ]
}
