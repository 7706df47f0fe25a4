import Broker
import Foundation
import HTTPTypes
import Logging
import OAuth2Provider
import Synchronization

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_768_478_400))

    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { self.now } }
}

/// A transport that answers from a script and keeps what it was asked.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = @Sendable (OutboundRequest) throws(TransportError) -> OutboundResponse
    private let state = Mutex<(answers: [String: Answer], requests: [OutboundRequest])>(([:], []))

    /// Answers a path, or a path with its query, which goes first.
    func on(_ path: String, _ answer: @escaping Answer) { state.withLock { $0.answers[path] = answer } }
    func on(_ path: String, json: String) { on(path) { _ throws(TransportError) in .json(json) } }
    func fail(_ path: String, _ code: TransportError.Code = .timedOut) {
        on(path) { _ throws(TransportError) in throw TransportError(code, detail: "auth.example") }
    }

    var requests: [OutboundRequest] { state.withLock { $0.requests } }
    func count(_ path: String) -> Int { requests.count { $0.url.path() == path } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            let path = request.url.path()
            return state.answers["\(path)?\(request.url.query() ?? "")"] ?? state.answers[path]
        }
        await Task.yield()
        guard let answer else { return OutboundResponse(status: .notFound) }
        return try answer(request)
    }
}

extension OutboundResponse {
    static func json(_ text: String, status: HTTPResponse.Status = .ok) -> OutboundResponse {
        OutboundResponse(status: status, headerFields: [.contentType: "application/json"], body: Data(text.utf8))
    }
}

/// Everything that a log would show.
final class LogCapture: LogHandler, @unchecked Sendable {
    // Guarded by the mutex; the settable properties are never used by the tests.
    private let lines = Mutex<[String]>([])
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
}

/// No memory: this kind needs none.
struct NoMemory: ConnectionMemory {
    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { nil }
    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool { false }
}

/// A server, and one connection to it.
struct World {
    static let clientID = "broker-acme"
    static let secret = "S3CR3T-client-value"
    static let code = "C0DE-value"
    static let accessToken = "ACC3SS-value"

    let clock = TestClock()
    let transport = ScriptedTransport()
    let log = LogCapture()
    let callbackURL: URL
    let secrets = LoginSecrets(
        state: "STAT3-value", nonce: "N0NCE-value", codeVerifier: "V3RIFIER-value-that-is-long-enough-for-rfc-7636",
        requestID: "_1")

    init() throws {
        callbackURL = try unwrap(URL(string: "https://b.example/vestibule/cb/acme"))
        for path in ["/token", "/login/oauth/access_token"] {
            transport.on(path, json: #"{"access_token":"ACC3SS-value","token_type":"bearer","scope":""}"#)
        }
        transport.on("/me", json: Self.person())
        transport.on("/user", json: #"{"id":583231,"login":"octocat","name":"Mona","email":"public@evil.example"}"#)
        transport.on(
            "/user/emails",
            json: #"[{"email":"mona@home.example","primary":true,"verified":true,"visibility":"public"}]"#)
    }

    /// A UserInfo answer; nil leaves a claim out.
    static func person(id: String? = "\"u1\"", verified: String? = "true", more: String = "") -> String {
        let members = [
            id.map { "\"id\":\($0)" }, #""email":"alice@acme.example""#, verified.map { "\"email_verified\":\($0)" },
            #""name":"Alice""#, more.isEmpty ? nil : more,
        ]
        return "{\(members.compactMap(\.self).joined(separator: ","))}"
    }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: callbackURL, transport: transport, time: clock.source,
            randomness: Randomness { [UInt8](repeating: 255, count: $0) }, memory: NoMemory(),
            secrets: SecretResolver { reference throws(SettingsError) in
                guard reference.description == "env:ACME" else {
                    throw SettingsError(at: [], "\(reference) is not set")
                }
                return Secret(Self.secret)
            },
            logger: Logger(label: "test") { [log] _ in log })
    }

    func custom(_ change: (inout OAuth2Provider.Settings) -> Void = { _ in }) throws -> OAuth2Provider {
        var settings = OAuth2Provider.Settings(
            profile: .custom, clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:ACME")))
        settings.authorizationEndpoint = "https://auth.example/authorize?tenant=t1"
        settings.tokenEndpoint = "https://auth.example/token"
        settings.userInfoURL = "https://api.example/me"
        settings.claims = OAuth2Provider.Settings.ClaimNames(subject: "id")
        change(&settings)
        return try OAuth2Provider(id: "acme", settings: settings, context: context)
    }

    func gitHub(_ change: (inout OAuth2Provider.Settings) -> Void = { _ in }) throws -> OAuth2Provider {
        var settings = OAuth2Provider.Settings(
            profile: .github, clientID: Self.clientID, clientSecret: try unwrap(SecretReference("env:ACME")))
        change(&settings)
        return try OAuth2Provider(id: "acme", settings: settings, context: context)
    }

    func request(
        hint: String? = nil, _ requirements: AuthenticationRequirements = .none
    ) -> LoginRequest {
        LoginRequest(
            callbackURL: callbackURL, secrets: secrets, loginHint: hint, requirements: requirements, reference: "r")
    }

    func pending() -> PendingLogin {
        PendingLogin(
            sent: secrets, fresh: secrets, state: .empty, round: 1, callbackURL: callbackURL, requirements: .none,
            startedAt: clock.now)
    }

    func callback(
        _ query: String = "code=C0DE-value&state=STAT3-value", method: LoginCallback.Method = .get,
        endpoint: CallbackEndpoint = .login
    ) throws -> LoginCallback {
        let octets = Data(query.utf8)
        return try LoginCallback(
            method: method, endpoint: endpoint, rawQuery: method == .get ? octets : Data(),
            rawBody: method == .post ? octets : Data())
    }

    func outcome(_ provider: OAuth2Provider, _ callback: LoginCallback? = nil) async throws -> LoginOutcome {
        try await provider.completeLogin(try callback ?? self.callback(), resuming: pending())
    }

    func login(_ provider: OAuth2Provider) async throws -> VerifiedIdentity {
        guard case .identity(let identity) = try await outcome(provider) else { throw Absent() }
        return identity
    }

    /// What a login was refused with, or nil where it was not.
    func refusal(_ provider: OAuth2Provider, _ callback: LoginCallback? = nil) async throws -> LoginError? {
        let (callback, pending) = (try callback ?? self.callback(), pending())
        return await OAuth2ProviderTests.refusal { () async throws(LoginError) in
            try await provider.completeLogin(callback, resuming: pending)
        }
    }

    /// Why a login was denied, or nil where it was not.
    func denial(_ provider: OAuth2Provider, _ callback: LoginCallback? = nil) async throws -> Denial? {
        guard case .denied(let denial) = try await outcome(provider, callback) else { return nil }
        return denial
    }

    func sent(_ path: String) throws -> OutboundRequest {
        try unwrap(transport.requests.first { $0.url.path() == path })
    }
}

struct Absent: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}

/// What a call refused with, or nil where it did not.
func refusal<Value: Sendable>(_ body: () async throws(LoginError) -> Value) async -> LoginError? {
    do throws(LoginError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
