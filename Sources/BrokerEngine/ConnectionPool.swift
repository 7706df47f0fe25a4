package import Broker
package import BrokerModel
import Foundation
import JOSE
import Logging
import Synchronization

/// The connections that are running, each made once per revision of its settings and set of its keys.
package final class ConnectionPool: Sendable {
    private struct Entry {
        var revision: Int64
        var keys: [String]
        var provider: any IdentityProvider
    }

    private let environment: EngineEnvironment
    private let live: LiveState
    private let running = Mutex<[ConnectionID: Entry]>([:])

    init(_ environment: EngineEnvironment, live: LiveState) {
        self.environment = environment
        self.live = live
    }

    /// The module of a connection, made if its settings or its keys changed.
    package func provider(for connection: Connection) throws(SettingsError) -> any IdentityProvider {
        let keys = isKeyHolder(connection) ? live.connectionKeys.keys(of: connection.id) : []
        let ids = keys.map { "\($0.state.rawValue) \($0.id)" }
        if let entry = running.withLock({ $0[connection.id] }), entry.revision == connection.revision, entry.keys == ids
        {
            return entry.provider
        }
        var context = try context(for: connection.id)
        context.keys = try open(keys, of: connection, logger: context.logger)
        let provider = try environment.registry.makeProvider(
            connection.kind, id: connection.id, settings: connection.settings, version: connection.settingsVersion,
            context: context)
        running.withLock { $0[connection.id] = Entry(revision: connection.revision, keys: ids, provider: provider) }
        return provider
    }

    /// What a module of this connection may use, without its keys.
    package func context(for connection: ConnectionID) throws(SettingsError) -> ProviderContext {
        var context = try environment.providerContext(for: connection)
        context.mail = environment.mail.map {
            ConnectionMail(
                connection: connection, sender: $0, environment: environment, live: live, audit: AuditLog(environment))
        }
        return context
    }

    /// The document that a connection publishes for its IdP's operator; nil where it publishes none.
    ///
    /// A connection that is not enabled yet publishes too: its operator sets up the IdP first.
    package func metadata(of connection: Connection) async throws(LoginError) -> PublishedDocument? {
        guard environment.registry.type(of: connection.kind) is any MetadataPublisher.Type else { return nil }
        let publisher: (any MetadataPublisher)?
        let callbackURL: URL
        do throws(SettingsError) {
            publisher = try provider(for: connection) as? any MetadataPublisher
            callbackURL = try environment.providerContext(for: connection.id).callbackURL
        } catch {
            throw LoginError(.configurationInvalid, detail: error.description)
        }
        do throws(LoginError) {
            return try await publisher?.metadata(callbackURL: callbackURL)
        } catch {
            guard error.code == .notConfigured else { throw error }
            return nil
        }
    }

    // MARK: Keys

    private func isKeyHolder(_ connection: Connection) -> Bool {
        environment.registry.type(of: connection.kind) is any KeyHolder.Type
    }

    /// Opens a connection's keys.
    ///
    /// One that only decrypts what is old may be lost; one that signs or is published may not.
    private func open(
        _ keys: [ConnectionKey], of connection: Connection, logger: Logger
    ) throws(SettingsError) -> [PrivateKeyHandle] {
        let needed = environment.keyAlgorithms(of: connection)
        guard needed.allSatisfy({ kind in keys.contains { $0.state == .active && $0.algorithm == kind } }) else {
            throw SettingsError(at: [], "its keys are not made yet; a running server makes them within a minute")
        }
        var handles: [PrivateKeyHandle] = []
        for key in keys where needed.contains(key.algorithm) {
            do throws(JOSEError) {
                handles.append(try key.open(with: environment.keyring))
            } catch {
                let place = "the \(key.state.rawValue) private key \(key.id) of this connection"
                guard key.state == .retired else {
                    throw SettingsError(
                        at: [],
                        "\(place) does not open (\(error.code.rawValue)); rotate with: vestibule keys rotate "
                            + "--connection \(connection.id)")
                }
                logger.warning("a retired key does not open", metadata: ["key": "\(key.id)", "cause": "\(error)"])
            }
        }
        return handles
    }
}

extension EngineEnvironment {
    /// The kinds of key that a connection needs as it is configured.
    func keyAlgorithms(of connection: Connection) -> [ConnectionKeyAlgorithm] {
        registry.keyAlgorithms(
            of: connection.kind, settings: connection.settings, version: connection.settingsVersion)
    }

    /// What a module of a connection may use, without keys and without a way to send mail.
    func providerContext(for connection: ConnectionID) throws(SettingsError) -> ProviderContext {
        guard let callbackURL = URL(string: settings.callbackURL(of: connection)) else {
            throw SettingsError(at: [], "publicURL is not a URL")
        }
        var logger = logger
        logger[metadataKey: "connection"] = "\(connection)"
        return ProviderContext(
            callbackURL: callbackURL, transport: transport(connection), mail: mail.map { _ in NoLogin() }, time: time,
            randomness: randomness,
            memory: StoredMemory(self, connection), secrets: secrets, logger: logger)
    }
}
