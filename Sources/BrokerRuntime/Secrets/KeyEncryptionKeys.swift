import Broker
import JOSE

/// The keys that seal what rests in the store.
package enum KeyEncryptionKeys {
    /// The text of a new key: 32 random octets.
    package static func generateText() -> String { KeyEncryptionKey.generateText() }

    /// The present key with the earlier ones.
    static func keyring(
        _ configuration: ServerConfiguration, with secrets: SecretSource
    ) throws(SettingsError) -> SealingKeys {
        var previous: [KeyEncryptionKey] = []
        for reference in configuration.previousKEKs { previous.append(try open(reference, with: secrets)) }
        return SealingKeys(current: try open(configuration.kek, with: secrets), previous: previous)
    }

    /// One key: 32 octets that look random.
    static func open(_ reference: SecretReference, with secrets: SecretSource) throws(SettingsError) -> KeyEncryptionKey
    {
        let secret: Secret<String>
        do throws(SettingsError) {
            secret = try secrets.value(of: reference)
        } catch {
            throw SettingsError(at: [], "\(error.description); `vestibule kek generate` makes one")
        }
        do {
            return try KeyEncryptionKey(text: secret.reveal())
        } catch {
            throw SettingsError(
                at: [],
                "\(reference) does not hold 32 random octets as base64 or hex; `vestibule kek generate` makes some")
        }
    }
}
