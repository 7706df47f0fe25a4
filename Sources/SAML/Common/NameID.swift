import TrustDocuments
package import XMLSecurity

/// A person's name at an IdP, with the qualifiers that make it one person's (SAML Core 2.2.2).
package struct NameID: Sendable, Hashable, Codable {
    /// The identifier, octet for octet.
    package var value: String
    /// Its format; absent means unspecified.
    package var format: String?
    /// Who assigned it.
    package var nameQualifier: String?
    /// For whom it was assigned.
    package var spNameQualifier: String?

    /// A name.
    package init(
        _ value: String, format: String? = nil, nameQualifier: String? = nil, spNameQualifier: String? = nil
    ) {
        self.value = value
        self.format = format
        self.nameQualifier = nameQualifier
        self.spNameQualifier = spNameQualifier
    }

    /// Reads an element; nil where its text is not plain or empty (M18).
    package init?(_ element: XMLElement) {
        guard !element.hasChildren, let value = element.text, !value.isEmpty, value.utf8.count <= 1024 else {
            return nil
        }
        self.init(
            value, format: element.attribute("Format"), nameQualifier: element.attribute("NameQualifier"),
            spNameQualifier: element.attribute("SPNameQualifier"))
    }

    /// The element.
    package var xml: XMLText {
        XMLText(
            "saml:NameID",
            [
                ("xmlns:saml", SAMLURI.assertionNamespace), ("NameQualifier", nameQualifier),
                ("SPNameQualifier", spNameQualifier), ("Format", format),
            ], text: value)
    }

    /// One text for one name: what sessions are found by when the IdP ends them.
    ///
    /// A hash, so that it is one short text and does not stand in the clear.
    ///
    /// Absent qualifiers are those that SAML Core 8.3.7 lets a sender leave out: the IdP and the SP themselves.
    package func principal(idp: String, sp: String) -> String {
        let parts = [value, format ?? SAMLURI.unspecifiedFormat, nameQualifier ?? idp, spNameQualifier ?? sp]
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return Fingerprint.sha256Hex(text.utf8)
    }
}
