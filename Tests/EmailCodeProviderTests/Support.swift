import Broker
import EmailCodeProvider
import Foundation
import Logging
import Synchronization

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_768_478_400))

    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { self.now } }
    func advance(_ seconds: Int64) { moment.withLock { $0 = $0 + .seconds(seconds) } }
}

/// A mail server that keeps what it was given, or fails.
final class Mailbox: MailSender {
    private let state = Mutex<(mails: [OutgoingMail], failure: MailError.Code?)>(([], nil))

    var mails: [OutgoingMail] { state.withLock { $0.mails } }
    func fail(_ code: MailError.Code?) { state.withLock { $0.failure = code } }

    func send(_ mail: OutgoingMail) async throws(MailError) {
        let failure = state.withLock { state in
            state.mails.append(mail)
            return state.failure
        }
        // A server that repeats what it was sent.
        if let failure { throw MailError(failure, detail: "550 no: \(mail.text)") }
    }

    /// The code of the last mail.
    func code() throws -> String { String(try unwrap(mails.last).text.prefix(8)) }
}

/// Octets that repeat, each call going on where the last ended.
final class ScriptedRandomness: Sendable {
    private let state: Mutex<(octets: [UInt8], next: Int)>

    init(_ octets: [UInt8]) { state = Mutex((octets, 0)) }

    var source: Randomness {
        Randomness { [self] count in
            state.withLock { state in
                (0..<count).map { _ in
                    defer { state.next += 1 }
                    return state.octets[state.next % state.octets.count]
                }
            }
        }
    }
}

/// No network: this kind needs none.
struct NoTransport: HTTPTransport {
    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        throw TransportError(.unreachable, detail: "no network")
    }
}

/// No memory: this kind needs none.
struct NoMemory: ConnectionMemory {
    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { nil }
    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool { false }
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

/// One connection with its mail server.
struct World {
    static let address = "alice@acme.example"

    let clock = TestClock()
    let mailbox = Mailbox()
    let log = LogCapture()
    var randomness = Randomness.system
    var hasMail = true
    let callbackURL: URL

    init() throws { callbackURL = try unwrap(URL(string: "https://b.example/vestibule/cb/guests")) }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: callbackURL, transport: NoTransport(), mail: hasMail ? mailbox : nil, time: clock.source,
            randomness: randomness, memory: NoMemory(),
            secrets: SecretResolver { _ throws(SettingsError) in throw SettingsError(at: [], "no secrets") },
            logger: Logger(label: "test") { [log] _ in log })
    }

    func provider(
        _ change: (inout EmailCodeProvider.Settings) -> Void = { _ in }
    ) throws -> EmailCodeProvider {
        var settings = EmailCodeProvider.Settings(recipients: ["acme.example", "jo@freelance.example"])
        change(&settings)
        return try EmailCodeProvider(id: "guests", settings: settings, context: context)
    }

    /// A login as the engine drives it.
    func login(_ hint: String? = World.address) throws -> Login {
        Login(world: self, provider: try provider(), hint: hint)
    }
}

/// The engine's part of one login: secrets per round, state kept, rounds counted.
final class Login {
    let world: World
    let provider: EmailCodeProvider
    let hint: String?
    private(set) var round = 0
    private(set) var state = LoginState.empty
    private(set) var fields: [PromptField] = []
    private var secrets = Login.makeSecrets()

    init(world: World, provider: EmailCodeProvider, hint: String?) {
        self.world = world
        self.provider = provider
        self.hint = hint
    }

    static func makeSecrets() -> LoginSecrets {
        let random = Randomness.system
        return LoginSecrets(
            state: random.token(), nonce: random.token(), codeVerifier: random.token(), requestID: "_" + random.token())
    }

    var field: PromptField? { fields.first }

    private func keep(_ step: LoginStep, _ next: LoginSecrets) throws {
        guard case .ask(let asked) = step.action, step.state.bytes.count <= LoginState.maximumBytes else {
            throw Absent()
        }
        (fields, state, secrets) = (asked, step.state, next)
        round += 1
    }

    func begin() async throws {
        try keep(
            try await provider.beginLogin(
                LoginRequest(callbackURL: world.callbackURL, secrets: secrets, loginHint: hint, reference: "r")),
            secrets)
    }

    /// Posts fields; the identity if there is one, nil where it is asked again.
    @discardableResult func answer(
        _ body: String, state other: LoginState? = nil, endpoint: CallbackEndpoint = .answer,
        method: LoginCallback.Method = .post
    ) async throws -> VerifiedIdentity? {
        let fresh = Login.makeSecrets()
        let octets = Data("transaction=x&\(body)".utf8)
        let callback = try LoginCallback(
            method: method, endpoint: endpoint, rawQuery: method == .get ? octets : Data(),
            rawBody: method == .post ? octets : Data())
        let pending = PendingLogin(
            sent: secrets, fresh: fresh, state: other ?? state, round: round, callbackURL: world.callbackURL,
            requirements: .none, startedAt: world.clock.now)
        switch try await provider.completeLogin(callback, resuming: pending) {
        case .identity(let identity): return identity
        case .denied: throw Absent()
        case .next(let step):
            try keep(step, fresh)
            return nil
        }
    }

    /// What an answer was refused with.
    func refusal(
        _ body: String, state other: LoginState? = nil, endpoint: CallbackEndpoint = .answer,
        method: LoginCallback.Method = .post
    ) async -> LoginError? {
        do {
            try await answer(body, state: other, endpoint: endpoint, method: method)
            return nil
        } catch {
            return error as? LoginError
        }
    }

    /// What the beginning was refused with.
    func beginRefusal() async -> LoginError? {
        do {
            try await begin()
            return nil
        } catch {
            return error as? LoginError
        }
    }
}

struct Absent: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}

/// Another code than the right one.
func wrong(_ code: String) -> String { String((code.first == "9" ? "0" : "9") + code.dropFirst()) }
