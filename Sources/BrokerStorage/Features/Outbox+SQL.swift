import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func outboxBacklog() throws -> (count: Int, oldest: Timestamp?) {
        let backlog = try sql.row("SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox") {
            (count: Int(try $0.integer("waiting")), oldest: try $0.optionalTime("oldest"))
        }
        return backlog ?? (0, nil)
    }
}

extension SQLiteWriter {
    func enqueue(_ entry: OutboxEntry) throws {
        try sql.atomically {
            let position = try sql.raiseCounter("outbox_position")
            try sql.run(
                """
                INSERT INTO outbox (position, id, topic, lane, body, attempts, due_at, created_at)
                VALUES (:position, :id, :topic, :lane, :body, :attempts, :due_at, :created_at)
                """, entry.columns(position: position))
        }
    }

    /// The time stands in it twice: a caller that waited for another one's lease looks again before it takes the row.
    ///
    /// `RETURNING` has no order.
    func claimOutbox(at now: Timestamp, lease: Timestamp, limit: Int) throws -> [OutboxEntry] {
        try sql.rows(
            """
            UPDATE outbox SET attempts = attempts + 1, due_at = :lease
            WHERE due_at <= :now AND position IN
                (SELECT head.position FROM outbox AS head
                WHERE head.due_at <= :now AND NOT EXISTS
                    (SELECT earlier.position FROM outbox AS earlier
                    WHERE earlier.lane = head.lane AND earlier.position < head.position)
                ORDER BY head.position LIMIT :limit)
            RETURNING *
            """, ["now": now.microseconds, "lease": lease.microseconds, "limit": limit]
        ) { (position: try $0.integer("position"), entry: try OutboxEntry(row: $0)) }
        .sorted { $0.position < $1.position }.map(\.entry)
    }

    func finishOutbox(_ id: String) throws { try sql.run("DELETE FROM outbox WHERE id = :id", ["id": id]) }

    func postponeOutbox(_ id: String, until dueAt: Timestamp) throws {
        try sql.run("UPDATE outbox SET due_at = :due_at WHERE id = :id", ["id": id, "due_at": dueAt.microseconds])
    }
}

extension OutboxEntry {
    fileprivate func columns(position: Int64) -> SQLConnection.Arguments {
        [
            "position": position, "id": id, "topic": topic.rawValue, "lane": lane, "body": body,
            "attempts": attempts, "due_at": dueAt.microseconds, "created_at": createdAt.microseconds,
        ]
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row.text("id"), topic: try row.choice("topic"), lane: try row.text("lane"),
            body: try row.blob("body"), attempts: Int(try row.integer("attempts")), dueAt: try row.time("due_at"),
            createdAt: try row.time("created_at"))
    }
}
