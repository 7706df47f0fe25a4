import Broker
import Foundation

/// A module that publishes metadata, or fails to.
struct PublishingProvider: MetadataPublisher, KeyHolder {
    struct Settings: Codable, Sendable { var fails: Bool? }

    static let kind: ProviderKind = "publishing"
    static let keyAlgorithms: [ConnectionKeyAlgorithm] = [.rsa2048]
    static let form = SettingsForm([SettingsField("fails", .flag, label: "Fails", help: "Whether it fails.")])
    static let settingsVersion = 1

    private let settings: Settings
    private let keys: [PrivateKeyHandle]

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        (self.settings, keys) = (settings, context.keys)
    }

    func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument {
        guard settings.fails != true else {
            throw LoginError(.configurationInvalid, detail: "only for the operator")
        }
        let names = keys.prefix(2).map { "<key>\($0.id)</key>" }.joined()
        return PublishedDocument(
            contentType: "application/samlmetadata+xml",
            body: Data("<sp acs=\"\(callbackURL.absoluteString)\">\(names)</sp>".utf8))
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep { LoginStep(.ask([])) }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome { .denied(Denial(.cancelled)) }
}
