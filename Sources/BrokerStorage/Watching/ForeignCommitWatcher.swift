package import Broker
import BrokerModel
import Dispatch
import GRDB
import Logging
import Synchronization

/// Notices commits of other connections, above all those of other processes.
///
/// `PRAGMA data_version` is comparable only on one connection and outside any transaction, so the watcher has its own.
/// Commits of this process count as well: they were made on another connection.
package final class ForeignCommitWatcher: Sendable {
    private struct State {
        var version: Int64
        var lastHealthyRead: Timestamp
        var isHealthy = true
        var isStopped = false
    }

    private let connection: DatabaseQueue
    private let interval: Duration
    private let time: TimeSource
    private let logger: Logger
    private let onChange: @Sendable () -> Void
    private let state: Mutex<State>
    private let timer = DispatchQueue(label: "vestibule.store.watcher")

    init(
        path: String, interval: Duration, time: TimeSource, logger: Logger, onChange: @escaping @Sendable () -> Void
    ) throws(StoreError) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "vestibule.store.watch"
        configuration.busyMode = .timeout(0.1)
        let (connection, version) = try StoreError.translated {
            let connection = try DatabaseQueue(path: path, configuration: configuration)
            return (connection, try Self.dataVersion(connection))
        }
        self.connection = connection
        state = Mutex(State(version: version, lastHealthyRead: time.now))
        self.interval = interval
        self.time = time
        self.logger = logger
        self.onChange = onChange
        schedule()
    }

    /// When the store was last read without a failure.
    ///
    /// A process for which this is more than a second ago must not answer from its caches.
    package var lastHealthyRead: Timestamp { state.withLock { $0.lastHealthyRead } }

    /// Looks once, now.
    package func poll() {
        let version = try? Self.dataVersion(connection)
        let now = time.now
        let (isChanged, turned) = state.withLock { state in
            guard let version, !state.isStopped else {
                defer { state.isHealthy = state.isStopped }
                return (false, state.isHealthy && !state.isStopped ? "the store cannot be read" : nil)
            }
            defer { (state.version, state.lastHealthyRead, state.isHealthy) = (version, now, true) }
            return (state.version != version, state.isHealthy ? nil : "the store can be read again")
        }
        if let turned { logger.warning("\(turned)") }
        if isChanged { onChange() }
    }

    /// Ends the watch.
    ///
    /// A look under way may still report.
    package func stop() {
        let wasStopped = state.withLock { state in
            defer { state.isStopped = true }
            return state.isStopped
        }
        if !wasStopped { try? connection.close() }
    }

    private func schedule() {
        timer.asyncAfter(deadline: .now() + .microseconds(Int(interval.wholeMicroseconds))) { [weak self] in
            guard let self, !self.state.withLock({ $0.isStopped }) else { return }
            self.poll()
            self.schedule()
        }
    }

    /// Reads a row too: `data_version` alone could be answered from memory while the file is out of reach.
    private static func dataVersion(_ connection: DatabaseQueue) throws -> Int64 {
        try connection.unsafeRead { database in
            _ = try Int64.fetchOne(database, sql: "SELECT value FROM counters WHERE name = 'revocation_epoch'")
            guard let version = try Int64.fetchOne(database, sql: "PRAGMA data_version") else {
                throw StoreError(.corrupt, detail: "no data_version")
            }
            return version
        }
    }
}
