import Broker
import Foundation
import HTTPTypes
import JOSE
import Logging
import OpenIDConnect
import Synchronization

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_768_478_400))

    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { self.now } }
    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
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

/// An OP with its keys, and the world around one relying party.
struct World {
    static let issuer = "https://op.example/t1"
    static let clientID = "broker-acme"
    static let jwksPath = "/t1/jwks"
    static let discoveryPath = "/t1/.well-known/openid-configuration"
    static let document = """
        {"issuer":"\(issuer)","authorization_endpoint":"\(issuer)/authorize","token_endpoint":"\(issuer)/token",
        "jwks_uri":"\(issuer)/jwks","userinfo_endpoint":"\(issuer)/userinfo","end_session_endpoint":"\(issuer)/logout",
        "authorization_response_iss_parameter_supported":true,"id_token_signing_alg_values_supported":["ES256"],
        "code_challenge_methods_supported":["S256"],"response_modes_supported":["query","form_post"]}
        """

    let clock = TestClock()
    let transport = ScriptedTransport()
    let memory: TestMemory
    let key: SigningKey

    init() throws {
        memory = TestMemory(clock: clock)
        key = try SigningKey.generate(.es256, kid: "k1")
        transport.on(Self.discoveryPath, json: Self.document)
        publish([key])
    }

    func publish(_ keys: [SigningKey]) {
        let set = JWKSet(keys: keys.map(\.publicKey))
        transport.on(Self.jwksPath, json: String(decoding: set.serialized(), as: UTF8.self))
    }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: URL(filePath: "/cb"), transport: transport, time: clock.source,
            randomness: Randomness { [UInt8](repeating: 255, count: $0) },
            memory: memory, secrets: SecretResolver { _ throws(SettingsError) in Secret("client-secret") },
            logger: Logger(label: "test"))
    }

    func relyingParty() throws -> RelyingParty {
        let configuration = try unwrap(
            RelyingParty.Configuration(
                issuer: Self.issuer, clientID: Self.clientID, algorithms: ["RS256", "ES256"]))
        return RelyingParty(configuration, context: context)
    }

    var claims: JSONObject {
        [
            "iss": .string(Self.issuer), "aud": .string(Self.clientID), "sub": "u1",
            "exp": .integer(clock.now.seconds + 300), "iat": .integer(clock.now.seconds - 5), "nonce": "n-0001",
        ]
    }

    var expectations: TokenExpectations {
        TokenExpectations(
            issuer: Self.issuer, clientID: Self.clientID, nonce: "n-0001", now: clock.now,
            accessToken: Secret("at-123"), code: Secret("code-123"))
    }

    func token(
        typ: String? = "JWT", key: SigningKey? = nil, _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        var claims = claims
        change(&claims)
        return try (key ?? self.key).issue(claims: claims, typ: typ)
    }

    var keys: JWKSet { JWKSet(keys: [key.publicKey]) }
}

struct Absent: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}

/// What a call refused with, or nil where it did not.
func refusal<Value>(_ body: () throws(LoginError) -> Value) -> LoginError? {
    do throws(LoginError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

/// What an asynchronous call refused with, or nil where it did not.
func refusal<Value: Sendable>(_ body: () async throws(LoginError) -> Value) async -> LoginError? {
    do throws(LoginError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
