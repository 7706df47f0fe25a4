package import Broker
import Logging
import TrustDocuments
import XMLSecurity

extension IdentityProviderDescription.Key {
    /// The key's name for people: SHA-256 of its SubjectPublicKeyInfo.
    package var id: String { Fingerprint.sha256Hex(key.subjectPublicKeyInfo) }

    /// The key as the operator sees it.
    package var status: TrustStatus.Key {
        TrustStatus.Key(id: id, algorithm: "\(key.type.rawValue) \(key.bits)", notAfter: notAfter)
    }
}

/// What differs between two states of an IdP's keys; whoever may replace keys is watched doing it.
struct KeyChange: Hashable {
    let added: [String]
    let removed: [String]

    /// The difference; nil where there is none.
    init?(from old: IdentityProviderDescription, to new: IdentityProviderDescription) {
        let (before, after) = (old.signingKeys.map(\.id), new.signingKeys.map(\.id))
        added = after.filter { !before.contains($0) }
        removed = before.filter { !after.contains($0) }
        if added.isEmpty, removed.isEmpty { return nil }
    }

    /// Tells the operator.
    func log(to logger: Logger) {
        logger.notice(
            "the IdP's metadata has other signing keys than before",
            metadata: [
                "added": .array(added.map { .string($0) }), "removed": .array(removed.map { .string($0) }),
            ])
    }
}
