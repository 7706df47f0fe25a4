package import Broker
package import BrokerEngine
import BrokerModel
package import BrokerStorage
import Foundation
import JWTWitness
package import Logging
import Outbound

/// One installation opened: store, keys, ways out and engine.
///
/// The server and the command line use the same.
package final class Installation: Sendable {
    package let configuration: ServerConfiguration
    package let registry: ProviderRegistry
    package let store: SQLiteStore
    package let outbound: OutboundSwitch
    package let engine: Engine

    /// Opens the store, which makes it where there is none, and builds the engine.
    ///
    /// Starts nothing.
    ///
    /// - Throws: `ConfigurationError`, or `StoreError` where the store cannot be opened.
    package init(
        _ configuration: ServerConfiguration, providers: [any IdentityProvider.Type], facades: [FacadeModule] = [],
        environment: [String: String], logger: Logger, headLogger: Logger? = nil,
        observer: any EngineObserver = NoObserver(), time: TimeSource = .system, randomness: Randomness = .system
    ) throws {
        let base = URL(fileURLWithPath: configuration.file).deletingLastPathComponent()
        let secrets = SecretSource(environment: environment, base: base)
        let parts = try ConfigurationError.of(configuration.file) { () throws(SettingsError) in
            (
                registry: try ProviderRegistry(providers), facades: try FacadeRegistry(facades),
                outbound: try OutboundSwitch(configuration.outbound),
                keyring: try KeyEncryptionKeys.keyring(configuration, with: secrets),
                mail: try Self.mail(configuration, secrets: secrets, time: time, randomness: randomness)
            )
        }
        self.configuration = configuration
        registry = parts.registry
        outbound = parts.outbound
        store = try SQLiteStore(path: configuration.storePath, logger: logger, time: time)
        engine = Engine(
            EngineEnvironment(
                store: store, time: time, randomness: randomness, registry: registry, facades: parts.facades,
                keyring: parts.keyring, transport: { [outbound] in outbound.transport(for: $0) },
                siteTransport: { [outbound] in outbound.transport(forSite: $0) }, mail: parts.mail,
                secrets: secrets.resolver,
                probe: LibJWTWitness(), observer: observer, logger: logger, headLogger: headLogger,
                settings: configuration.engine))
    }

    private static func mail(
        _ configuration: ServerConfiguration, secrets: SecretSource, time: TimeSource, randomness: Randomness
    ) throws(SettingsError) -> SMTPSender? {
        guard let server = configuration.mail else { return nil }
        do throws(SettingsError) {
            return try SMTPSender(server, secrets: secrets.resolver, time: time, randomness: randomness)
        } catch {
            throw SettingsError(error.problems.map { .init(path: ["mail"] + $0.path, text: $0.text) })
        }
    }

    /// Refuses a key-encryption key that is not the one of this store: a server that could not sign would let nobody in,
    /// and would say so to nobody.
    package func checkKeyEncryptionKey() async throws {
        let unreadable = try await engine.keys.unreadable()
        guard !unreadable.isEmpty else { return }
        throw ConfigurationError([
            .init(
                file: configuration.file, key: "keys.kek",
                text:
                    "does not open \(unreadable.count) of the keys in the store: another key-encryption key sealed them. "
                    + "Name that one here, or in keys.previousKeks; without it they are lost")
        ])
    }

    /// Closes the ways out and the store.
    package func close() async {
        await outbound.shutdown()
        store.close()
    }
}

extension LibJWTWitness: KeyProbe {}

extension ConfigurationError {
    /// Does a piece of work whose problems belong to a file, without lines.
    static func of<Value>(
        _ file: String, _ work: () throws(SettingsError) -> Value
    ) throws(ConfigurationError) -> Value {
        do throws(SettingsError) {
            return try work()
        } catch {
            throw ConfigurationError(
                error.problems.map { .init(file: file, key: Problem.key($0.path), text: $0.text) })
        }
    }
}
