package import XMLSecurity

/// From octets to a Response whose signatures hold.
///
/// Nothing is read before it is parsed, nothing is parsed twice by two parsers, and after each verification the way goes
/// on only in the tree of the octets that were hashed ("see what is signed"; CVE-2025-54419, CVE-2025-54369).
package struct ResponseReader: Sendable {
    /// What was read.
    package enum Outcome: Sendable {
        /// An assertion that is signed, or inside what is.
        case verified(VerifiedResponse)
        /// The IdP's no; it vouches for nobody, so nothing is lost where it is not signed.
        case failed(FailedResponse)
    }

    private let keys: [PublicKey]
    private let decryptionKeys: [PrivateKey]
    private let policy: ResponsePolicy
    private let signatureChecks: [SignatureCheck]
    private let steps: Set<Step>

    /// One step that is a check of its own, so that a run can drop one and see a test fail.
    package enum Step: String, Sendable, CaseIterable {
        /// Identifiers are unique and have one name (M3).
        case identifiers
        /// Everything stands in its place (M1).
        case structure
        /// A signature that is there verifies (M23).
        case everySignature
        /// Something is signed (M2, M24).
        case someSignature
        /// What the connection wants signed is.
        case requirement
        /// A status other than Success brings no assertion that counts (M17).
        case status
    }

    /// A reader.
    ///
    /// - Parameters:
    ///   - keys: The IdP's signing keys; never empty.
    ///   - decryptionKeys: Ours, current one first.
    package init(
        keys: [PublicKey], decryptionKeys: [PrivateKey], policy: ResponsePolicy,
        signatureChecks: [SignatureCheck] = SignatureCheck.all, steps: Set<Step> = Set(Step.allCases)
    ) {
        self.keys = keys
        self.decryptionKeys = decryptionKeys
        self.policy = policy
        self.signatureChecks = signatureChecks
        self.steps = steps
    }

    /// Reads a message.
    ///
    /// - Throws: The first rule that refuses.
    package func read(_ octets: [UInt8]) throws(SAMLError) -> Outcome {
        let envelope = try parse(octets, .response)
        let isFailure = try isFailure(envelope)
        let isResponseSigned = envelope.first(.signature) != nil
        let outer = isResponseSigned ? try signedElement(envelope) : nil
        let response = outer?.element ?? envelope
        guard !isFailure else {
            return .failed(
                FailedResponse(
                    response: response, isSigned: isResponseSigned, status: FailedStatus(response.first(.status))))
        }
        if isResponseSigned, steps.contains(.structure) { try MessageStructure.response.check(response) }
        let (carried, wasEncrypted) = try carriedAssertion(of: response, isSigned: isResponseSigned)
        let isAssertionSigned = carried.first(.signature) != nil
        let verifies = steps.contains(.everySignature) || !isResponseSigned
        let inner = isAssertionSigned && verifies ? try signedElement(carried) : nil
        let verified = VerifiedResponse(
            response: response, isResponseSigned: isResponseSigned, assertion: inner?.element ?? carried,
            isAssertionSigned: isAssertionSigned, wasEncrypted: wasEncrypted, key: inner?.key ?? outer?.key)
        try requireSignatures(verified)
        return .verified(verified)
    }

    // MARK: Parsing

    private func parse(_ octets: [UInt8], _ structure: MessageStructure) throws(SAMLError) -> XMLElement {
        let document = try refusing { () throws(XMLSecurityError) in
            let document = try XMLDocument(parsing: octets, limits: .message)
            if steps.contains(.identifiers) { try IdentifierCheck.run(document) }
            return document
        }
        if steps.contains(.structure) { try structure.check(document.root) }
        return document.root
    }

    /// SAML Core 3.2.2.2: anything but Success is a failure, whatever else the message holds.
    private func isFailure(_ envelope: XMLElement) throws(SAMLError) -> Bool {
        let status = envelope.first(.status)
        let holdsAssertion = envelope.first(.assertion) != nil || envelope.first(.encryptedAssertion) != nil
        guard status?.first(.statusCode)?.attribute("Value", is: SAMLURI.success) == true else {
            guard holdsAssertion else { return true }
            guard !steps.contains(.status) else {
                throw SAMLError("status_not_success", "the Response carries an assertion and a status of failure")
            }
            return false
        }
        guard holdsAssertion else { throw SAMLError("assertion_missing", "the Response carries no assertion") }
        return false
    }

    // MARK: The assertion

    /// The one assertion of a Response, decrypted where it is encrypted.
    ///
    /// The ciphertext comes from signed octets where the Response is signed. The plaintext is a new document under the
    /// same rules and is never put into the old tree (SAML Core 6.1 would have it so; CVE-2024-4985, CVE-2026-2092).
    private func carriedAssertion(
        of response: XMLElement, isSigned: Bool
    ) throws(SAMLError) -> (XMLElement, wasEncrypted: Bool) {
        guard let encrypted = response.first(.encryptedAssertion) else {
            guard let assertion = response.first(.assertion) else {
                throw SAMLError("assertion_missing", "the signed Response carries no assertion")
            }
            return (assertion, false)
        }
        let plain = try refusing { () throws(XMLSecurityError) in
            try Decryptor(keys: decryptionKeys, policy: policy.encryption).decrypt(encrypted, isSigned: isSigned)
        }
        let assertion = try parse(plain, .assertion)
        guard !assertion.attribute("ID", is: response.attribute("ID") ?? "") else {
            throw SAMLError("id_duplicate", "the decrypted assertion has the identifier of its Response")
        }
        return (assertion, true)
    }

    // MARK: Signatures

    private func signedElement(_ element: XMLElement) throws(SAMLError) -> SignedElement {
        try refusing { () throws(XMLSecurityError) in
            try SignatureVerifier(keys: keys, policy: policy.signature, checks: signatureChecks).verify(element)
        }
    }

    private func requireSignatures(_ verified: VerifiedResponse) throws(SAMLError) {
        guard verified.isResponseSigned || verified.isAssertionSigned || !steps.contains(.someSignature) else {
            throw SAMLError("signature_missing", "neither the Response nor the assertion is signed")
        }
        let isEnough =
            switch policy.requires {
            case .either: true
            case .response: verified.isResponseSigned
            case .assertion: verified.isAssertionSigned
            case .both: verified.isResponseSigned && verified.isAssertionSigned
            }
        guard isEnough || !steps.contains(.requirement) else {
            throw SAMLError(
                "signature_requirement_not_met", "the connection requires a signature on: \(policy.requires.rawValue)")
        }
    }
}
