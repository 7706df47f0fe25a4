import Broker
import Foundation
import HTTPTypes
import Logging
import Synchronization

@testable import TrustDocuments

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_768_478_400))

    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { self.now } }
    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

/// An IdP that says one thing, and counts how often it is asked; it can be held shut for one request.
final class TestSource: HTTPTransport {
    private let state = Mutex<(text: String?, requests: [OutboundRequest])>(("one", []))
    private let gate = Gate()

    func say(_ text: String?) { state.withLock { $0.text = text } }
    func shut() { gate.shut() }
    func open() { gate.open() }
    var requests: [OutboundRequest] { state.withLock { $0.requests } }
    var count: Int { requests.count }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        state.withLock { $0.requests.append(request) }
        await Task.yield()
        // A second one is what no test wants to see; it must fail there and not wait here.
        if gate.isWaitedAt { gate.open() }
        await gate.pass()
        guard let text = state.withLock({ $0.text }) else { throw TransportError(.timedOut, detail: "idp.example") }
        return OutboundResponse(status: .ok, body: Data(text.utf8))
    }
}

/// Where callers wait until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((true, []))

    var isWaitedAt: Bool { state.withLock { !$0.waiting.isEmpty } }
    func shut() { state.withLock { $0.isOpen = false } }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for each in waiting { each.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A connection's memory as the store keeps it; two documents that share one are two processes.
final class TestMemory: ConnectionMemory {
    private let clock: TestClock
    private let state = Mutex<(entries: [String: MemoryEntry], isAway: Bool)>(([:], false))

    init(clock: TestClock) { self.clock = clock }

    var keys: [String] { state.withLock { $0.entries.keys.sorted() } }
    func goAway() { state.withLock { $0.isAway = true } }

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? {
        let (entry, isAway) = state.withLock { ($0.entries[key], $0.isAway) }
        if isAway { throw MemoryError(.unavailable) }
        return entry
    }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        let stored: Bool? = state.withLock { state in
            if state.isAway { return nil }
            guard state.entries[key]?.version == expected else { return false }
            state.entries[key] = MemoryEntry(bytes: bytes, storedAt: clock.now, version: (expected ?? 0) + 1)
            return true
        }
        guard let stored else { throw MemoryError(.unavailable) }
        return stored
    }
}

/// What was seen, in order.
final class Notes: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    func write(_ line: String) { lines.withLock { $0.append(line) } }
}

/// One source, one memory, and documents that share them.
struct World {
    static let source = URL(filePath: "/trust")

    let clock = TestClock()
    let source = TestSource()
    let memory: TestMemory
    let replaced = Notes()
    let pauses = Notes()

    init() { memory = TestMemory(clock: clock) }

    /// A document as one process has it.
    ///
    /// Its text may end in ` until SECONDS`.
    func document(
        firstCoolDown: Duration = .zero, pause: @escaping @Sendable () async -> Void = {}
    ) -> RemoteDocument<String> {
        var policy = RefreshPolicy.keys
        policy.firstCoolDown = firstCoolDown
        let (replaced, pauses) = (replaced, pauses)
        return RemoteDocument(
            "test", format: DocumentFormat(mediaType: "text/plain", accept: "text/*"), policy: policy, context: context,
            pause: { _ in
                pauses.write("pause")
                await pause()
            },
            validUntil: { $0.split(separator: " ").last.flatMap { Int64($0) }.map { Timestamp(seconds: $0) } },
            didReplace: { replaced.write("\($0) -> \($1)") },
            process: { response throws(LoginError) in
                let text = String(decoding: response.body, as: UTF8.self)
                guard !text.hasPrefix("bad") else { throw LoginError(.upstreamInvalid, detail: text) }
                return text
            })
    }

    var context: ProviderContext {
        ProviderContext(
            callbackURL: URL(filePath: "/cb"), transport: source, time: clock.source,
            randomness: Randomness { [UInt8](repeating: 255, count: $0) },
            memory: memory, secrets: SecretResolver { _ throws(SettingsError) in Secret("none") },
            logger: Logger(label: "test"))
    }
}
