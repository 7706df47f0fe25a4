import CXMLSec

/// What was signed: a document of its own, parsed from the octets that were hashed.
///
/// There is no other way to make one than to verify.
package struct SignedElement: Sendable {
    /// The signed element, without its signature, as the root of its own document.
    package let element: XMLElement
    /// The key that verified.
    package let key: PublicKey

    fileprivate init(element: XMLElement, key: PublicKey) {
        self.element = element
        self.key = key
    }
}

/// Verifies enveloped signatures with pinned keys.
package struct SignatureVerifier: Sendable {
    private let keys: [PublicKey]
    private let policy: SignaturePolicy
    private let checks: [SignatureCheck]

    /// A verifier; there is none without a key, so that a missing certificate never means "unsigned will do"
    /// (CVE-2020-2021, CVE-2026-28323).
    ///
    /// - Throws: `no_key_configured`.
    package init(
        keys: [PublicKey], policy: SignaturePolicy, checks: [SignatureCheck] = SignatureCheck.all
    ) throws(XMLSecurityError) {
        guard !keys.isEmpty else { throw XMLSecurityError(.noKey, "no signing key is configured") }
        self.keys = keys
        self.policy = policy
        self.checks = checks
    }

    /// Verifies the signature that stands in an element and covers it.
    ///
    /// - Returns: What was hashed, parsed anew under the limits of the element's document.
    /// - Throws: The first check that refuses; `signature_invalid` where no key verifies.
    package func verify(_ element: XMLElement) throws(XMLSecurityError) -> SignedElement {
        guard let signature = element.only(.signature) else {
            throw XMLSecurityError(.signatureMissing, "the element holds no signature, or more than one")
        }
        let context = SignatureCheck.Context(signature: signature, covered: element, policy: policy)
        for check in checks { try check.run(context) }
        // What is no NCName could be more than a name where xmlsec makes a pointer of it.
        guard let id = element.attribute("ID"), IdentifierCheck.isNCName(id) else {
            throw XMLSecurityError(.signatureCoversOtherElement, "the element has no ID that a reference can name")
        }
        let algorithm = try algorithm(of: signature)
        let (octets, key) = try hashed(element, signature, id, algorithm)
        let document = try XMLDocument(parsing: octets, limits: element.document.limits)
        try IdentifierCheck.run(document)
        guard document.root.isSame(as: element), document.root.attribute("ID", is: id) else {
            throw XMLSecurityError(.signatureCoversOtherElement, "what was hashed is another element")
        }
        return SignedElement(element: document.root, key: key)
    }

    /// The message may choose among the algorithms of the list; here its choice is pinned before any key sees it.
    private func algorithm(of signature: XMLElement) throws(XMLSecurityError) -> SignatureAlgorithm {
        let method = signature.first(.signedInfo)?.first(.signatureMethod)?.attribute("Algorithm")
        guard let algorithm = method.flatMap(SignatureAlgorithm.init), policy.allows(algorithm) else {
            throw XMLSecurityError(.signatureAlgorithmNotAllowed, "the signature algorithm is not one of the list")
        }
        return algorithm
    }

    private func hashed(
        _ element: XMLElement, _ signature: XMLElement, _ id: String, _ algorithm: SignatureAlgorithm
    ) throws(XMLSecurityError) -> ([UInt8], PublicKey) {
        let key = try signer(among: usableKeys(for: algorithm), signature, algorithm)
        let algorithms = algorithm.bit | (policy.allowsSHA1 ? UInt32(VX_RSA_SHA1) : 0)
        let octets = try element.document.withTree { tree throws(XMLSecurityError) in
            try vx_bytes.filled {
                vx_document_verify(
                    tree, signature.position, element.position, id, key.handle, algorithms, $0)
            }
        }
        return (octets, key)
    }

    /// Which of several keys signed, by SignedInfo alone: hashing the element for each would let a large message that is
    /// signed by none cost as much as there are keys.
    ///
    /// It only chooses; the one that is chosen verifies like an only one.
    private func signer(
        among keys: [PublicKey], _ signature: XMLElement, _ algorithm: SignatureAlgorithm
    ) throws(XMLSecurityError) -> PublicKey {
        if keys.count == 1 { return keys[0] }
        let octets = try signature.document.withTree { tree throws(XMLSecurityError) in
            try vx_bytes.filled { vx_document_signed_info(tree, signature.position, $0) }
        }
        let value = try Base64.decode(Array((signature.first(.signatureValue)?.text ?? "").utf8))
        let signer = keys.first {
            vx_verify($0.handle, algorithm.bit, octets, octets.count, value, value.count) == VX_OK
        }
        guard let signer else {
            throw XMLSecurityError(.signatureInvalid, "the signature does not verify under a configured key")
        }
        return signer
    }

    private func usableKeys(for algorithm: SignatureAlgorithm) throws(XMLSecurityError) -> [PublicKey] {
        let ofType = keys.filter { $0.type == algorithm.keyType }
        let long = ofType.filter(policy.allows)
        guard !long.isEmpty || ofType.isEmpty else {
            throw XMLSecurityError(.keyTooShort, "the configured key is shorter than \(policy.minimumRSABits) bits")
        }
        return long
    }
}

extension XMLElement {
    /// Whether two elements have the same name.
    fileprivate func isSame(as other: XMLElement) -> Bool {
        localName == other.localName && namespace == other.namespace
    }
}
