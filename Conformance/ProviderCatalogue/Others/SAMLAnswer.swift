import Broker
import ConformanceKit
import SAML
import XMLSecurity

/// A Response of the IdP, honest unless something is changed.
struct SAMLAnswer: Sendable {
    enum Key: Sendable { case own, other }

    static let idp = "https://idp.example/saml"

    var at: Timestamp
    var person: KitPerson
    var isRefused: Bool
    var key = Key.own
    var isSigned = true
    var isWrapped = false
    var comment = false
    var inResponseTo: String
    var recipient: String
    var destination: String
    var audience: String
    var issuer = SAMLAnswer.idp
    var number = "1"

    init(at: Timestamp, callbackURL: String, requestID: String, visit: KitVisit) {
        self.at = at
        person = visit.person
        if case .isRefused = visit.deed { isRefused = true } else { isRefused = false }
        inResponseTo = requestID
        recipient = callbackURL
        destination = callbackURL
        audience = callbackURL + "/metadata"
    }

    /// The Response as XML.
    func octets() throws -> [UInt8] {
        XMLText(
            "samlp:Response",
            [
                ("xmlns:samlp", SAMLURI.protocolNamespace), ("ID", "_response-\(number)"), ("Version", "2.0"),
                ("IssueInstant", SAMLTime.text(at)), ("Destination", destination), ("InResponseTo", inResponseTo),
            ],
            [
                XMLText("saml:Issuer", [("xmlns:saml", SAMLURI.assertionNamespace)], text: issuer), status,
                isWrapped ? XMLText(written: forged.assertion("_forged").bytes) : nil,
                isRefused ? nil : XMLText(written: try signed(assertion("_assertion-\(number)"))),
            ]
        ).bytes
    }

    private var forged: SAMLAnswer {
        var forged = self
        forged.person = KitPerson(subject: "administrator", email: "admin@acme.example", name: "Admin")
        return forged
    }

    private func signed(_ assertion: XMLText) throws -> [UInt8] {
        guard isSigned else { return assertion.bytes }
        let key = try unwrap(SAMLKeys.key(key), "the IdP has no key")
        return try SignatureMaker(key: key).sign(assertion.bytes, id: "_assertion-\(number)")
    }

    private var status: XMLText {
        guard isRefused else {
            return XMLText("samlp:Status", [], [XMLText("samlp:StatusCode", [("Value", SAMLURI.success)])])
        }
        let base = "urn:oasis:names:tc:SAML:2.0:status:"
        return XMLText(
            "samlp:Status", [],
            [
                XMLText(
                    "samlp:StatusCode", [("Value", base + "Responder")],
                    [XMLText("samlp:StatusCode", [("Value", base + "RequestDenied")])])
            ])
    }

    // MARK: The assertion

    private func assertion(_ id: String) -> XMLText {
        XMLText(
            "saml:Assertion",
            [
                ("xmlns:saml", SAMLURI.assertionNamespace), ("ID", id), ("Version", "2.0"),
                ("IssueInstant", SAMLTime.text(at)),
            ],
            [
                XMLText("saml:Issuer", text: issuer), subject,
                XMLText(
                    "saml:Conditions", [("NotOnOrAfter", SAMLTime.text(at + .seconds(300)))],
                    [XMLText("saml:AudienceRestriction", [], [XMLText("saml:Audience", text: audience)])]),
                statement, attributes,
            ])
    }

    private var subject: XMLText {
        let format = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
        let nameID =
            comment
            ? XMLText(written: Array("<saml:NameID Format=\"\(format)\">victim<!-- -->.evil</saml:NameID>".utf8))
            : XMLText("saml:NameID", [("Format", format)], text: person.subject)
        return XMLText(
            "saml:Subject", [],
            [
                nameID,
                XMLText(
                    "saml:SubjectConfirmation", [("Method", SAMLURI.bearer)],
                    [
                        XMLText(
                            "saml:SubjectConfirmationData",
                            [
                                ("InResponseTo", inResponseTo), ("Recipient", recipient),
                                ("NotOnOrAfter", SAMLTime.text(at + .seconds(300))),
                            ])
                    ]),
            ])
    }

    private var statement: XMLText {
        let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
        return XMLText(
            "saml:AuthnStatement", [("AuthnInstant", SAMLTime.text(at)), ("SessionIndex", "s-\(person.name)")],
            [XMLText("saml:AuthnContext", [], [XMLText("saml:AuthnContextClassRef", text: password)])])
    }

    private var attributes: XMLText {
        let all = [
            ("email", [person.email]), ("displayName", [person.name]),
            ("groups", person.groups.isEmpty ? ["everybody"] : person.groups),
        ]
        return XMLText(
            "saml:AttributeStatement", [],
            all.map { name, values in
                XMLText("saml:Attribute", [("Name", name)], values.map { XMLText("saml:AttributeValue", text: $0) })
            })
    }
}
