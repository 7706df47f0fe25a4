// SPDX-License-Identifier: Apache-2.0

package import XMLSecurity

/// How one product writes its messages: what it signs, encrypts, names, and how it spells it.
package struct SAMLProfile: Sendable {
    /// What carries a signature.
    package enum SignedPart: String, Sendable, CaseIterable { case response, assertion, both }

    /// How the assertion is encrypted.
    package struct Encryption: Sendable {
        package var cipher: ContentCipher
        package var transport: KeyTransport
        package var digest: DigestName
        package var maskDigest: DigestName
        /// The key stands beside the data instead of inside it.
        package var putsKeyBeside: Bool

        /// A way to encrypt.
        package init(
            _ cipher: ContentCipher, _ transport: KeyTransport = .oaepMGF1P, digest: DigestName = .sha1,
            maskDigest: DigestName = .sha1, putsKeyBeside: Bool = false
        ) {
            self.cipher = cipher
            self.transport = transport
            self.digest = digest
            self.maskDigest = maskDigest
            self.putsKeyBeside = putsKeyBeside
        }
    }

    /// What the NameID says.
    package enum NameIDForm: Sendable {
        /// The e-mail address.
        case email
        /// Opaque, the same at every login.
        case persistent
        /// Opaque, another at every login.
        case transient
        /// The user name, with the format left unspecified.
        case userName
    }

    /// The name of an attribute.
    package struct AttributeName: Sendable {
        package var name: String
        package var format: String?
        package var friendlyName: String?

        /// A name.
        package init(_ name: String, format: String? = nil, friendlyName: String? = nil) {
            self.name = name
            self.format = format
            self.friendlyName = friendlyName
        }
    }

    /// Its name, as in `okta`.
    package var name: String
    package var signs: SignedPart
    package var algorithm: SignatureAlgorithm
    /// KeyInfo holds the certificate.
    package var sendsCertificate: Bool
    /// Attribute values are typed.
    package var typesValues: Bool
    /// Signatures keep the type's prefix (`InclusiveNamespaces`), as OpenSAML has them do.
    package var keepsTypePrefix: Bool
    /// Nil leaves the assertion plain.
    package var encryption: Encryption?
    package var nameID: NameIDForm
    /// NameID carries NameQualifier and SPNameQualifier.
    package var qualifiesNameID: Bool
    package var email: AttributeName
    package var personName: AttributeName
    package var groups: AttributeName
    /// What the product says besides, and nobody asked for.
    package var further: [(AttributeName, String)]
    package var contextClass: String
    /// Times have a fraction of a second.
    package var writesFractions: Bool
    /// A second audience beside the SP, as an alternative.
    package var secondAudience: String?
    /// The confirmation names the browser's address.
    package var writesAddress: Bool
    package var vocabulary: SAMLVocabulary

    /// The plainest way: assertion signed, everything named by itself.
    package init(
        _ name: String, signs: SignedPart = .assertion, algorithm: SignatureAlgorithm = .rsaSHA256,
        sendsCertificate: Bool = true, typesValues: Bool = false, keepsTypePrefix: Bool = false,
        encryption: Encryption? = nil,
        nameID: NameIDForm = .persistent, qualifiesNameID: Bool = false, email: AttributeName = .init("email"),
        personName: AttributeName = .init("name"), groups: AttributeName = .init("groups"),
        further: [(AttributeName, String)] = [], contextClass: String = Self.passwordProtected,
        writesFractions: Bool = false, secondAudience: String? = nil, writesAddress: Bool = false,
        vocabulary: SAMLVocabulary = .init()
    ) {
        self.name = name
        self.signs = signs
        self.algorithm = algorithm
        self.sendsCertificate = sendsCertificate
        self.typesValues = typesValues
        self.keepsTypePrefix = keepsTypePrefix
        self.encryption = encryption
        self.nameID = nameID
        self.qualifiesNameID = qualifiesNameID
        self.email = email
        self.personName = personName
        self.groups = groups
        self.further = further
        self.contextClass = contextClass
        self.writesFractions = writesFractions
        self.secondAudience = secondAudience
        self.writesAddress = writesAddress
        self.vocabulary = vocabulary
    }

    package static let passwordProtected = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    package static let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
}
