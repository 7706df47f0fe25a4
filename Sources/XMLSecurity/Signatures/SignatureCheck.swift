/// One check of the shape of a signature, as a value, so that a run can drop one and see a test fail.
///
/// xmlsec follows what SignedInfo asks for, within its lists. These checks come first and leave exactly one form: one
/// reference to the parent, two transforms, plain leaves.
package struct SignatureCheck: Sendable {
    /// What a check sees.
    package struct Context: Sendable {
        /// The `ds:Signature`.
        package let signature: XMLElement
        /// The element that it stands in and must cover.
        package let covered: XMLElement
        /// What may be signed with.
        package let policy: SignaturePolicy
    }

    /// The check's name.
    package let name: String
    /// The clause that it enforces.
    package let clause: String
    /// The id of the rule in the threat model.
    package let rule: String
    let run: @Sendable (Context) throws(XMLSecurityError) -> Void

    /// Every check, in order.
    package static let all: [SignatureCheck] = [
        .children, .signedInfo, .leaves, .canonicalization, .method, .reference, .digest,
    ]
}

extension SignatureCheck {
    /// XML Signature 4.1: SignedInfo, SignatureValue, KeyInfo and no Object; a second SignedInfo is the one that some
    /// other reader takes (CVE-2025-29774).
    static let children = SignatureCheck(
        name: "children", clause: "XML Signature 4.1", rule: "M4"
    ) { context throws(XMLSecurityError) in
        var rest = Array(context.signature.children)[...]
        guard rest.popFirst()?.isNamed(.signedInfo) == true, rest.popFirst()?.isNamed(.signatureValue) == true,
            rest.isEmpty || (rest.count == 1 && rest.first?.isNamed(.keyInfo) == true), !context.signature.isMixed
        else {
            throw XMLSecurityError(.signatureShape, "Signature holds other than SignedInfo, SignatureValue, KeyInfo")
        }
    }

    /// XML Signature 4.3: exactly one Reference, or it is not known what is covered; and no second Transforms.
    static let signedInfo = SignatureCheck(
        name: "signedInfo", clause: "XML Signature 4.3", rule: "M4"
    ) { context throws(XMLSecurityError) in
        let names: [XMLName] = [.canonicalizationMethod, .signatureMethod, .reference]
        guard let info = context.signature.first(.signedInfo), info.holds(names),
            info.first(.reference)?.holds([.transforms, .digestMethod, .digestValue]) == true
        else { throw XMLSecurityError(.signatureShape, "SignedInfo does not hold exactly one plain Reference") }
    }

    /// A comment or an element beside the digits lets two readers see two digests (CVE-2025-29775).
    static let leaves = SignatureCheck(
        name: "leaves", clause: "XML Signature 4.2, 4.3.3.6", rule: "M4"
    ) { context throws(XMLSecurityError) in
        for leaf in [context.digestValue, context.signature.first(.signatureValue)] {
            guard let leaf, !leaf.hasChildren, let text = leaf.text else {
                throw XMLSecurityError(.signatureLeaf, "DigestValue or SignatureValue is not plain text")
            }
            guard !(try Base64.decode(Array(text.utf8)).isEmpty) else {
                throw XMLSecurityError(.signatureEmpty, "DigestValue or SignatureValue is empty")
            }
        }
    }

    /// Exclusive canonicalization without comments and nothing else (SAML Core 5.4.3).
    static let canonicalization = SignatureCheck(
        name: "canonicalization", clause: "SAML Core 5.4.3", rule: "M6"
    ) { context throws(XMLSecurityError) in
        guard let method = context.signature.first(.signedInfo)?.first(.canonicalizationMethod),
            method.isExclusiveCanonicalization
        else {
            throw XMLSecurityError(.canonicalizationNotAllowed, "SignedInfo is not canonicalised by exc-c14n")
        }
    }

    /// The algorithm is one of the list, never what the message likes: no MAC, no truncation, no broken hash.
    static let method = SignatureCheck(
        name: "method", clause: "XML Signature 4.3.2", rule: "M8, M9"
    ) { context throws(XMLSecurityError) in
        guard let method = context.signature.first(.signedInfo)?.first(.signatureMethod), method.isEmptyElement,
            let algorithm = method.attribute("Algorithm").flatMap(SignatureAlgorithm.init),
            context.policy.allows(algorithm)
        else { throw XMLSecurityError(.signatureAlgorithmNotAllowed, "the signature algorithm is not one of the list") }
    }

