/// The key-encryption key that seals, and the earlier ones that still open, so that the secret can be changed while
/// values sealed under the old one rest in the store.
package struct SealingKeys: Sendable {
    private let current: KeyEncryptionKey
    private let previous: [KeyEncryptionKey]

    /// Seals with `current`, opens with all.
    package init(current: KeyEncryptionKey, previous: [KeyEncryptionKey] = []) {
        self.current = current
        self.previous = previous
    }

    /// Seals octets with the current key.
    package func seal(
        _ bytes: [UInt8], purpose: String, associatedData: [UInt8] = [],
        random: (Int) -> [UInt8] = RandomBytes.system
    ) throws(JOSEError) -> [UInt8] {
        try current.seal(bytes, purpose: purpose, associatedData: associatedData, random: random)
    }

    /// Opens a value with the key that its id names.
    package func open(
        _ sealed: [UInt8], purpose: String, associatedData: [UInt8] = []
    ) throws(JOSEError) -> [UInt8] {
        let id = try KeyEncryptionKey.keyID(of: sealed)
        guard let key = ([current] + previous).first(where: { $0.id == id }) else {
            throw JOSEError(.sealedByUnknownKey)
        }
        return try key.open(sealed, purpose: purpose, associatedData: associatedData)
    }
}
