package import Broker
package import BrokerModel
import Foundation
import Logging
import Synchronization

/// The connections that are running, each made once per revision of its settings.
package final class ConnectionPool: Sendable {
    private let environment: EngineEnvironment
    private let running = Mutex<[ConnectionID: (revision: Int64, provider: any IdentityProvider)]>([:])

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// The module of a connection, made if its settings changed.
    package func provider(for connection: Connection) throws(SettingsError) -> any IdentityProvider {
        if let entry = running.withLock({ $0[connection.id] }), entry.revision == connection.revision {
            return entry.provider
        }
        let provider = try environment.registry.makeProvider(
            connection.kind, id: connection.id, settings: connection.settings, version: connection.settingsVersion,
            context: try context(for: connection.id))
        running.withLock { $0[connection.id] = (connection.revision, provider) }
        return provider
    }

    /// What a module of this connection may use.
    package func context(for connection: ConnectionID) throws(SettingsError) -> ProviderContext {
        guard let callbackURL = URL(string: environment.settings.callbackURL(of: connection)) else {
            throw SettingsError(at: [], "publicURL is not a URL")
        }
        var logger = environment.logger
        logger[metadataKey: "connection"] = "\(connection)"
        return ProviderContext(
            callbackURL: callbackURL, transport: environment.transport(connection), mail: environment.mail, time: environment.time,
            randomness: environment.randomness, memory: StoredMemory(environment, connection),
            secrets: environment.secrets, logger: logger)
    }
}
