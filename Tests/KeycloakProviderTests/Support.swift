import Broker
import Foundation
import HTTPTypes
import JOSE
import Logging
import Synchronization

struct Absent: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}

/// A clock that stands.
final class TestClock: Sendable {
    let now = Timestamp(seconds: 1_768_478_400)
    var source: TimeSource { TimeSource { self.now } }
}

/// A transport that answers from a script and keeps what it was asked.
final class ScriptedTransport: HTTPTransport {
    private let state = Mutex<(answers: [String: OutboundResponse], requests: [OutboundRequest])>(([:], []))

    func on(_ url: String, json: String) {
        let answer = OutboundResponse(
            status: .ok, headerFields: [.contentType: "application/json"], body: Data(json.utf8))
        state.withLock { $0.answers[url] = answer }
    }

    func silence(_ url: String) { state.withLock { $0.answers[url] = nil } }

    var requests: [OutboundRequest] { state.withLock { $0.requests } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers[request.url.absoluteString]
        }
        await Task.yield()
        return answer ?? OutboundResponse(status: .notFound)
    }
}

/// A connection's memory.
final class TestMemory: ConnectionMemory {
    private let entries = Mutex<[String: MemoryEntry]>([:])

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { entries.withLock { $0[key] } }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        entries.withLock { entries in
            guard entries[key]?.version == expected else { return false }
            entries[key] = MemoryEntry(
                bytes: bytes, storedAt: Timestamp(seconds: 1_768_478_400), version: (expected ?? 0) + 1)
            return true
        }
    }
}

/// What every vendor's world needs: one clock, one transport, one login.
struct Bench {
    let clock = TestClock()
    let transport = ScriptedTransport()
    let memory = TestMemory()
    let callbackURL: URL
    let secrets = LoginSecrets(
        state: "STAT3-value", nonce: "N0NCE-value", codeVerifier: "V3RIFIER-value-that-is-long-enough-for-rfc-7636",
        requestID: "_1")

    init() throws { callbackURL = try unwrap(URL(string: "https://b.example/vestibule/cb/acme")) }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: callbackURL, transport: transport, time: clock.source,
            randomness: Randomness { [UInt8](repeating: 255, count: $0) },
            memory: memory, secrets: SecretResolver { _ throws(SettingsError) in Secret("S3CR3T-value") },
            logger: Logger(label: "test"))
    }

    var request: LoginRequest { LoginRequest(callbackURL: callbackURL, secrets: secrets, reference: "r") }

    func callback(_ parameters: String, post: Bool = false, endpoint: CallbackEndpoint = .login) throws -> LoginCallback
    {
        try LoginCallback(
            method: post ? .post : .get, endpoint: endpoint, rawQuery: Data((post ? "" : parameters).utf8),
            rawBody: Data((post ? parameters : "").utf8))
    }

    func outcome(_ provider: some IdentityProvider) async throws -> LoginOutcome {
        let pending = PendingLogin(
            sent: secrets, fresh: secrets, state: .empty, round: 1, callbackURL: callbackURL, requirements: .none,
            startedAt: clock.now)
        return try await provider.completeLogin(
            try callback("code=C0DE-value&state=STAT3-value"), resuming: pending)
    }

    func login(_ provider: some IdentityProvider) async throws -> VerifiedIdentity {
        guard case .identity(let identity) = try await outcome(provider) else { throw Absent() }
        return identity
    }

    /// What a login is refused with, or nil where it is not.
    func refusal(_ provider: some IdentityProvider) async -> LoginError.Code? {
        do {
            _ = try await outcome(provider)
            return nil
        } catch {
            return (error as? LoginError)?.code
        }
    }

    /// Makes the token endpoint answer with these.
    func grant(at url: String, idToken: String, accessToken: String, refreshToken: String? = nil) {
        var answer: JSONObject = [
            "access_token": .string(accessToken), "token_type": "Bearer", "id_token": .string(idToken),
        ]
        answer["refresh_token"] = refreshToken.map { .string($0) }
        transport.on(url, json: answer.text)
    }

    func publish(_ keys: [SigningKey], at url: String) {
        transport.on(url, json: String(decoding: JWKSet(keys: keys.map(\.publicKey)).serialized(), as: UTF8.self))
    }
}

extension SettingsValue {
    /// The path of the first problem that a kind has with settings; nil where it loads.
    static func problem(
        _ type: any IdentityProvider.Type, _ settings: [String: SettingsValue], _ context: ProviderContext
    ) -> String? {
        do throws(SettingsError) {
            _ = try ProviderRegistry([type]).makeProvider(
                type.kind, id: "acme", settings: .object(settings), version: 1, context: context)
            return nil
        } catch {
            return error.problems.first?.path.joined(separator: ".") ?? ""
        }
    }
}
