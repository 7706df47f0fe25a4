package import XMLSecurity

/// Our metadata as an SP, which the IdP's operator imports (SAML Metadata 2.4.4).
///
/// Equal values give equal octets, so that a published document changes only when what it says does.
package struct ServiceProviderMetadata: Sendable, Hashable {
    /// Our name.
    package var entityID: String
    /// Where Responses are posted to.
    package var acsURL: String
    /// Where logout messages go, with both bindings; nil where there is no logout.
    package var logoutURL: String?
    /// Certificates (DER) of the keys that we sign with: the current one, then the next.
    package var signingCertificates: [[UInt8]]
    /// Certificates (DER) of the keys that we decrypt with: the current one, then the next.
    package var encryptionCertificates: [[UInt8]]
    /// The NameID format that we ask for.
    package var nameIDFormat: String?
    /// Whether every AuthnRequest is signed.
    package var signsRequests = true
    /// Whether each Assertion must be signed itself.
    package var wantsSignedAssertions = true

    /// Metadata.
    package init(
        entityID: String, acsURL: String, logoutURL: String? = nil, signingCertificates: [[UInt8]],
        encryptionCertificates: [[UInt8]] = [], nameIDFormat: String? = nil
    ) {
        self.entityID = entityID
        self.acsURL = acsURL
        self.logoutURL = logoutURL
        self.signingCertificates = signingCertificates
        self.encryptionCertificates = encryptionCertificates
        self.nameIDFormat = nameIDFormat
    }

    /// Certificates for keys of ours, in order; those for encryption are of RSA keys only.
    package static func certificates(
        for keys: [PrivateKey], commonName: String
    ) throws(XMLSecurityError) -> [[UInt8]] {
        var certificates: [[UInt8]] = []
        for key in keys { certificates.append(try Certificate.selfSigned(for: key, commonName: commonName)) }
        return certificates
    }

    /// The document.
    package func document() -> [UInt8] {
        MetadataText.document(
            XMLText("md:EntityDescriptor", MetadataText.namespaces + [("entityID", entityID)], [role]))
    }

    private var role: XMLText {
        XMLText(
            "md:SPSSODescriptor",
            [
                ("AuthnRequestsSigned", "\(signsRequests)"), ("WantAssertionsSigned", "\(wantsSignedAssertions)"),
                ("protocolSupportEnumeration", SAMLURI.protocolNamespace),
            ], keys + logout + [nameIDFormat.map { XMLText("md:NameIDFormat", text: $0) }, assertionConsumer])
    }

    private var keys: [XMLText] {
        signingCertificates.map { MetadataText.key(use: "signing", certificate: $0) }
            + encryptionCertificates.map {
                MetadataText.key(use: "encryption", certificate: $0, encryptionMethods: Self.encryptionMethods)
            }
    }

    private var logout: [XMLText] {
        guard let logoutURL else { return [] }
        return [.redirect, .post].map {
            MetadataText.endpoint("md:SingleLogoutService", .init(binding: $0, location: logoutURL))
        }
    }

    private var assertionConsumer: XMLText {
        XMLText(
            "md:AssertionConsumerService",
            [
                ("Binding", SAMLURI.postBinding), ("Location", acsURL), ("index", "0"), ("isDefault", "true"),
            ])
    }

    /// What we decrypt without an exception, best first: an IdP takes the first that it knows (SAML Metadata 2.4.1.1).
    private static let encryptionMethods = [
        ContentCipher.aes256GCM.rawValue, ContentCipher.aes128GCM.rawValue, KeyTransport.oaepMGF1P.rawValue,
        KeyTransport.oaep.rawValue,
    ]
}
