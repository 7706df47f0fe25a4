import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func session(_ id: SessionID) throws -> Session? {
        try sql.row("SELECT * FROM sessions WHERE id = :id", ["id": id.rawValue], Session.init(row:))
    }

    func session(handleHash: Data) throws -> Session? {
        try sql.row(
            "SELECT * FROM sessions WHERE id = (SELECT session FROM session_handles WHERE hash = :hash)",
            ["hash": handleHash], Session.init(row:))
    }

    func session(handleHash: Data, at place: HandlePlace) throws -> Session? {
        try sql.row(
            """
            SELECT * FROM sessions
            WHERE id = (SELECT session FROM session_handles WHERE hash = :hash AND site = :site)
            """, ["hash": handleHash, "site": place.column], Session.init(row:))
    }

    func liveSessions(_ selection: SessionSelection, at now: Timestamp, limit: Int) throws -> [Session] {
        let (condition, arguments) = selection.condition
        return try sql.rows(
            """
            SELECT * FROM sessions WHERE \(condition) AND \(Session.liveCondition)
            ORDER BY created_at DESC, id DESC LIMIT :limit
            """,
            arguments.merging(["now": now.microseconds, "limit": limit]) { _, new in new }, Session.init(row:))
    }

    func liveSessionCount(at now: Timestamp) throws -> Int {
        let count = try sql.row(
            "SELECT COUNT(*) AS live FROM sessions WHERE \(Session.liveCondition)", ["now": now.microseconds]
        ) { try $0.integer("live") }
        return Int(count ?? 0)
    }
}

extension SQLiteWriter {
    func insert(_ session: Session, handleHash: Data, at place: HandlePlace) throws {
        try sql.atomically {
            try insertRow(session, handleHash: handleHash)
            try insertHandle(handleHash, of: session.id, at: place, now: session.createdAt)
        }
    }

    private func insertRow(_ session: Session, handleHash: Data) throws {
        try sql.run(
            """
            INSERT INTO sessions (id, handle_hash, customer, connection, issuer, tenant, subject, organization, site,
                created_at, last_seen_at, idle_deadline, absolute_deadline, authentication, upstream_session,
                upstream_principal, upstream_handle, refresh_at, refresh_confirmed_at, refresh_failing_since,
                refresh_failures, refresh_claim, refresh_lost, ended_at, end_reason)
            VALUES (:id, :handle_hash, :customer, :connection, :issuer, :tenant, :subject, :organization, :site,
                :created_at, :last_seen_at, :idle_deadline, :absolute_deadline, :authentication, :upstream_session,
                :upstream_principal, :upstream_handle, :refresh_at, :refresh_confirmed_at, :refresh_failing_since,
                :refresh_failures, :refresh_claim, :refresh_lost, :ended_at, :end_reason)
            """, try session.columns(handleHash: handleHash))
    }

    /// The condition stands in the statement: a session that ended or ran out must not come back.
    func renew(_ session: SessionID, lastSeenAt: Timestamp, idleDeadline: Timestamp) throws {
        try sql.run(
            """
            UPDATE sessions SET last_seen_at = :now, idle_deadline = :idle_deadline
            WHERE id = :id AND \(Session.liveCondition)
            """,
            [
                "id": session.rawValue, "now": lastSeenAt.microseconds, "idle_deadline": idleDeadline.microseconds,
            ])
    }

    /// What hangs on a session goes with it, but for the cookies that sites' JSM knew it by: those stay bound, so that
    /// nobody else gets in by one.
    func deleteSessions(endedBefore moment: Timestamp) throws -> Int {
        let arguments: SQLConnection.Arguments = ["moment": moment.microseconds]
        return try sql.atomically {
            try sql.run("DELETE FROM revocations WHERE ended_at < :moment", arguments)
            for table in ["facade_grants", "facade_sessions", "session_handles", "hand_offs"] {
                try sql.run(
                    "DELETE FROM \(table) WHERE session IN (SELECT id FROM sessions WHERE \(Session.overCondition))",
                    arguments)
            }
            return try sql.run("DELETE FROM sessions WHERE \(Session.overCondition)", arguments)
        }
    }
}

extension Session {
    /// `isLive(at: :now)` in SQL.
    static let liveCondition = "ended_at IS NULL AND idle_deadline > :now AND absolute_deadline > :now"

    /// Whether it ended or expired before `:moment`.
    fileprivate static let overCondition = """
        (ended_at < :moment OR (ended_at IS NULL AND (idle_deadline < :moment OR absolute_deadline < :moment)))
        """

    fileprivate func columns(handleHash: Data) throws -> SQLConnection.Arguments {
        subject.columns.merging(refresh.columns) { _, new in new }.merging([
            "id": id.rawValue, "handle_hash": handleHash, "customer": customer.rawValue,
            "organization": organization.rawValue, "site": site.rawValue, "created_at": createdAt.microseconds,
            "last_seen_at": lastSeenAt.microseconds, "idle_deadline": idleDeadline.microseconds,
            "absolute_deadline": absoluteDeadline.microseconds,
            "authentication": try JSONColumn.encode(authentication), "upstream_session": upstreamSessionID,
            "upstream_principal": upstreamPrincipal, "upstream_handle": upstreamHandle,
            "ended_at": endedAt?.microseconds, "end_reason": endReason?.rawValue,
        ]) { _, new in new }
    }

    init(row: SQLRow) throws {
        self.init(
            id: try row.name("id"), customer: try row.name("customer"), subject: try SubjectKey(row: row),
            organization: try row.name("organization"), site: try row.name("site"),
            createdAt: try row.time("created_at"), lastSeenAt: try row.time("last_seen_at"),
            idleDeadline: try row.time("idle_deadline"), absoluteDeadline: try row.time("absolute_deadline"),
            authentication: try row.json("authentication"), upstreamSessionID: try row.optionalText("upstream_session"),
            upstreamPrincipal: try row.optionalText("upstream_principal"),
            upstreamHandle: try row.optionalBlob("upstream_handle"), refresh: try SessionRefresh(row: row),
            endedAt: try row.optionalTime("ended_at"),
            endReason: try row.optionalText("end_reason") == nil ? nil : row.choice("end_reason"))
    }
}
