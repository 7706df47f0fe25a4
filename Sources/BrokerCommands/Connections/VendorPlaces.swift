import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// What an operator pastes at the vendor.
struct VendorPlaces: Sendable {
    let connection: ConnectionID
    let callbackURL: String
    /// Nil where the kind has no logout.
    var logoutURL: String?
    /// Where metadata or keys are published; nil where nothing is.
    var publishedURL: String?

    init(of connection: Connection, in installation: Installation) async throws {
        let (engine, settings) = (installation.engine, installation.engine.environment.settings)
        self.connection = connection.id
        callbackURL = settings.callbackURL(of: connection.id)
        let type = installation.registry.type(of: connection.kind)
        if type is any UpstreamLogout.Type || type is any LogoutReceiver.Type {
            logoutURL = settings.logoutURL(of: connection.id)
        }
        let hasKeys = !installation.registry.keyAlgorithms(
            of: connection.kind, settings: connection.settings, version: connection.settingsVersion
        ).isEmpty
        var document: PublishedDocument?
        if engine.live.resources.connections[connection.id] != nil {
            document = try? await engine.connections.metadata(of: connection)
        }
        if type is any MetadataPublisher.Type, hasKeys || document != nil {
            publishedURL = "\(callbackURL)/metadata"
        }
    }

    var lines: [String] {
        ["to paste at the identity provider:", "  redirect URI (callback, ACS)  \(callbackURL)"]
            + [logoutURL].compactMap { $0 }.map { "  logout URI                    \($0)" }
            + [publishedURL].compactMap { $0 }.map { "  metadata or keys (JWKS)       \($0)" }
    }

    var json: SettingsValue {
        var members: [String: SettingsValue] = [
            "connection": .string(connection.rawValue), "callbackURL": .string(callbackURL),
        ]
        members["logoutURL"] = logoutURL.map { .string($0) }
        members["publishedURL"] = publishedURL.map { .string($0) }
        return .object(members)
    }
}
