import XMLSecurity

/// What the metadata that we write has in common.
enum MetadataText {
    /// A `KeyDescriptor` around a certificate.
    static func key(use: String, certificate: [UInt8], encryptionMethods: [String] = []) -> XMLText {
        let data = XMLText(
            "ds:X509Data", [], [XMLText("ds:X509Certificate", text: Base64.encode(certificate))])
        let methods = encryptionMethods.map { XMLText("md:EncryptionMethod", [("Algorithm", $0)]) }
        return XMLText("md:KeyDescriptor", [("use", use)], [XMLText("ds:KeyInfo", [], [data])] + methods)
    }

    /// An endpoint.
    static func endpoint(_ name: String, _ endpoint: IdentityProviderDescription.Endpoint) -> XMLText {
        XMLText(
            name,
            [
                ("Binding", endpoint.binding.uri), ("Location", endpoint.location),
                ("ResponseLocation", endpoint.responseLocation),
            ])
    }

    /// The declarations of the two prefixes, at the root, so that consoles that look for prefixes find them.
    static let namespaces: [(String, String?)] = [
        ("xmlns:md", SAMLURI.metadataNamespace), ("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#"),
    ]

    /// A document: the XML declaration, for consoles that guess the encoding without it.
    static func document(_ root: XMLText) -> [UInt8] {
        Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) + root.bytes
    }
}
