package import Broker
package import XMLSecurity

/// An assertion before it is written (SAML Core 2.3.3): one person, signed in once, told to one SP in answer to one
/// request.
package struct AssertionDraft: Sendable, Hashable {
    /// How and when the person signed in (SAML Core 2.7.2).
    package struct Authentication: Sendable, Hashable {
        /// When.
        package var instant: Timestamp
        /// The class of how, an absolute URI.
        package var contextClass: String
        /// What names the session in logout messages.
        package var sessionIndex: String
        /// When the session ends in any case.
        package var sessionEnd: Timestamp

        /// A sign-in.
        package init(instant: Timestamp, contextClass: String, sessionIndex: String, sessionEnd: Timestamp) {
            self.instant = instant
            self.contextClass = contextClass
            self.sessionIndex = sessionIndex
            self.sessionEnd = sessionEnd
        }
    }

    /// Its identifier, an NCName.
    package var id: String
    /// The IdP's entityID.
    package var issuer: String
    /// When it was made; times are written in whole seconds.
    package var issueInstant: Timestamp
    /// Whom it is about.
    package var nameID: NameID
    /// The SP's entityID.
    package var audience: String
    /// Where it may be delivered.
    package var acsURL: String
    /// The request that it answers.
    package var requestID: String
    /// How and when the person signed in.
    package var authentication: Authentication
    /// What else is said of the person; without any there is no AttributeStatement.
    package var attributes: [AttributeDraft]

    /// How long it may be delivered: for as long as a browser takes.
    package static let lifetime = Duration.seconds(300)
    /// How long before it was made it counts: for an SP whose clock is behind and that allows for nothing.
    package static let lead = Duration.seconds(60)

    /// An assertion.
    package init(
        id: String, issuer: String, issueInstant: Timestamp, nameID: NameID, audience: String, acsURL: String,
        requestID: String, authentication: Authentication, attributes: [AttributeDraft] = []
    ) {
        self.id = id
        self.issuer = issuer
        self.issueInstant = issueInstant
        self.nameID = nameID
        self.audience = audience
        self.acsURL = acsURL
        self.requestID = requestID
        self.authentication = authentication
        self.attributes = attributes
    }

    // MARK: Writing

    /// The element, as a document of its own.
    package var xml: XMLText {
        XMLText(
            "saml:Assertion",
            [
                ("xmlns:saml", SAMLURI.assertionNamespace), ("ID", id), ("Version", "2.0"),
                ("IssueInstant", SAMLTime.text(issueInstant)),
            ],
            [XMLText("saml:Issuer", text: issuer), subject, conditions, authentication.xml, attributeStatement])
    }

    private var end: String { SAMLTime.text(issueInstant + Self.lifetime) }

    /// SAML Profiles 4.1.4.2: a bearer confirmation says where, in answer to what and until when, and has no NotBefore.
    private var subject: XMLText {
        let data = XMLText(
            "saml:SubjectConfirmationData",
            [("InResponseTo", requestID), ("NotOnOrAfter", end), ("Recipient", acsURL)])
        return XMLText(
            "saml:Subject", [],
            [nameID.xml, XMLText("saml:SubjectConfirmation", [("Method", SAMLURI.bearer)], [data])])
    }

    private var conditions: XMLText {
        XMLText(
            "saml:Conditions", [("NotBefore", SAMLTime.text(issueInstant - Self.lead)), ("NotOnOrAfter", end)],
            [XMLText("saml:AudienceRestriction", [], [XMLText("saml:Audience", text: audience)])])
    }

    /// A statement holds at least one attribute (SAML Core 2.7.3).
    private var attributeStatement: XMLText? {
        attributes.isEmpty ? nil : XMLText("saml:AttributeStatement", [], attributes.map(\.xml))
    }
}

extension AssertionDraft.Authentication {
    fileprivate var xml: XMLText {
        XMLText(
            "saml:AuthnStatement",
            [
                ("AuthnInstant", SAMLTime.text(instant)), ("SessionIndex", sessionIndex),
                ("SessionNotOnOrAfter", SAMLTime.text(sessionEnd)),
            ],
            [XMLText("saml:AuthnContext", [], [XMLText("saml:AuthnContextClassRef", text: contextClass)])])
    }
}
