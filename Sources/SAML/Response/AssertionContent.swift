package import Broker
import TrustDocuments
import XMLSecurity

/// What a checked assertion says about a person.
package struct AssertionContent: Sendable {
    /// The assertion's identifier.
    package let assertionID: String
    /// Until when a copy of the message could pass the checks.
    package let replayableUntil: Timestamp
    /// The person's name at the IdP; nil where the IdP sent none.
    package let nameID: NameID?
    /// How the IdP names its session.
    package let sessionIndex: String?
    /// How and when the person signed in.
    package let authentication: AuthenticationContext
    /// The key that vouched: SHA-256 of its SubjectPublicKeyInfo.
    package let keyID: String?
    /// Attributes in the order of the message.
    package let attributes: [SAMLAttribute]

    /// Reads an assertion that has passed its checks.
    ///
    /// - Throws: `name_id_malformed`, `attribute_malformed`.
    package init(_ message: VerifiedResponse, skew: Duration) throws(SAMLError) {
        guard let id = message.assertion.attribute("ID") else {
            throw SAMLError("id_malformed", "the assertion has no ID")
        }
        guard let until = try message.bearerData?.time("NotOnOrAfter") else {
            throw SAMLError("confirmation_unbounded", "the bearer confirmation has no NotOnOrAfter")
        }
        assertionID = id
        replayableUntil = until + skew
        nameID = try Self.nameID(of: message.assertion)
        let statement = message.authnStatementElement
        keyID = message.key.map { Fingerprint.sha256Hex($0.subjectPublicKeyInfo) }
        sessionIndex = statement?.attribute("SessionIndex")
        let contextClass = statement?.first(.authnContext)?.first(.authnContextClassRef)?.text
        authentication = AuthenticationContext(
            acr: contextClass, amr: contextClass.flatMap { AuthenticationMethod.of($0) } ?? [],
            authTime: try statement?.time("AuthnInstant"))
        attributes = try message.assertion.children(.attributeStatement).readAttributes()
    }

    /// Plain text, whole, or the login fails: what a reader makes of half a name is another person's (M18).
    private static func nameID(of assertion: XMLElement) throws(SAMLError) -> NameID? {
        guard let subject = assertion.first(.subject) else { return nil }
        guard subject.first(.encryptedID) == nil, subject.first(.baseID) == nil else {
            throw SAMLError(
                "name_id_malformed", "the subject is named by EncryptedID or BaseID, which is not supported")
        }
        guard let element = subject.first(.nameID) else { return nil }
        guard let name = NameID(element) else {
            throw SAMLError("name_id_malformed", "NameID is empty, too long or not plain text")
        }
        return name
    }
}

/// One attribute with its values as text.
package struct SAMLAttribute: Sendable, Hashable {
    /// Its name, octet for octet.
    package let name: String
    /// Its name format; absent means unspecified.
    package let format: String?
    /// What people call it; never compared (SAML Implementation profile SP11).
    package let friendlyName: String?
    /// The values that are plain text or a NameID's text; nil stands for one that is neither.
    package let values: [String?]
}

extension [XMLElement] {
    fileprivate func readAttributes() throws(SAMLError) -> [SAMLAttribute] {
        var attributes: [SAMLAttribute] = []
        for statement in self {
            for element in statement.children(.attribute) {
                guard let name = element.attribute("Name"), !name.isEmpty, name.utf8.count <= 1024 else {
                    throw SAMLError("attribute_malformed", "an Attribute has no name, or one that is too long")
                }
                attributes.append(
                    SAMLAttribute(
                        name: name, format: element.attribute("NameFormat"),
                        friendlyName: element.attribute("FriendlyName"),
                        values: element.children(.attributeValue).map(\.plainValue)))
            }
        }
        return attributes
    }
}

extension XMLElement {
    /// Text alone, or the text of one NameID (eduPersonTargetedID).
    fileprivate var plainValue: String? {
        hasChildren ? only(.nameID).flatMap { isMixed ? nil : NameID($0)?.value } : text
    }
}
