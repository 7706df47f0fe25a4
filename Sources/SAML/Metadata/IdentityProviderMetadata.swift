package import Broker
package import XMLSecurity

/// Metadata of an IdP, written: where we are one, and where a test needs one.
package struct IdentityProviderMetadata: Sendable, Hashable {
    /// Its name.
    package var entityID: String
    /// Certificates (DER) of the keys that it signs with.
    package var signingCertificates: [[UInt8]]
    /// Where AuthnRequests go.
    package var singleSignOn: [IdentityProviderDescription.Endpoint]
    /// Where logout messages go.
    package var singleLogout: [IdentityProviderDescription.Endpoint]
    /// The NameID formats that it offers.
    package var nameIDFormats: [String] = []
    /// Whether it takes only signed AuthnRequests.
    package var wantsSignedRequests = false
    /// Until when the document may be used.
    package var validUntil: Timestamp?

    /// Metadata.
    package init(
        entityID: String, signingCertificates: [[UInt8]], singleSignOn: [IdentityProviderDescription.Endpoint],
        singleLogout: [IdentityProviderDescription.Endpoint] = [], validUntil: Timestamp? = nil
    ) {
        self.entityID = entityID
        self.signingCertificates = signingCertificates
        self.singleSignOn = singleSignOn
        self.singleLogout = singleLogout
        self.validUntil = validUntil
    }

    /// The document, unsigned.
    package func document() -> [UInt8] { MetadataText.document(root(id: nil)) }

    /// The document, signed as a whole; `id` is an NCName for its root.
    package func document(signedBy maker: SignatureMaker, id: String) throws(XMLSecurityError) -> [UInt8] {
        try maker.sign(root(id: id).bytes, id: id)
    }

    private func root(id: String?) -> XMLText {
        XMLText(
            "md:EntityDescriptor",
            MetadataText.namespaces + [
                ("ID", id), ("entityID", entityID), ("validUntil", validUntil.map(SAMLTime.text)),
            ], [role])
    }

    private var role: XMLText {
        XMLText(
            "md:IDPSSODescriptor",
            [
                ("WantAuthnRequestsSigned", "\(wantsSignedRequests)"),
                ("protocolSupportEnumeration", SAMLURI.protocolNamespace),
            ],
            signingCertificates.map { MetadataText.key(use: "signing", certificate: $0) }
                + singleLogout.map { MetadataText.endpoint("md:SingleLogoutService", $0) }
                + nameIDFormats.map { XMLText("md:NameIDFormat", text: $0) }
                + singleSignOn.map { MetadataText.endpoint("md:SingleSignOnService", $0) })
    }
}
