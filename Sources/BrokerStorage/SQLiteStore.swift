package import Broker
package import BrokerModel
import GRDB
package import Logging
import Synchronization

/// The store in one SQLite file.
///
/// Several processes of one machine may have it open.
package final class SQLiteStore: Store {
    let pool: DatabasePool
    private let path: String
    private let logger: Logger
    private let time: TimeSource
    private let queue: WriteQueue
    private let readers = WorkerThreads(count: 4, name: "vestibule.store.reader")
    private let observers = CommitObservers()
    private let watchers = Mutex<[ForeignCommitWatcher]>([])
    private let isClosed = Mutex(false)

    /// Opens the file, creates it where it does not exist (mode 0600), and brings its schema up to date.
    ///
    /// Blocks.
    package init(path: String, logger: Logger, time: TimeSource = .system) throws(StoreError) {
        pool = try SQLiteFile.open(path, logger: logger, at: time.now)
        self.path = path
        self.logger = logger
        self.time = time
        queue = WriteQueue(pool, logger: logger) { [observers] in observers.notify() }
    }

    /// Whoever forgets to close keeps no threads.
    ///
    /// Nothing here may wait: the last reference may go on one of them.
    deinit {
        readers.end()
        queue.end()
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreReader) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isAccepted = readers.submit { [pool] in
                do {
                    continuation.resume(returning: try pool.read { try body(SQLiteReader($0)) })
                } catch {
                    continuation.resume(throwing: StoreError.translated(error))
                }
            }
            if !isAccepted { continuation.resume(throwing: StoreError.closed) }
        }
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws -> Value
    ) async throws -> Value {
        try await queue.write(body)
    }

    /// Calls a handler after every commit that changed something, before its callers go on, and after commits of other
    /// processes once they are watched.
    ///
    /// The handler runs on the writer's queue: it must be quick and must not block.
    @discardableResult
    package func observe(_ handler: @escaping @Sendable () -> Void) -> CommitObservation { observers.add(handler) }

    /// Begins to look for commits of other processes, until the store is closed.
    package func watchForeignCommits(
        every interval: Duration = .milliseconds(200)
    ) throws(StoreError) -> ForeignCommitWatcher {
        let watcher = try ForeignCommitWatcher(path: path, interval: interval, time: time, logger: logger) {
            [observers] in observers.notify()
        }
        watchers.withLock { $0.append(watcher) }
        return watcher
    }

    /// Finishes what was asked for and closes the file; what comes later is refused.
    ///
    /// Blocks.
    package func close() {
        guard
            isClosed.withLock({ wasClosed in
                defer { wasClosed = true }
                return !wasClosed
            })
        else { return }
        watchers.withLock { $0 }.forEach { $0.stop() }
        queue.close()
        readers.stop()
        do {
            // So that the one file is whole for whoever copies it while no process is there.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        } catch {
            logger.warning("the store did not close cleanly; it recovers when it is opened again")
        }
    }
}
