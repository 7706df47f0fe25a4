import BrokerModel
import Synchronization

/// A store that fails when a test says so, at the chosen read or write.
final class FaultyStore: Store {
    private struct Plan {
        var readsFail = false
        /// Which write from now on fails, counted from 1; nil for none.
        var failingWrite: Int?
        var writes = 0
    }

    private let base: any Store
    private let plan = Mutex(Plan())

    init(_ base: any Store) { self.base = base }

    var readsFail: Bool {
        get { plan.withLock { $0.readsFail } }
        set { plan.withLock { $0.readsFail = newValue } }
    }

    func fail(write number: Int?) { plan.withLock { ($0.failingWrite, $0.writes) = (number, 0) } }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value {
        if readsFail { throw StoreError(.unavailable, detail: "disk") }
        return try await base.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws -> Value
    ) async throws -> Value {
        let mustFail = plan.withLock { plan in
            plan.writes += 1
            return plan.writes == plan.failingWrite || plan.failingWrite == 0
        }
        guard mustFail else { return try await base.write(body) }
        // What a body did before the failure must be gone too.
        return try await base.write { writer in
            _ = try body(writer)
            throw StoreError(.unavailable, detail: "disk")
        }
    }
}
