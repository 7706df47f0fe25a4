package import Broker
package import SAML

/// Everything that a login would take from a message, field for field.
package struct SignedPerson: Hashable, Sendable, CustomStringConvertible {
    /// The assertion's identifier.
    package let assertionID: String
    /// Until when a copy could pass.
    package let replayableUntil: Timestamp
    /// The name.
    package let nameID: NameID?
    /// How the IdP names its session.
    package let sessionIndex: String?
    /// How the person signed in.
    package let contextClass: String?
    /// When.
    package let authenticatedAt: Timestamp?
    /// Every attribute.
    package let attributes: [SAMLAttribute]
    /// The one value of the attribute `email`.
    package let email: String?

    /// The person whom every good message is about.
    package static let alice = "alice@acme.example"

    init(_ content: AssertionContent) throws(SAMLError) {
        assertionID = content.assertionID
        replayableUntil = content.replayableUntil
        nameID = content.nameID
        sessionIndex = content.sessionIndex
        contextClass = content.authentication.acr
        authenticatedAt = content.authentication.authTime
        attributes = content.attributes
        email = try AttributeReader(content.attributes).single(AttributeName("email"))
    }

    /// Whether the message is about her and nobody else.
    package var isAlice: Bool { nameID?.value == Self.alice && email == Self.alice }

    /// The name and the attributes.
    package var description: String { "\(nameID?.value ?? "nobody") with \(attributes)" }
}
