import Broker
import Foundation
import HTTPTypes
import Logging

/// The smallest provider that conforms.
struct FakeProvider: IdentityProvider {
    struct Settings: Codable, Sendable, Equatable {
        var issuer: String
        var skew: Int?
    }

    static let kind: ProviderKind = "fake"
    static let form = SettingsForm([
        SettingsField("issuer", .url, label: "Issuer", help: "The issuer.", isRequired: true),
        SettingsField("skew", .integer(0...300), label: "Skew", help: "Seconds."),
    ])
    static let settingsVersion = 2

    let id: ConnectionID
    let settings: Settings

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        guard settings.issuer != "https://refused.example" else { throw SettingsError(at: ["issuer"], "is refused") }
        self.id = id
        self.settings = settings
    }

    static func migrate(_ settings: Data, from version: Int) throws(SettingsError) -> Settings {
        guard version == 1, let old = try? JSONDecoder().decode([String: String].self, from: settings),
            let issuer = old["url"]
        else { throw SettingsError(at: ["url"], "cannot be migrated") }
        return Settings(issuer: issuer)
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep { LoginStep(.ask([])) }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome { .denied(Denial(.cancelled)) }
}

/// A kind whose form promises less than its settings need, and which has nothing to migrate from.
struct MismatchedProvider: IdentityProvider {
    struct Settings: Codable, Sendable {
        struct Nested: Codable, Sendable { var names: [String] }
        var nested: Nested
    }

    static let kind: ProviderKind = "mismatched"
    static let form = SettingsForm([SettingsField("nested", .map(.list(.integer(0...9))), label: "N", help: "N.")])
    static let settingsVersion = 2

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {}
    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep { LoginStep(.ask([])) }
    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome { .denied(Denial(.cancelled)) }
}

/// A context in which nothing answers.
struct Nothing: HTTPTransport, ConnectionMemory {
    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        throw TransportError(.unreachable, detail: "there is no network in this test")
    }
    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { throw MemoryError(.unavailable) }
    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        throw MemoryError(.unavailable)
    }
}

extension ProviderContext {
    static let nothing = ProviderContext(
        callbackURL: URL(filePath: "/cb"), transport: Nothing(), time: TimeSource { Timestamp(seconds: 0) },
        randomness: Randomness { Array(repeating: 0, count: $0) },
        memory: Nothing(),
        secrets: SecretResolver { (_: SecretReference) throws(SettingsError) in
            throw SettingsError(at: [], "is not set")
        },
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
}
