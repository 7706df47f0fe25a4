import Broker
import Foundation
import HTTPTypes
import Synchronization

/// A clock that a test moves.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_800_000_000))
    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { [self] in now } }
    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

/// Answers by path, and counts what was asked.
final class ScriptedTransport: HTTPTransport {
    private struct State {
        var answers: [String: String] = [:]
        var asked: [String] = []
    }

    private let state = Mutex(State())

    func on(_ url: String, _ body: String) { state.withLock { $0.answers[url] = body } }
    func off(_ url: String) { state.withLock { $0.answers[url] = nil } }
    var asked: [String] { state.withLock { $0.asked } }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let url = request.url.absoluteString
        let body = state.withLock { state in
            state.asked.append(url)
            return state.answers[url]
        }
        guard let body else { throw TransportError(.unreachable, detail: "nobody answers") }
        return OutboundResponse(
            status: .ok, headerFields: [.contentType: "application/samlmetadata+xml"], body: Data(body.utf8))
    }
}

/// A connection's memory.
final class TestMemory: ConnectionMemory {
    private let entries = Mutex<[String: MemoryEntry]>([:])
    private let clock: TestClock

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

struct Absent: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}

extension LoginOutcome {
    var identity: VerifiedIdentity {
        get throws {
            guard case .identity(let identity) = self else { throw Absent() }
            return identity
        }
    }

    var denial: Denial? {
        if case .denied(let denial) = self { denial } else { nil }
    }
}

/// The rule that a call refused with, or nil where it did not.
func refusal<Value: Sendable>(_ body: () async throws -> Value) async -> String? {
    do {
        _ = try await body()
        return nil
    } catch let error as LoginError {
        return error.rule ?? error.code.rawValue
    } catch {
        return "\(error)"
    }
}
