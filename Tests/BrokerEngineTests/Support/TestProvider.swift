import Broker
import Foundation
import Synchronization

/// What the test module does next; one per installation.
final class Script: Sendable {
    typealias Begin = @Sendable (LoginRequest) throws(LoginError) -> LoginStep
    typealias Complete = @Sendable (LoginCallback, PendingLogin) async throws(LoginError) -> LoginOutcome

    private struct Acts: Sendable {
        var begin: Begin = { request throws(LoginError) in
            LoginStep(.redirect(Script.idp), state: LoginState(Data("kept".utf8)))
        }
        var complete: Complete = { _, _ throws(LoginError) in .denied(Denial(.cancelled)) }
        var requests: [LoginRequest] = []
        var pending: [PendingLogin] = []
    }

    static let idp = URL(filePath: "/authorize", relativeTo: URL(string: "https://idp.example"))
    private static let scripts = Mutex<[String: Script]>([:])
    private let acts = Mutex(Acts())
    let name = UUID().uuidString

    init() { Self.scripts.withLock { $0[name] = self } }

    static func named(_ name: String) -> Script? { scripts.withLock { $0[name] } }

    /// What the module was begun with.
    var requests: [LoginRequest] { acts.withLock { $0.requests } }
    /// What the module was completed with.
    var pending: [PendingLogin] { acts.withLock { $0.pending } }

    func onBegin(_ begin: @escaping Begin) { acts.withLock { $0.begin = begin } }
    func onComplete(_ complete: @escaping Complete) { acts.withLock { $0.complete = complete } }

    /// Vouches for one identity from now on.
    func vouch(for identity: VerifiedIdentity) {
        onComplete { _, _ throws(LoginError) in .identity(identity) }
    }

    func begin(_ request: LoginRequest) throws(LoginError) -> LoginStep {
        let begin = acts.withLock { acts in
            acts.requests.append(request)
            return acts.begin
        }
        return try begin(request)
    }

    func complete(_ callback: LoginCallback, _ pending: PendingLogin) async throws(LoginError) -> LoginOutcome {
        let complete = acts.withLock { acts in
            acts.pending.append(pending)
            return acts.complete
        }
        return try await complete(callback, pending)
    }
}

/// A module that does what its script says.
struct TestProvider: IdentityProvider {
    struct Settings: Codable, Sendable {
        var script: String
        var issuer: String?
    }

    static let kind: ProviderKind = "test"
    static let form = SettingsForm([
        SettingsField("script", .text, label: "Script", help: "The script's name.", isRequired: true),
        SettingsField("issuer", .text, label: "Issuer", help: "Anything."),
    ])
    static let settingsVersion = 1

    private let script: Script

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        guard let script = Script.named(settings.script) else {
            throw SettingsError(at: ["script"], "is not a script")
        }
        self.script = script
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep { try script.begin(request) }

    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome { try await script.complete(callback, login) }
}