    /// A good signature over a broken digest covers whatever collides with it, and the digest of no octets at all is what
    /// a failed canonicalisation leaves (CVE-2025-66568).
    static let digest = SignatureCheck(
        name: "digest", clause: "XML Signature 4.3.3.5, 4.3.3.6", rule: "M7, M8"
    ) { context throws(XMLSecurityError) in
        guard let method = context.oneReference?.first(.digestMethod), method.isEmptyElement,
            let uri = method.attribute("Algorithm"), context.policy.allowsDigest(uri)
        else { throw XMLSecurityError(.digestAlgorithmNotAllowed, "the digest algorithm is not one of the list") }
        let text = context.digestValue?.text ?? ""
        guard !emptyDigests.contains(try Base64.decode(Array(text.utf8))) else {
            throw XMLSecurityError(.digestOfNothing, "the digest is the one of no octets")
        }
    }

    /// The reference means the parent, and all of it.
    ///
    /// No whole document, no pointer, no file, no address; and no transform but enveloped-signature and exc-c14n, because
    /// any other decides what part is covered, or runs a program.
    static let reference = SignatureCheck(
        name: "reference", clause: "SAML Core 5.4.2, 5.4.4", rule: "M5, M6"
    ) { context throws(XMLSecurityError) in
        guard let id = context.covered.attribute("ID"), let uri = context.oneReference?.attribute("URI"),
            uri.utf8.elementsEqual("#\(id)".utf8)
        else {
            throw XMLSecurityError(
                .signatureCoversOtherElement, "the reference is not to the element that the signature stands in")
        }
        let steps = context.oneReference?.first(.transforms).map { Array($0.children) } ?? []
        guard steps.count == 2, steps.allSatisfy({ $0.isNamed(.transform) }), steps[0].isEmptyElement,
            steps[0].attribute("Algorithm", is: "http://www.w3.org/2000/09/xmldsig#enveloped-signature"),
            steps[1].isExclusiveCanonicalization
        else {
            throw XMLSecurityError(.transformNotAllowed, "the transforms are not enveloped-signature and exc-c14n")
        }
    }

    /// SHA-1, SHA-256, SHA-384 and SHA-512 of nothing.
    private static let emptyDigests: Set<[UInt8]> = Set(
        [
            "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/52bnKxFU6GIbY+Sl",
            "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        ].compactMap { try? Base64.decode(Array($0.utf8)) })
}

extension SignatureCheck.Context {
    var oneReference: XMLElement? { signature.first(.signedInfo)?.first(.reference) }
    var digestValue: XMLElement? { oneReference?.first(.digestValue) }
}

extension XMLElement {
    /// Whether the children are exactly these, in order, with no text beside them.
    func holds(_ names: [XMLName]) -> Bool {
        let children = Array(children)
        return !isMixed && children.count == names.count && zip(children, names).allSatisfy { $0.isNamed($1) }
    }

    /// Whether the element holds nothing: a parameter inside an algorithm's element changes the algorithm.
    var isEmptyElement: Bool { !hasChildren && text?.allSatisfy(\.isWhitespace) == true }

    /// exc-c14n without comments, with at most one InclusiveNamespaces of at most 20 prefixes.
    var isExclusiveCanonicalization: Bool {
        guard attribute("Algorithm", is: "http://www.w3.org/2001/10/xml-exc-c14n#"), !isMixed else { return false }
        let children = Array(children)
        guard let only = children.first else { return isEmptyElement }
        guard children.count == 1, only.isNamed(.inclusiveNamespaces), only.isEmptyElement,
            let prefixes = only.attribute("PrefixList")
        else { return false }
        return prefixes.split(separator: " ").count <= 20
    }
}

extension XMLName {
    static let signedInfo = XMLName(.dsig, "SignedInfo")
    static let signatureValue = XMLName(.dsig, "SignatureValue")
    static let keyInfo = XMLName(.dsig, "KeyInfo")
    static let canonicalizationMethod = XMLName(.dsig, "CanonicalizationMethod")
    static let signatureMethod = XMLName(.dsig, "SignatureMethod")
    static let reference = XMLName(.dsig, "Reference")
    static let transforms = XMLName(.dsig, "Transforms")
    static let transform = XMLName(.dsig, "Transform")
    static let digestMethod = XMLName(.dsig, "DigestMethod")
    static let digestValue = XMLName(.dsig, "DigestValue")
    static let inclusiveNamespaces = XMLName(.excC14N, "InclusiveNamespaces")
}
