import Broker
import Foundation
import Synchronization

/// What the module with keys of its own was given, and what it says; one per installation.
final class KeyedScript: Sendable {
    private struct Acts: Sendable {
        var made: [[PrivateKeyHandle]] = []
        var trust: @Sendable (ConnectionID) async -> TrustStatus = { _ in
            TrustStatus(keys: [], lastGood: nil, nextRefresh: nil, problem: nil)
        }
        var refreshed: [ConnectionID] = []
        var metadataFails = false
    }

    private static let scripts = Mutex<[String: KeyedScript]>([:])
    private let acts = Mutex(Acts())
    let name = UUID().uuidString

    init() { Self.scripts.withLock { $0[name] = self } }

    static func named(_ name: String) -> KeyedScript? { scripts.withLock { $0[name] } }

    /// The keys that each connection was made with.
    var made: [[PrivateKeyHandle]] { acts.withLock { $0.made } }
    /// Which connections were refreshed, in order.
    var refreshed: [ConnectionID] { acts.withLock { $0.refreshed } }

    var metadataFails: Bool {
        get { acts.withLock { $0.metadataFails } }
        set { acts.withLock { $0.metadataFails = newValue } }
    }

    func onRefresh(_ trust: @escaping @Sendable (ConnectionID) async -> TrustStatus) {
        acts.withLock { $0.trust = trust }
    }

    /// Trusts these keys from now on.
    func trust(_ ids: String..., next: Timestamp? = nil, problem: String? = nil) {
        let keys = ids.map { TrustStatus.Key(id: $0, algorithm: "RSA") }
        onRefresh { _ in TrustStatus(keys: keys, lastGood: nil, nextRefresh: next, problem: problem) }
    }

    func note(_ keys: [PrivateKeyHandle]) { acts.withLock { $0.made.append(keys) } }

    func refresh(_ id: ConnectionID) async -> TrustStatus {
        let trust = acts.withLock { acts in
            acts.refreshed.append(id)
            return acts.trust
        }
        return await trust(id)
    }
}

/// A module with keys, metadata, trust and exceptions.
struct KeyedProvider: KeyHolder, MetadataPublisher, TrustRefresher, ExceptionHolder {
    struct Settings: Codable, Sendable {
        var script: String
        /// Seconds since 1970 until which SHA-1 is allowed.
        var sha1: Int64?
        /// The one kind of key that it needs, or `none`; RSA unless said.
        var keys: String?
    }

    static let kind: ProviderKind = "keyed"
    static let keyAlgorithms: [ConnectionKeyAlgorithm] = [.rsa2048, .p256]
    static func keyAlgorithms(for settings: Settings) -> [ConnectionKeyAlgorithm] {
        settings.keys == "none" ? [] : [settings.keys.flatMap(ConnectionKeyAlgorithm.init) ?? .rsa2048]
    }
    static let form = SettingsForm([
        SettingsField("script", .text, label: "Script", help: "The script's name.", isRequired: true),
        SettingsField("sha1", .integer(0...4_000_000_000), label: "SHA-1", help: "Until when."),
        SettingsField("keys", .text, label: "Keys", help: "Which."),
    ])
    static let settingsVersion = 1

    private let id: ConnectionID
    private let script: KeyedScript
    private let settings: Settings
    private let keys: [PrivateKeyHandle]

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        guard let script = KeyedScript.named(settings.script) else {
            throw SettingsError(at: ["script"], "is not a script")
        }
        (self.id, self.script, self.settings, keys) = (id, script, settings, context.keys)
        // Settings that are only judged come without keys.
        if !context.keys.isEmpty { script.note(context.keys) }
    }

    var exceptions: [WeakeningException] {
        settings.sha1.map { [WeakeningException(name: "sha1", until: Timestamp(seconds: $0))] } ?? []
    }

    func metadata(callbackURL: URL) async throws(LoginError) -> PublishedDocument {
        guard settings.keys != "none" else { throw LoginError(.notConfigured, detail: "no keys") }
        guard !script.metadataFails else { throw LoginError(.configurationInvalid, detail: "the inside of it") }
        let text = ([callbackURL.absoluteString] + keys.map(\.id)).joined(separator: "\n")
        return PublishedDocument(contentType: "application/samlmetadata+xml", body: Data(text.utf8))
    }

    func refreshTrust() async -> TrustStatus { await script.refresh(id) }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep { LoginStep(.ask([])) }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome { .denied(Denial(.cancelled)) }
}
