import XMLSecurity

/// Metadata that vouches for itself: signed as a whole by a key that was pinned beforehand.
enum MetadataSignature {
    /// Verifies the root's signature (SAML Metadata 3).
    ///
    /// Nothing outside the root is there to be taken for signed, and a signature further inside does not count. The
    /// certificate that the document brings along is never looked at: it vouches for nobody.
    ///
    /// - Returns: The root as it was hashed.
    static func verify(_ root: XMLElement, by key: PublicKey) throws(SAMLError) -> XMLElement {
        try refusing { () throws(XMLSecurityError) in
            try SignatureVerifier(keys: [key], policy: .standard).verify(root).element
        }
    }
}
