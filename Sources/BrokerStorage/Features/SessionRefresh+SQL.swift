import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func connectionsDueForRefresh(at now: Timestamp) throws -> Set<ConnectionID> {
        Set(
            try sql.rows(
                "SELECT DISTINCT connection FROM sessions WHERE refresh_at <= :now AND \(Session.liveCondition)",
                ["now": now.microseconds]
            ) { try $0.name("connection") })
    }

    func failingRefreshes(of connection: ConnectionID, at now: Timestamp) throws -> (count: Int, since: Timestamp?) {
        let failing = try sql.row(
            """
            SELECT COUNT(*) AS failing, MIN(refresh_failing_since) AS since FROM sessions
            WHERE connection = :connection AND refresh_failing_since IS NOT NULL AND \(Session.liveCondition)
            """, ["connection": connection.rawValue, "now": now.microseconds]
        ) { (count: Int(try $0.integer("failing")), since: try $0.optionalTime("since")) }
        return failing ?? (0, nil)
    }
}

extension SQLiteWriter {
    /// The time stands in it twice: a caller that waited for another one's lease looks again before it takes the row.
    ///
    /// A claim that is still there is one whose holder never came back. `RETURNING` has no order.
    func claimRefreshes(
        of connection: ConnectionID, claim: String, at now: Timestamp, lease: Timestamp, limit: Int
    ) throws -> [Session] {
        try sql.rows(
            """
            UPDATE sessions SET
                refresh_lost = CASE WHEN refresh_claim IS NULL THEN 0 ELSE refresh_lost + 1 END,
                refresh_failing_since = CASE WHEN refresh_claim IS NULL THEN refresh_failing_since
                    ELSE COALESCE(refresh_failing_since, :now) END,
                refresh_claim = :claim, refresh_at = :lease
            WHERE refresh_at <= :now AND \(Session.liveCondition) AND id IN
                (SELECT due.id FROM sessions AS due
                WHERE due.connection = :connection AND due.refresh_at <= :now AND due.ended_at IS NULL
                    AND due.idle_deadline > :now AND due.absolute_deadline > :now
                ORDER BY due.refresh_at, due.id LIMIT
                    (SELECT CASE WHEN COUNT(*) < :limit THEN :limit - COUNT(*) ELSE 0 END FROM sessions AS out
                    WHERE out.connection = :connection AND out.refresh_claim IS NOT NULL AND out.refresh_at > :now
                        AND out.ended_at IS NULL))
            RETURNING *
            """,
            [
                "now": now.microseconds, "claim": claim, "lease": lease.microseconds,
                "connection": connection.rawValue, "limit": limit,
            ], Session.init(row:)
        ).sorted { $0.id < $1.id }
    }

    func settleRefresh(_ session: Session, claim: String, at now: Timestamp) throws -> Bool {
        try sql.run(
            """
            UPDATE sessions SET upstream_session = :upstream_session, upstream_principal = :upstream_principal,
                upstream_handle = :upstream_handle, refresh_at = :refresh_at,
                refresh_confirmed_at = :refresh_confirmed_at, refresh_failing_since = :refresh_failing_since,
                refresh_failures = :refresh_failures, refresh_claim = NULL, refresh_lost = 0
            WHERE id = :id AND refresh_claim = :claim AND \(Session.liveCondition)
            """,
            [
                "id": session.id.rawValue, "claim": claim, "now": now.microseconds,
                "upstream_session": session.upstreamSessionID, "upstream_principal": session.upstreamPrincipal,
                "upstream_handle": session.upstreamHandle, "refresh_at": session.refresh.dueAt?.microseconds,
                "refresh_confirmed_at": session.refresh.confirmedAt?.microseconds,
                "refresh_failing_since": session.refresh.failingSince?.microseconds,
                "refresh_failures": session.refresh.failures,
            ]) == 1
    }
}

extension SessionRefresh {
    var columns: SQLConnection.Arguments {
        [
            "refresh_at": dueAt?.microseconds, "refresh_confirmed_at": confirmedAt?.microseconds,
            "refresh_failing_since": failingSince?.microseconds, "refresh_failures": failures,
            "refresh_claim": claim, "refresh_lost": lost,
        ]
    }

    init(row: SQLRow) throws {
        self.init(
            dueAt: try row.optionalTime("refresh_at"), confirmedAt: try row.optionalTime("refresh_confirmed_at"),
            failingSince: try row.optionalTime("refresh_failing_since"),
            failures: Int(try row.integer("refresh_failures")), claim: try row.optionalText("refresh_claim"),
            lost: Int(try row.integer("refresh_lost")))
    }
}
