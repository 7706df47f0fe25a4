import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func revocationEpoch() throws -> Int64 { try sql.counter("revocation_epoch") }

    func revocations(after epoch: Int64, limit: Int) throws -> [Revocation] {
        try sql.rows(
            "SELECT epoch, session_id FROM revocations WHERE epoch > :epoch ORDER BY epoch LIMIT :limit",
            ["epoch": epoch, "limit": limit]
        ) { Revocation(epoch: try $0.integer("epoch"), session: try $0.name("session_id")) }
    }
}

extension SQLiteWriter {
    func endSessions(
        _ selection: SessionSelection, reason: Session.EndReason, at now: Timestamp
    ) throws -> [Session] {
        try sql.atomically {
            let ended = try markEnded(selection, reason: reason, at: now)
                .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
            for session in ended { try insertRevocation(session.id, at: now) }
            return ended
        }
    }

    /// Also ends what is past its deadline: a clock that is set back must not revive a session of a disabled customer.
    ///
    /// Only `expired` is true of nothing else.
    private func markEnded(
        _ selection: SessionSelection, reason: Session.EndReason, at now: Timestamp
    ) throws -> [Session] {
        let (condition, arguments) = selection.condition
        let isOver = reason == .expired ? "AND (idle_deadline <= :now OR absolute_deadline <= :now)" : ""
        return try sql.rows(
            """
            UPDATE sessions SET ended_at = :now, end_reason = :reason
            WHERE \(condition) AND ended_at IS NULL \(isOver)
            RETURNING *
            """,
            arguments.merging(["now": now.microseconds, "reason": reason.rawValue]) { _, new in new },
            Session.init(row:))
    }

    private func insertRevocation(_ session: SessionID, at now: Timestamp) throws {
        let epoch = try sql.raiseCounter("revocation_epoch")
        try sql.run(
            "INSERT INTO revocations (epoch, session_id, ended_at) VALUES (:epoch, :session, :now)",
            ["epoch": epoch, "session": session.rawValue, "now": now.microseconds])
    }
}

extension SessionSelection {
    /// The selection as a condition with its values.
    var condition: (sql: String, arguments: SQLConnection.Arguments) {
        switch self {
        case .session(let id): ("id = :id", ["id": id.rawValue])
        case .customer(let id): ("customer = :customer", ["customer": id.rawValue])
        case .connection(let id): ("connection = :connection", ["connection": id.rawValue])
        case .organization(let id): ("organization = :organization", ["organization": id.rawValue])
        case .upstream(let connection, let issuer, let sessionID):
            (
                "connection = :connection AND issuer = :issuer AND upstream_session = :upstream",
                ["connection": connection.rawValue, "issuer": issuer, "upstream": sessionID]
            )
        case .principal(let connection, let issuer, let principal, let sessionIDs):
            Self.condition(connection, issuer, principal, sessionIDs)
        case .subject(let subject): (SubjectKey.condition, subject.columns)
        case .all: ("id IS NOT NULL", [:])
        }
    }
    /// One named value for each session name.
    private static func condition(
        _ connection: ConnectionID, _ issuer: String, _ principal: String, _ sessionIDs: [String]
    ) -> (sql: String, arguments: SQLConnection.Arguments) {
        var sql = "connection = :connection AND issuer = :issuer AND upstream_principal = :principal"
        var arguments: SQLConnection.Arguments = [
            "connection": connection.rawValue, "issuer": issuer, "principal": principal,
        ]
        guard !sessionIDs.isEmpty else { return (sql, arguments) }
        let names = sessionIDs.indices.map { "upstream_\($0)" }
        for (name, sessionID) in zip(names, sessionIDs) { arguments[name] = sessionID }
        sql += " AND upstream_session IN (" + names.map { ":\($0)" }.joined(separator: ", ") + ")"
        return (sql, arguments)
    }
}
