import BrokerModel
import GRDB

/// What the reader and the writer share: `Features/` extends this with the queries.
protocol SQLReading: StoreReader {
    var sql: SQLConnection { get }
}

/// Reads in the snapshot of one transaction.
struct SQLiteReader: SQLReading {
    let sql: SQLConnection

    init(_ database: Database) { sql = SQLConnection(database: database) }
}

/// Reads and changes within one savepoint of the batching writer.
struct SQLiteWriter: SQLReading, StoreWriter {
    let sql: SQLConnection
    /// What to do once the batch is committed.
    let afterCommit: AfterCommit

    init(_ database: Database, afterCommit: AfterCommit) {
        sql = SQLConnection(database: database)
        self.afterCommit = afterCommit
    }
}

/// What a batch asks for once it is committed.
///
/// It stays on the writer's queue.
final class AfterCommit {
    /// Personal data was destroyed: it must not stay behind in the write-ahead log.
    var mustTruncateLog = false
}
