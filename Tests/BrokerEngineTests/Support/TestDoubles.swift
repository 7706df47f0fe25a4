import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import Logging
import Synchronization

/// A clock that stands until a test moves it.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_780_000_000))

    var now: Timestamp {
        get { moment.withLock { $0 } }
        set { moment.withLock { $0 = newValue } }
    }

    var source: TimeSource { TimeSource { [self] in now } }

    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

/// Repeatable bytes (SplitMix64): equal seeds give equal runs.
final class SeededRandomness: Sendable {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    var source: Randomness { Randomness { [self] count in (0..<count).map { _ in next() } } }

    private func next() -> UInt8 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
        }
    }
}

/// A witness that says what a test tells it to.
final class TestProbe: KeyProbe {
    private let answer = Mutex(true)
    private let asked = Mutex(0)

    var accepts: Bool {
        get { answer.withLock { $0 } }
        set { answer.withLock { $0 = newValue } }
    }

    var count: Int { asked.withLock { $0 } }

    func accepts(token: String, publicKeyPEM: String, algorithm: String) -> Bool {
        asked.withLock { $0 += 1 }
        return accepts
    }
}

/// Keeps every log line with its metadata.
final class CapturedLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func keep(_ line: String) { kept.withLock { $0.append(line) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.keep("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:])")
        }
    }
}

/// Hears what metrics would.
final class CapturedMetrics: EngineObserver {
    private let heard = Mutex<[String]>([])

    var labels: [String] { heard.withLock { $0 } }

    func loginEnded(kind: ProviderKind?, code: String?, duration: Duration) {
        heard.withLock { $0.append("login \(code ?? "ok")") }
    }
    func gateAnswered(_ outcome: GateOutcome, isWarm: Bool) {
        heard.withLock { $0.append("gate \(outcome.rawValue)\(isWarm ? " warm" : "")") }
    }
    func sessionsEnded(_ reason: Session.EndReason, count: Int) {
        heard.withLock { $0.append("ended \(reason.rawValue) \(count)") }
    }
    func sessionRefreshed(kind: ProviderKind, result: RefreshResult) {
        heard.withLock { $0.append("refresh \(result.rawValue)") }
    }
}

/// There is no network in these tests.
struct NoTransport: HTTPTransport {
    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        throw TransportError(.unreachable, detail: "no network here")
    }
}
