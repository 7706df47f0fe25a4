import Broker
import Foundation
import Synchronization

/// What the test module does next; one per installation.
final class Script: Sendable {
    typealias Begin = @Sendable (LoginRequest) throws(LoginError) -> LoginStep
    typealias Complete = @Sendable (LoginCallback, PendingLogin) async throws(LoginError) -> LoginOutcome
    typealias Unsolicited = @Sendable (LoginCallback) async throws(LoginError) -> UnsolicitedOutcome
    typealias BeginLogout = @Sendable (LogoutRequest) async throws(LoginError) -> LogoutStep
    typealias CompleteLogout = @Sendable (LoginCallback, PendingLogout) async throws(LoginError) -> LogoutResult
    typealias Refresh = @Sendable (UpstreamSession, SubjectKey) async throws(LoginError) -> RefreshOutcome
    typealias ReceiveLogout = @Sendable (LoginCallback) async throws(LoginError) -> LogoutNotice

    private struct Acts: Sendable {
        var begin: Begin = { request throws(LoginError) in
            LoginStep(.redirect(Script.idp), state: LoginState(Data("kept".utf8)))
        }
        var complete: Complete = { _, _ throws(LoginError) in .denied(Denial(.cancelled)) }
        var unsolicited: Unsolicited = { _ throws(LoginError) in .notConfigured }
        var beginLogout: BeginLogout = { _ throws(LoginError) in .notConfigured }
        var completeLogout: CompleteLogout = { _, _ throws(LoginError) in .complete }
        var receiveLogout: ReceiveLogout = { _ throws(LoginError) in
            throw LoginError(.malformedRequest, detail: "no logout message")
        }
        var refresh: Refresh = { _, _ throws(LoginError) in .notConfigured }
        var returnsLogoutState = true
        var refreshed: [UpstreamSession] = []
        var requests: [LoginRequest] = []
        var pending: [PendingLogin] = []
        var unasked: [LoginCallback] = []
        var logouts: [LogoutRequest] = []
        var answeredLogouts: [PendingLogout] = []
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

    /// What came without being asked for.
    var unasked: [LoginCallback] { acts.withLock { $0.unasked } }
    /// What the module was asked to sign out.
    var logouts: [LogoutRequest] { acts.withLock { $0.logouts } }
    /// The sign-outs whose answers the module read.
    var answeredLogouts: [PendingLogout] { acts.withLock { $0.answeredLogouts } }

    /// The sessions that the module was asked about.
    var refreshed: [UpstreamSession] { acts.withLock { $0.refreshed } }
    /// Whether the IdP brings the state of a sign-out back.
    var returnsLogoutState: Bool {
        get { acts.withLock { $0.returnsLogoutState } }
        set { acts.withLock { $0.returnsLogoutState = newValue } }
    }

    func onRefresh(_ act: @escaping Refresh) { acts.withLock { $0.refresh = act } }
    func onUnsolicited(_ act: @escaping Unsolicited) { acts.withLock { $0.unsolicited = act } }
    func onBeginLogout(_ act: @escaping BeginLogout) { acts.withLock { $0.beginLogout = act } }
    func onCompleteLogout(_ act: @escaping CompleteLogout) { acts.withLock { $0.completeLogout = act } }
    func onReceiveLogout(_ act: @escaping ReceiveLogout) { acts.withLock { $0.receiveLogout = act } }
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

    func unsolicited(_ callback: LoginCallback) async throws(LoginError) -> UnsolicitedOutcome {
        let act = acts.withLock { acts in
            acts.unasked.append(callback)
            return acts.unsolicited
        }
        return try await act(callback)
    }

    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        let act = acts.withLock { acts in
            acts.logouts.append(request)
            return acts.beginLogout
        }
        return try await act(request)
    }

    func completeLogout(_ callback: LoginCallback, _ pending: PendingLogout) async throws(LoginError) -> LogoutResult {
        let act = acts.withLock { acts in
            acts.answeredLogouts.append(pending)
            return acts.completeLogout
        }
        return try await act(callback, pending)
    }

    func refresh(_ session: UpstreamSession, _ subject: SubjectKey) async throws(LoginError) -> RefreshOutcome {
        let act = acts.withLock { acts in
            acts.refreshed.append(session)
            return acts.refresh
        }
        return try await act(session, subject)
    }

    func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        let act = acts.withLock { $0.receiveLogout }
        return try await act(callback)
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

extension TestProvider: UnsolicitedLogin, UpstreamLogout, LogoutReceiver, SessionRefresher {
    var returnsLogoutState: Bool { script.returnsLogoutState }

    func refresh(
        _ session: UpstreamSession, of subject: SubjectKey
    ) async throws(LoginError) -> RefreshOutcome { try await script.refresh(session, subject) }

    func receiveUnsolicited(_ callback: LoginCallback) async throws(LoginError) -> UnsolicitedOutcome {
        try await script.unsolicited(callback)
    }

    func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        try await script.beginLogout(request)
    }

    func completeLogout(
        _ callback: LoginCallback, resuming pending: PendingLogout
    ) async throws(LoginError) -> LogoutResult { try await script.completeLogout(callback, pending) }

    func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        try await script.receiveLogout(callback)
    }
}
