package import XMLSecurity

/// An attribute before it is written (SAML Core 2.7.3.1).
package struct AttributeDraft: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Its values; none says that there are none.
    package var values: [String]

    /// An attribute.
    package init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }

    /// What kind of name it is (SAML Core 8.2).
    var format: String { name.contains(":") ? SAMLURI.uriNameFormat : SAMLURI.basicNameFormat }

    /// The element.
    ///
    /// Values are not typed: a type is a prefix in a value, which exclusive canonicalisation does not keep.
    package var xml: XMLText {
        XMLText(
            "saml:Attribute", [("Name", name), ("NameFormat", format)],
            values.map { XMLText("saml:AttributeValue", text: $0) })
    }
}

extension SAMLURI {
    fileprivate static let uriNameFormat = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
    fileprivate static let basicNameFormat = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
}
