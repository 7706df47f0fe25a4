package import Broker
package import XMLSecurity

/// A LogoutResponse (SAML Core 3.7.2).
package struct LogoutResponseMessage: Sendable, Hashable {
    /// How a logout went (SAML Core 3.2.2.2, 3.7.3.2).
    package enum Status: Sendable, Hashable {
        /// Everywhere.
        case success
        /// Here, but not everywhere.
        case partial
        /// Not: the request was at fault, or the responder.
        case failed
    }

    /// Its identifier, an NCName.
    package var id: String
    /// When it was made; it is written in whole seconds.
    package var issueInstant: Timestamp
    /// The endpoint that it goes to.
    package var destination: String
    /// The sender's entityID.
    package var issuer: String
    /// The request that it answers.
    package var inResponseTo: String
    /// How it went.
    package var status: Status

    /// A response.
    package init(
        id: String, issueInstant: Timestamp, destination: String, issuer: String, inResponseTo: String, status: Status
    ) {
        self.id = id
        self.issueInstant = issueInstant
        self.destination = destination
        self.issuer = issuer
        self.inResponseTo = inResponseTo
        self.status = status
    }

    /// The response on its way out; it is always signed (SAML Profiles 4.4.3.4).
    package func message(relayState: RelayState?) -> OutboundMessage {
        OutboundMessage(.response, id: id, xml: xml, relayState: relayState)
    }

    /// The element.
    package var xml: XMLText {
        XMLText(
            "samlp:LogoutResponse",
            [
                ("xmlns:samlp", SAMLURI.protocolNamespace), ("xmlns:saml", SAMLURI.assertionNamespace), ("ID", id),
                ("Version", "2.0"), ("IssueInstant", SAMLTime.text(issueInstant)), ("Destination", destination),
                ("InResponseTo", inResponseTo),
            ],
            [XMLText("saml:Issuer", text: issuer), XMLText("samlp:Status", [], [status.xml])])
    }
}

extension LogoutResponseMessage.Status {
    /// Reads `samlp:Status`: whatever is not known to be well is not.
    init(_ status: XMLElement) {
        let code = status.first(.statusCode)
        let second = code?.first(.statusCode)
        guard code?.attribute("Value", is: SAMLURI.success) == true else {
            self = .failed
            return
        }
        self = second == nil ? .success : .partial
    }

    /// PartialLogout is a second-level code below Success: the session that was named did end.
    fileprivate var xml: XMLText {
        switch self {
        case .success: XMLText("samlp:StatusCode", [("Value", SAMLURI.success)])
        case .partial:
            XMLText(
                "samlp:StatusCode", [("Value", SAMLURI.success)],
                [XMLText("samlp:StatusCode", [("Value", SAMLURI.partialLogout)])])
        case .failed: XMLText("samlp:StatusCode", [("Value", SAMLURI.responder)])
        }
    }
}
