import BrokerModel
import GRDB

/// One waiting `write` body with its caller.
struct WriteJob: Sendable {
    /// Runs the body in a savepoint and hands back how its caller hears of it after the commit.
    let run: @Sendable (Database, AfterCommit) -> WriteOutcome
    /// Tells the caller that nothing was done.
    let refuse: @Sendable (StoreError) -> Void

    init<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreWriter) throws -> Value,
        _ continuation: CheckedContinuation<Value, any Error>
    ) {
        refuse = { continuation.resume(throwing: $0) }
        run = { database, afterCommit in
            let writer = SQLiteWriter(database, afterCommit: afterCommit)
            let result = Result { try writer.sql.atomically { try body(writer) } }
            return WriteOutcome { continuation.resume(with: result) }
        }
    }
}

/// What a body did, told once the batch is durable.
struct WriteOutcome {
    /// Resumes the caller with the body's value or error.
    let tell: () -> Void
}
