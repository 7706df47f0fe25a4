import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Logging
import Synchronization

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_780_000_000))

    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { [self] in now } }
    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

/// Takes every key.
struct CredulousProbe: KeyProbe {
    func accepts(token: String, publicKeyPEM: String, algorithm: String) -> Bool { true }
}

/// The site's server: answers with a status, or not at all, and keeps what it was sent.
final class SiteServer: HTTPTransport {
    private let state = Mutex<(status: HTTPResponse.Status?, requests: [OutboundRequest])>((.ok, []))

    /// Nil for a server that is away.
    var status: HTTPResponse.Status? {
        get { state.withLock { $0.status } }
        set { state.withLock { $0.status = newValue } }
    }

    var requests: [OutboundRequest] { state.withLock { $0.requests } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let status = state.withLock { state in
            state.requests.append(request)
            return state.status
        }
        guard let status else { throw TransportError(.unreachable, detail: "jira.example") }
        return OutboundResponse(status: status)
    }
}

/// A store that is away when a test says so, and before which a test may come at a chosen write.
final class WeakStore: Store {
    private struct Plan {
        var isAway = false
        /// What happens before a write, counted from 1.
        var before: (write: Int, act: @Sendable () async throws -> Void)?
        var writes = 0
    }

    private let base: any Store
    private let plan = Mutex(Plan())

    init(_ base: any Store) { self.base = base }

    var isAway: Bool {
        get { plan.withLock { $0.isAway } }
        set { plan.withLock { $0.isAway = newValue } }
    }

    /// Does something once, before the given write from now on.
    func before(write: Int, _ act: @escaping @Sendable () async throws -> Void) {
        plan.withLock { ($0.before, $0.writes) = ((write, act), 0) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value {
        if isAway { throw StoreError(.unavailable, detail: "disk") }
        return try await base.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws -> Value
    ) async throws -> Value {
        if isAway { throw StoreError(.unavailable, detail: "disk") }
        let due = plan.withLock { plan -> (@Sendable () async throws -> Void)? in
            plan.writes += 1
            guard let before = plan.before, before.write == plan.writes else { return nil }
            plan.before = nil
            return before.act
        }
        try await due?()
        return try await base.write(body)
    }
}

/// An IdP that says of a person what the callback says.
struct ObedientProvider: IdentityProvider {
    struct Settings: Codable, Sendable {}

    static let kind: ProviderKind = "obedient"
    static let form = SettingsForm([])
    static let settingsVersion = 1

    private let id: ConnectionID
    private let context: ProviderContext

    init(id: ConnectionID, settings: Settings, context: ProviderContext) throws(SettingsError) {
        (self.id, self.context) = (id, context)
    }

    func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        guard let url = URL(string: "https://idp.example/authorize") else {
            throw LoginError(.configurationInvalid, detail: "no URL")
        }
        return LoginStep(.redirect(url))
    }

    /// `email`, `name`, `age` in seconds of the sign-in, `groups` with commas, `complete`.
    func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        let said = callback.parameters
        guard let text = said["email"], let email = EmailAddress(text) else {
            throw LoginError(.upstreamInvalid, detail: "no e-mail")
        }
        let age = Duration.seconds(said["age"].flatMap { Int64($0) } ?? 0)
        var identity = VerifiedIdentity(
            subject: SubjectKey(connection: id, issuer: "https://idp.example", subject: said["subject"] ?? text))
        identity.email = Email(email, evidence: .idpVerified)
        identity.displayName = said["name"]
        identity.groups = GroupSet(
            (said["groups"] ?? "").split(separator: ",").map(String.init),
            completeness: said["complete"] == "no" ? .overage : .complete)
        identity.authentication = AuthenticationContext(
            acr: said["acr"], amr: ["pwd"], authTime: context.time.now - age)
        identity.claims = [Claim("dept", values: ["Sales"], from: .idToken)]
        return .identity(identity)
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ what: String) { description = "expected \(what)" }
}
