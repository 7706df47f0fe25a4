import Broker
import Foundation
import HTTPTypes
import JOSE
import Logging
import OIDCProvider
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

    func on(_ path: String, _ answer: @escaping Answer) { state.withLock { $0.answers[path] = answer } }
    func on(_ path: String, json: String) { on(path) { _ throws(TransportError) in .json(json) } }
    func fail(_ path: String, _ code: TransportError.Code = .timedOut) {
        on(path) { _ throws(TransportError) in throw TransportError(code, detail: "op.example") }
    }

    var requests: [OutboundRequest] { state.withLock { $0.requests } }
    func count(_ path: String) -> Int { requests.count { $0.url.path() == path } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers[request.url.path()]
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

/// A connection's memory as the store keeps it; two providers that share one are two processes.
final class TestMemory: ConnectionMemory {
    private let clock: TestClock
    private let entries = Mutex<[String: MemoryEntry]>([:])

    init(clock: TestClock) { self.clock = clock }

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { entries.withLock { $0[key] } }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        entries.withLock { entries in
            guard entries[key]?.version == expected else { return false }
            entries[key] = MemoryEntry(bytes: bytes, storedAt: clock.now, version: (expected ?? 0) + 1)
            return true
        }
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

/// An OP with its keys, and one connection to it.
struct World {
    static let issuer = "https://op.example/t1"
    static let clientID = "broker-acme"
    static let secret = "S3CR3T-client-value"
    static let code = "C0DE-value"
    static let accessToken = "ACC3SS-value"
    static let refreshToken = "R3FR3SH-value"

    let clock = TestClock()
    let transport = ScriptedTransport()
    let memory: TestMemory
    let key: SigningKey
    let log = LogCapture()
    let callbackURL: URL
    let secrets = LoginSecrets(
        state: "STAT3-value", nonce: "N0NCE-value", codeVerifier: "V3RIFIER-value-that-is-long-enough-for-rfc-7636",
        requestID: "_1")

    init() throws {
        memory = TestMemory(clock: clock)
        key = try SigningKey.generate(.es256, kid: "k1")
        callbackURL = try unwrap(URL(string: "https://b.example/vestibule/cb/acme"))
        publishDocument()
        transport.on("/t1/jwks", json: String(decoding: JWKSet(keys: [key.publicKey]).serialized(), as: UTF8.self))
    }

    /// The metadata as `publishDocument` wrote it without a change.
    var document: String? {
        var document: String?
        publishDocument { document = $0.text }
        return document
    }

    func publishDocument(_ change: (inout JSONObject) -> Void = { _ in }) {
        var document: JSONObject = [
            "issuer": .string(Self.issuer), "authorization_endpoint": .string(Self.issuer + "/authorize"),
            "token_endpoint": .string(Self.issuer + "/token"), "jwks_uri": .string(Self.issuer + "/jwks"),
            "userinfo_endpoint": .string(Self.issuer + "/userinfo"),
            "end_session_endpoint": .string(Self.issuer + "/logout"),
            "authorization_response_iss_parameter_supported": true,
            "id_token_signing_alg_values_supported": ["ES256"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "response_modes_supported": ["query", "form_post"], "scopes_supported": ["openid", "profile", "email"],
        ]
        change(&document)
        transport.on("/t1/.well-known/openid-configuration", json: document.text)
    }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: callbackURL, transport: transport, time: clock.source,
            randomness: Randomness { [UInt8](repeating: 255, count: $0) },
            memory: memory, secrets: SecretResolver { _ throws(SettingsError) in Secret(Self.secret) },
            logger: Logger(label: "test") { [log] _ in log })
    }

    func provider(_ change: (inout OIDCProvider.Settings) -> Void = { _ in }) throws -> OIDCProvider {
        var settings = OIDCProvider.Settings(
            issuer: Self.issuer, clientID: Self.clientID, clientSecret: SecretReference("env:ACME"))
        change(&settings)
        return try OIDCProvider(id: "acme", settings: settings, context: context)
    }

    func request(_ requirements: AuthenticationRequirements = .none) -> LoginRequest {
        LoginRequest(callbackURL: callbackURL, secrets: secrets, requirements: requirements, reference: "r")
    }

    func pending(_ requirements: AuthenticationRequirements = .none) -> PendingLogin {
        PendingLogin(
            sent: secrets, fresh: secrets, state: .empty, round: 1, callbackURL: callbackURL,
            requirements: requirements, startedAt: clock.now)
    }

    var claims: JSONObject {
        [
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "sub": "u1", "nonce": .string(secrets.nonce),
            "exp": .integer(clock.now.seconds + 300), "iat": .integer(clock.now.seconds), "name": "Alice",
            "email": "alice@acme.example", "email_verified": true, "sid": "sid1", "jti": "j-1",
        ]
    }

    /// Makes the token endpoint give an ID token with these claims; returns the token.
    @discardableResult func grant(
        refreshToken: String? = nil, typ: String? = "JWT", _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        var claims = claims
        change(&claims)
        let token = try key.issue(claims: claims, typ: typ)
        var answer: JSONObject = [
            "access_token": .string(Self.accessToken), "token_type": "Bearer", "id_token": .string(token),
        ]
        answer["refresh_token"] = refreshToken.map { .string($0) }
        transport.on("/t1/token", json: answer.text)
        return token
    }

    func callback(
        _ query: String = "code=C0DE-value&state=STAT3-value&iss=https%3A%2F%2Fop.example%2Ft1",
        method: LoginCallback.Method = .get, endpoint: CallbackEndpoint = .login
    ) throws -> LoginCallback {
        let octets = Data(query.utf8)
        return try LoginCallback(
            method: method, endpoint: endpoint, rawQuery: method == .get ? octets : Data(),
            rawBody: method == .post ? octets : Data())
    }

    func login(
        _ provider: some IdentityProvider, _ requirements: AuthenticationRequirements = .none
    ) async throws -> VerifiedIdentity {
        let outcome = try await provider.completeLogin(try callback(), resuming: pending(requirements))
        guard case .identity(let identity) = outcome else { throw Absent() }
        return identity
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
