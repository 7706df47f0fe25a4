import Broker
import Foundation

/// A module with keys, metadata, trusted certificates and exceptions, all of them from its settings.
struct KeyedProvider: KeyHolder, MetadataPublisher, TrustRefresher, ExceptionHolder {
    struct Settings: Codable, Sendable {
        /// In how many seconds the trusted certificate ends.
        var certificateEndsIn: Int64?
        /// In how many seconds the exception ends.
        var exceptionEndsIn: Int64?
        var problem: String?
        var failsToPublish: Bool?
    }

    static let kind: ProviderKind = "keyed"
    static let keyAlgorithms: [ConnectionKeyAlgorithm] = [.rsa2048]
    static let form = SettingsForm([
        SettingsField("certificateEndsIn", .integer(-99_999_999...99_999_999), label: "End", help: "Seconds."),
        SettingsField("exceptionEndsIn", .integer(-99_999_999...99_999_999), label: "End", help: "Seconds."),
        SettingsField("problem", .text, label: "Problem", help: "What is wrong."),
        SettingsField("failsToPublish", .flag, label: "Fails", help: "Whether it fails."),
    ])
    static let settingsVersion = 1
    /// When the module was loaded, so that all of its moments are of one day.
    private static let loaded = TimeSource.system.now

    private let settings: Settings
    private let keys: [PrivateKeyHandle]

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        (self.settings, keys) = (settings, context.keys)
    }

    var exceptions: [WeakeningException] {
        settings.exceptionEndsIn.map { [WeakeningException(name: "sha1", until: Self.loaded + .seconds($0))] } ?? []
    }

    func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument {
        guard settings.failsToPublish != true else {
            throw LoginError(.configurationInvalid, detail: "the entityID is odd")
        }
        let names = keys.prefix(2).map { "<key>\($0.id)</key>" }.joined()
        return PublishedDocument(
            contentType: "application/samlmetadata+xml",
            body: Data("<sp acs=\"\(callbackURL.absoluteString)\">\(names)</sp>".utf8))
    }

    func refreshTrust() async -> TrustStatus {
        TrustStatus(
            keys: [
                TrustStatus.Key(
                    id: "c0ffee", algorithm: "RSA-SHA256",
                    notAfter: settings.certificateEndsIn.map { Self.loaded + .seconds($0) })
            ], lastGood: Timestamp(seconds: 1_780_000_000), nextRefresh: nil, problem: settings.problem)
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep { LoginStep(.ask([])) }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome { .denied(Denial(.cancelled)) }
}
