package import Broker
package import XMLSecurity

/// Asks an IdP to sign a person in (SAML Core 3.4.1).
package struct AuthnRequest: Sendable, Hashable {
    /// Its identifier, an NCName, which the answer names as InResponseTo.
    package var id: String
    /// When it was made; it is written in whole seconds.
    package var issueInstant: Timestamp
    /// The IdP's endpoint that it goes to.
    package var destination: String?
    /// Where the answer is to be posted; nil leaves it to what the IdP knows of us.
    package var acsURL: String?
    /// The sender's entityID.
    package var issuer: String
    /// Whether a live session at the IdP does not count.
    package var forceAuthn: Bool
    /// Whether the IdP may not show anything; we never ask for that, others ask it of us.
    package var isPassive: Bool
    /// The wanted format of the NameID; nil leaves it to the IdP.
    package var nameIDFormat: String?
    /// Acceptable authentication context classes, exactly these; empty leaves it to the IdP.
    package var contextClasses: [String]

    /// A request.
    package init(
        id: String, issueInstant: Timestamp, destination: String?, acsURL: String?, issuer: String,
        forceAuthn: Bool = false, isPassive: Bool = false, nameIDFormat: String? = nil, contextClasses: [String] = []
    ) {
        self.id = id
        self.issueInstant = issueInstant
        self.destination = destination
        self.acsURL = acsURL
        self.issuer = issuer
        self.forceAuthn = forceAuthn
        self.isPassive = isPassive
        self.nameIDFormat = nameIDFormat
        self.contextClasses = contextClasses
    }

    /// The request on its way out.
    package func message(relayState: RelayState?) -> OutboundMessage {
        OutboundMessage(.request, id: id, xml: xml, relayState: relayState)
    }

    /// The element.
    package var xml: XMLText {
        XMLText(
            "samlp:AuthnRequest",
            [
                ("xmlns:samlp", SAMLURI.protocolNamespace), ("xmlns:saml", SAMLURI.assertionNamespace), ("ID", id),
                ("Version", "2.0"), ("IssueInstant", SAMLTime.text(issueInstant)), ("Destination", destination),
                ("ForceAuthn", forceAuthn ? "true" : nil), ("IsPassive", isPassive ? "true" : nil),
                ("ProtocolBinding", SAMLURI.postBinding), ("AssertionConsumerServiceURL", acsURL),
            ],
            [XMLText("saml:Issuer", text: issuer), nameIDPolicy, requestedContext])
    }

    /// AllowCreate lets the IdP make a name at the first sign-in; a transient one is always new (errata E14).
    private var nameIDPolicy: XMLText? {
        nameIDFormat.map {
            XMLText(
                "samlp:NameIDPolicy",
                [("Format", $0), ("AllowCreate", $0 == SAMLURI.transientFormat ? nil : "true")])
        }
    }

    private var requestedContext: XMLText? {
        guard !contextClasses.isEmpty else { return nil }
        return XMLText(
            "samlp:RequestedAuthnContext", [("Comparison", "exact")],
            contextClasses.map { XMLText("saml:AuthnContextClassRef", text: $0) })
    }
}
