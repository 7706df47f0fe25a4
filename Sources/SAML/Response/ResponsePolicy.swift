package import Broker
package import XMLSecurity

/// What must be signed for a Response to count.
package enum SignatureRequirement: String, Sendable, Codable, CaseIterable {
    /// The Response or the assertion.
    case either
    /// The Response.
    case response
    /// The assertion.
    case assertion
    /// Both.
    case both
}

/// What a connection takes, beside the keys.
package struct ResponsePolicy: Sendable, Hashable {
    /// What must be signed.
    package var requires: SignatureRequirement
    /// What it may be signed with.
    package var signature: SignaturePolicy
    /// What it may be encrypted with.
    package var encryption: EncryptionPolicy

    /// Either signed, nothing weak.
    package static let standard = ResponsePolicy(requires: .either, signature: .standard, encryption: .standard)

    /// A policy.
    package init(requires: SignatureRequirement, signature: SignaturePolicy, encryption: EncryptionPolicy) {
        self.requires = requires
        self.signature = signature
        self.encryption = encryption
    }
}

/// A dated permission for something weak; it ends by itself.
package struct WeakAlgorithms: Sendable, Hashable {
    /// Until when SHA-1 signatures and digests count.
    package var sha1: Timestamp?
    /// Until when AES-CBC is opened inside a signed Response.
    package var aesCBC: Timestamp?
    /// Until when AES-CBC is opened around a signed assertion as well.
    package var aesCBCUnsigned: Timestamp?
    /// Until when RSAES-PKCS1-v1_5 is opened.
    package var rsa15: Timestamp?

    /// None.
    package static let none = WeakAlgorithms()

    /// Permissions.
    package init(
        sha1: Timestamp? = nil, aesCBC: Timestamp? = nil, aesCBCUnsigned: Timestamp? = nil, rsa15: Timestamp? = nil
    ) {
        self.sha1 = sha1
        self.aesCBC = aesCBC
        self.aesCBCUnsigned = aesCBCUnsigned
        self.rsa15 = rsa15
    }

    /// The policy at a moment.
    package func policy(_ requires: SignatureRequirement, at now: Timestamp) -> ResponsePolicy {
        let holds = { (until: Timestamp?) in until.map { now < $0 } ?? false }
        return ResponsePolicy(
            requires: requires, signature: SignaturePolicy(allowsSHA1: holds(sha1)),
            encryption: EncryptionPolicy(
                allowsCBC: holds(aesCBC), allowsRSA15: holds(rsa15), allowsUnsignedCBC: holds(aesCBCUnsigned)))
    }
}
