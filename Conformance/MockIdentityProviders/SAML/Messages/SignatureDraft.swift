// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import XMLSecurity

/// An enveloped XML signature in the making: every part can still be spoilt.
struct SignatureDraft: Sendable {
    /// One `ds:Reference`.
    struct Reference: Sendable {
        var uri: String
        var transforms: [XMLText]
        var digestMethod = "http://www.w3.org/2001/04/xmlenc#sha256"
        /// What stands in `DigestValue`, as written.
        var digestValue: [UInt8]
    }

    var vocabulary: SAMLVocabulary
    var references: [Reference]
    var canonicalization = Self.exclusive
    /// The method that SignedInfo names; what is signed with may be another.
    var methodURI: String
    /// Prefixes that canonicalisation keeps where they are not visibly used.
    var inclusivePrefixes: [String] = []
    /// DER for KeyInfo.
    var certificate: [UInt8]?
    /// What stands in KeyInfo instead of the certificate.
    var keyInfo: XMLText?
    /// What stands in front of the real SignedInfo.
    var decoy: XMLText?
    /// What stands after everything else.
    var tail: [XMLText] = []

    static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

    /// A signature over an element as written, which has not one yet.
    init(
        over element: XMLText, id: String, vocabulary: SAMLVocabulary, algorithm: SignatureAlgorithm,
        inclusivePrefixes: [String] = [], certificate: [UInt8]? = nil
    ) throws {
        self.vocabulary = vocabulary
        self.inclusivePrefixes = inclusivePrefixes
        self.certificate = certificate
        methodURI = algorithm.rawValue
        let octets = try Self.canonical(element, keeping: inclusivePrefixes)
        references = []
        references = [
            Reference(
                uri: "#\(id)", transforms: [transform(Self.enveloped), exclusiveTransform],
                digestValue: Array(Base64.encode(Digests.sha256(octets)).utf8))
        ]
    }

    /// The element, signed.
    func xml(key: PrivateKey, algorithm: SignatureAlgorithm) throws -> XMLText {
        xml(value: try key.sign(try signedOctets(), with: algorithm))
    }

    /// What the signature value is made of.
    func signedOctets() throws -> [UInt8] { try Self.canonical(signedInfo) }

    /// The element under any value at all.
    func xml(value: [UInt8]) -> XMLText {
        XMLText(
            vocabulary.ds("Signature"), [vocabulary.declaresSignature],
            [decoy, signedInfo, XMLText(vocabulary.ds("SignatureValue"), text: Base64.encode(value)), keyInfoElement]
                + tail)
    }

    /// SignedInfo as a document of its own.
    var signedInfo: XMLText {
        XMLText(
            vocabulary.ds("SignedInfo"), [vocabulary.declaresSignature],
            [
                XMLText(vocabulary.ds("CanonicalizationMethod"), [("Algorithm", canonicalization)]),
                XMLText(vocabulary.ds("SignatureMethod"), [("Algorithm", methodURI)]),
            ] + references.map(reference))
    }

    func transform(_ algorithm: String, _ content: [XMLText] = []) -> XMLText {
        XMLText(vocabulary.ds("Transform"), [("Algorithm", algorithm)], content)
    }

    private var exclusiveTransform: XMLText {
        let list = XMLText(
            "ec:InclusiveNamespaces",
            [("xmlns:ec", Self.exclusive), ("PrefixList", inclusivePrefixes.joined(separator: " "))])
        return transform(Self.exclusive, inclusivePrefixes.isEmpty ? [] : [list])
    }

    private func reference(_ reference: Reference) -> XMLText {
        XMLText(
            vocabulary.ds("Reference"), [("URI", reference.uri)],
            [
                XMLText(vocabulary.ds("Transforms"), [], reference.transforms),
                XMLText(vocabulary.ds("DigestMethod"), [("Algorithm", reference.digestMethod)]),
                XMLText(vocabulary.ds("DigestValue"), [], [XMLText(written: reference.digestValue)]),
            ])
    }

    private var keyInfoElement: XMLText? {
        if let keyInfo { return XMLText(vocabulary.ds("KeyInfo"), [], [keyInfo]) }
        guard let certificate else { return nil }
        return XMLText(vocabulary.ds("KeyInfo"), [], [x509(certificate)])
    }

    /// `X509Data` with one certificate.
    func x509(_ certificate: [UInt8]) -> XMLText {
        XMLText(
            vocabulary.ds("X509Data"), [],
            [XMLText(vocabulary.ds("X509Certificate"), text: Base64.encode(certificate))])
    }

    /// Exclusive canonical octets; prefixes to keep are declared on the outermost element, where ours are written.
    static func canonical(_ element: XMLText, keeping prefixes: [String] = []) throws -> [UInt8] {
        let octets = try XMLDocument(parsing: element.bytes, limits: .metadata).root.canonicalOctets()
        guard prefixes == ["xs"] else { return octets }
        let text = String(decoding: octets, as: UTF8.self)
        // The only other declaration of the outermost element is SAML's, whose prefix sorts before `xs`.
        guard let first = text.range(of: "\" ") else { return octets }
        let kept = "\" xmlns:xs=\"\(SAMLVocabulary.schemaNamespace)\" "
        return Array(text.replacingCharacters(in: first, with: kept).utf8)
    }
}
