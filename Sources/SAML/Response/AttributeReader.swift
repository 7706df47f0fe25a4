package import Broker

/// Which attribute is meant: by name, and by format where one is said.
package struct AttributeName: Sendable, Hashable {
    /// The attribute's name.
    package var name: String
    /// Its format; nil takes any.
    package var format: String?

    /// A name.
    package init(_ name: String, format: String? = nil) {
        self.name = name
        self.format = format
    }

    /// Octet for octet; an absent format is the unspecified one (SAML Core 2.7.3.1).
    func matches(_ attribute: SAMLAttribute) -> Bool {
        guard attribute.name.isSameText(as: name) else { return false }
        guard let format else { return true }
        let said = attribute.format ?? "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
        return said.isSameText(as: format)
    }
}

/// Reads identity attributes, each of which has exactly one value or none.
package struct AttributeReader: Sendable {
    private let attributes: [SAMLAttribute]

    /// A reader over what an assertion says.
    package init(_ attributes: [SAMLAttribute]) { self.attributes = attributes }

    /// The one value of an identity attribute; nil where the attribute is absent.
    ///
    /// Said twice, or with two values, it is refused: another reader would take the other one (M19).
    ///
    /// - Throws: `attribute_ambiguous`, `attribute_malformed`.
    package func single(_ name: AttributeName) throws(SAMLError) -> String? {
        let said = attributes.filter(name.matches)
        guard let attribute = said.first else { return nil }
        guard said.count == 1, attribute.values.count == 1 else {
            throw SAMLError("attribute_ambiguous", "an identity attribute is said twice, or has not exactly one value")
        }
        guard let value = attribute.values[0], !value.isEmpty else {
            throw SAMLError("attribute_malformed", "the value of an identity attribute is empty or not plain text")
        }
        return value
    }

    /// Every value of a list attribute; nil where the attribute is absent, empty where it is there without values.
    ///
    /// - Throws: `attribute_malformed` where a value is not plain text: a list that lost one is not complete.
    package func list(_ name: AttributeName) throws(SAMLError) -> [String]? {
        let said = attributes.filter(name.matches)
        guard !said.isEmpty else { return nil }
        let values = said.flatMap(\.values)
        let texts = values.compactMap { $0 }
        guard texts.count == values.count else {
            throw SAMLError("attribute_malformed", "a value of a list attribute is not plain text")
        }
        return texts.filter { !$0.isEmpty }
    }

    /// Everything that was said, for the attribute mapping.
    package var claims: [Claim] {
        attributes.map { Claim($0.name, nameFormat: $0.format, values: $0.values.compactMap { $0 }, from: .assertion) }
    }
}
