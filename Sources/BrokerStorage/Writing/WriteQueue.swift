import BrokerModel
import Dispatch
import GRDB
import Logging
import Synchronization

/// The one batching writer: bodies that arrive while a transaction runs are executed together in the next one and share
/// its fsync.
///
/// Each has a savepoint of its own, so that one that throws undoes only itself.
final class WriteQueue: Sendable {
    /// Bounds how long the first caller of a batch waits for the last.
    static let batchLimit = 256
    /// The most bodies that wait: beyond it the store says that it is busy instead of growing without end.
    static let waitingLimit = 8192

    private struct State {
        var waiting: [WriteJob] = []
        var isRunning = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let pool: DatabasePool
    private let logger: Logger
    private let didCommit: @Sendable () -> Void
    private let thread = WorkerThreads(count: 1, name: "vestibule.store.writer")

    init(_ pool: DatabasePool, logger: Logger, didCommit: @escaping @Sendable () -> Void) {
        self.pool = pool
        self.logger = logger
        self.didCommit = didCommit
    }

    /// Runs a body in one of the next transactions and returns once it is durable.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any StoreWriter) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { submit(WriteJob(body, $0)) }
    }

    /// Refuses what comes from now on and returns once what waited is done.
    func close() {
        state.withLock { $0.isClosed = true }
        let isDone = DispatchSemaphore(value: 0)
        // The drain that may be running, or waits to, comes before this.
        if thread.submit({ isDone.signal() }) { isDone.wait() }
        thread.stop()
    }

    /// Lets the writer's thread end, without waiting for what it does.
    func end() { thread.end() }

    private func submit(_ job: WriteJob) {
        let (isAccepted, starts) = state.withLock { state in
            guard !state.isClosed, state.waiting.count < Self.waitingLimit else { return (false, false) }
            state.waiting.append(job)
            defer { state.isRunning = true }
            return (true, !state.isRunning)
        }
        guard isAccepted else { return job.refuse(state.withLock { $0.isClosed } ? .closed : .busy) }
        if starts { startDraining() }
    }

    private func startDraining() {
        let isAccepted = thread.submit { [self] in pool.writeWithoutTransaction { drain($0) } }
        // Closed between the two: nobody would ever answer.
        if !isAccepted { takeWaiting().forEach { $0.refuse(.closed) } }
    }

    private func drain(_ database: Database) {
        while let batch = nextBatch() { execute(batch, in: database) }
    }

    private func takeWaiting() -> [WriteJob] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    private func nextBatch() -> [WriteJob]? {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(Self.batchLimit))
            state.waiting.removeFirst(batch.count)
            state.isRunning = !batch.isEmpty
            return batch.isEmpty ? nil : batch
        }
    }

    private func execute(_ batch: [WriteJob], in database: Database) {
        let changesBefore = database.totalChangesCount
        let afterCommit = AfterCommit()
        var outcomes: [WriteOutcome] = []
        do throws(StoreError) {
            try StoreError.translated { try database.beginTransaction(.immediate) }
            for job in batch {
                outcomes.append(job.run(database, afterCommit))
                // A full disk or an I/O error rolls back the whole transaction, whatever the savepoint.
                guard database.isInsideTransaction else { return executeSeparately(batch, outcomes, in: database) }
            }
            try StoreError.translated { try database.commit() }
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            logger.error("a batch of writes failed", metadata: ["detail": "\(error.detail)"])
            return batch.forEach { $0.refuse(error.asUnavailable) }
        }
        if afterCommit.mustTruncateLog { truncateLog(database) }
        if database.totalChangesCount != changesBefore { didCommit() }
        outcomes.forEach { $0.tell() }
    }

    /// Runs the bodies of a batch that SQLite rolled back again, one transaction each, so that the one that does not fit
    /// fails alone.
    private func executeSeparately(_ batch: [WriteJob], _ outcomes: [WriteOutcome], in database: Database) {
        if batch.count == 1 { return outcomes.forEach { $0.tell() } }
        batch.forEach { execute([$0], in: database) }
    }

    /// The pages are overwritten already (`secure_delete`); their old images must leave the write-ahead log too.
    private func truncateLog(_ database: Database) {
        do {
            _ = try database.checkpoint(.truncate)
        } catch {
            logger.warning("the write-ahead log could not be truncated after an erasure; a later checkpoint does it")
        }
    }
}

extension StoreError {
    /// More work waits than can be done in time.
    static let busy = StoreError(.unavailable, detail: "the store is busy")
    /// The store was closed.
    static let closed = StoreError(.unavailable, detail: "the store is closed")

    /// The same cause as a failure of the store itself: no value conflicts at `BEGIN` or `COMMIT`.
    fileprivate var asUnavailable: StoreError { code == .corrupt ? self : StoreError(.unavailable, detail: detail) }
}
