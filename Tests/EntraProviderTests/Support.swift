import Broker
import Foundation
import HTTPTypes
import JOSE
import Logging
import Synchronization

/// A clock that stands.
let present = Timestamp(seconds: 1_768_478_400)

/// A transport that answers from a script and keeps what it was asked; hosts are told apart.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = @Sendable (OutboundRequest) throws(TransportError) -> OutboundResponse
    private let state = Mutex<(answers: [String: Answer], requests: [OutboundRequest])>(([:], []))

    /// An address without its query.
    func on(_ address: String, _ answer: @escaping Answer) { state.withLock { $0.answers[address] = answer } }
    func on(_ address: String, json: String, status: HTTPResponse.Status = .ok) {
        on(address) { _ throws(TransportError) in .json(json, status: status) }
    }

    var requests: [OutboundRequest] { state.withLock { $0.requests } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let address = request.url.absoluteString.prefix { $0 != "?" }
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers[String(address)]
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

/// A connection's memory that forgets nothing.
final class TestMemory: ConnectionMemory {
    private let entries = Mutex<[String: MemoryEntry]>([:])

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { entries.withLock { $0[key] } }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        entries.withLock { entries in
            guard entries[key]?.version == expected else { return false }
            entries[key] = MemoryEntry(bytes: bytes, storedAt: present, version: (expected ?? 0) + 1)
            return true
        }
    }
}

/// One login at one connection.
struct Stage {
    let transport = ScriptedTransport()
    let callbackURL: URL
    let secrets = LoginSecrets(
        state: "state-1", nonce: "nonce-1", codeVerifier: "verifier-that-is-long-enough-for-rfc-7636-at-43",
        requestID: "_1")

    init() throws { callbackURL = try unwrap(URL(string: "https://b.example/vestibule/cb/acme")) }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: callbackURL, transport: transport, time: TimeSource { present },
            randomness: Randomness { [UInt8](repeating: 255, count: $0) }, memory: TestMemory(),
            secrets: SecretResolver { _ throws(SettingsError) in Secret("client-secret") },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    var request: LoginRequest {
        LoginRequest(callbackURL: callbackURL, secrets: secrets, requirements: .none, reference: "r")
    }

    /// Makes an OP's endpoints answer: metadata at one address, everything else below another.
    func publish(metadata: String, issuer: String, base: String, keys: JSONObject) {
        let document: JSONObject = [
            "issuer": .string(issuer), "authorization_endpoint": .string(base + "/authorize"),
            "token_endpoint": .string(base + "/token"), "jwks_uri": .string(base + "/keys"),
            "end_session_endpoint": .string(base + "/logout"), "response_modes_supported": ["query"],
            "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        ]
        transport.on(metadata, json: document.text)
        transport.on(base + "/keys", json: keys.text)
    }

    func complete(_ provider: some IdentityProvider) async throws(LoginError) -> LoginOutcome {
        let pending = PendingLogin(
            sent: secrets, fresh: secrets, state: .empty, round: 1, callbackURL: callbackURL, requirements: .none,
            startedAt: present)
        let callback = try LoginCallback(
            method: .get, endpoint: .login, rawQuery: Data("code=c1&state=state-1".utf8), rawBody: Data())
        return try await provider.completeLogin(callback, resuming: pending)
    }
}

/// The signing key of every OP here; making one takes long.
enum Keys {
    static let shared = Result { try SigningKey.generate(.rs256, kid: "k1") }
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

/// The paths of what settings are refused for.
func problems(_ kind: any IdentityProvider.Type, _ settings: [String: SettingsValue], _ stage: Stage) -> [String] {
    do throws(SettingsError) {
        _ = try ProviderRegistry([kind]).makeProvider(
            kind.kind, id: "acme", settings: .object(settings), version: 1, context: stage.context)
        return []
    } catch {
        return error.problems.map { $0.path.joined(separator: ".") }
    }
}
