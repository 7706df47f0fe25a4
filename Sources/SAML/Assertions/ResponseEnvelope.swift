package import Broker
import XMLSecurity

/// What a Response says beside its content (SAML Core 3.2.2).
package struct ResponseEnvelope: Sendable, Hashable {
    /// Its identifier, an NCName other than its assertion's.
    package var id: String
    /// The IdP's entityID.
    package var issuer: String
    /// When it was made; it is written in whole seconds.
    package var issueInstant: Timestamp
    /// The ACS that it is posted to.
    package var destination: String
    /// The request that it answers.
    package var inResponseTo: String

    /// An envelope.
    package init(
        id: String, issuer: String, issueInstant: Timestamp, destination: String, inResponseTo: String
    ) {
        self.id = id
        self.issuer = issuer
        self.issueInstant = issueInstant
        self.destination = destination
        self.inResponseTo = inResponseTo
    }

    /// The element around a status and an assertion, plain or encrypted.
    func xml(_ status: XMLText, _ content: XMLText? = nil) -> XMLText {
        XMLText(
            "samlp:Response",
            [
                ("xmlns:samlp", SAMLURI.protocolNamespace), ("xmlns:saml", SAMLURI.assertionNamespace), ("ID", id),
                ("Version", "2.0"), ("IssueInstant", SAMLTime.text(issueInstant)), ("Destination", destination),
                ("InResponseTo", inResponseTo),
            ], [XMLText("saml:Issuer", text: issuer), status, content])
    }
}

/// Why an IdP answers without an assertion (SAML Core 3.2.2.2).
package enum ResponseFailure: String, Sendable, Hashable, CaseIterable {
    /// Nobody may be asked, and somebody would have to be.
    case noPassive = "NoPassive"
    /// The person did not sign in by any of the wanted ways.
    case noAuthnContext = "NoAuthnContext"
    /// The person has no name of the wanted format.
    case invalidNameIDPolicy = "InvalidNameIDPolicy"

    /// The status: whose fault it is, then what it is.
    var status: XMLText {
        let fault = self == .invalidNameIDPolicy ? SAMLURI.requester : SAMLURI.responder
        let cause = XMLText("samlp:StatusCode", [("Value", "urn:oasis:names:tc:SAML:2.0:status:\(rawValue)")])
        return XMLText("samlp:Status", [], [XMLText("samlp:StatusCode", [("Value", fault)], [cause])])
    }
}
