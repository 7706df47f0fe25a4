package import Broker
package import XMLSecurity

/// A LogoutRequest (SAML Core 3.7.1); `Broker.LogoutRequest` is the wish that one is made from.
package struct LogoutRequestMessage: Sendable, Hashable {
    /// Why a session ends (SAML Core 3.7.3).
    package enum Reason {
        /// The person wants it.
        package static let user = "urn:oasis:names:tc:SAML:2.0:logout:user"
        /// An administrator wants it.
        package static let admin = "urn:oasis:names:tc:SAML:2.0:logout:admin"
    }

    /// Its identifier, an NCName.
    package var id: String
    /// When it was made; it is written in whole seconds.
    package var issueInstant: Timestamp
    /// The endpoint that it goes to.
    package var destination: String
    /// The sender's entityID.
    package var issuer: String
    /// When it ends; it is written in whole seconds.
    package var notOnOrAfter: Timestamp?
    /// Why, as a URI.
    package var reason: String?
    /// Whose sessions end, with every qualifier exactly as the assertion had it.
    package var nameID: NameID
    /// Which of them; none means all.
    package var sessionIndexes: [String]

    /// A request.
    package init(
        id: String, issueInstant: Timestamp, destination: String, issuer: String, notOnOrAfter: Timestamp? = nil,
        reason: String? = nil, nameID: NameID, sessionIndexes: [String] = []
    ) {
        self.id = id
        self.issueInstant = issueInstant
        self.destination = destination
        self.issuer = issuer
        self.notOnOrAfter = notOnOrAfter
        self.reason = reason
        self.nameID = nameID
        self.sessionIndexes = sessionIndexes
    }

    /// The request on its way out; it is always signed (SAML Profiles 4.4.3.1).
    package func message(relayState: RelayState?) -> OutboundMessage {
        OutboundMessage(.request, id: id, xml: xml, relayState: relayState)
    }

    /// The element.
    package var xml: XMLText {
        XMLText(
            "samlp:LogoutRequest",
            [
                ("xmlns:samlp", SAMLURI.protocolNamespace), ("xmlns:saml", SAMLURI.assertionNamespace), ("ID", id),
                ("Version", "2.0"), ("IssueInstant", SAMLTime.text(issueInstant)), ("Destination", destination),
                ("NotOnOrAfter", notOnOrAfter.map(SAMLTime.text)), ("Reason", reason),
            ],
            [XMLText("saml:Issuer", text: issuer), nameID.xml]
                + sessionIndexes.map { XMLText("samlp:SessionIndex", text: $0) })
    }
}
