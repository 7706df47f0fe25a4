import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func breakGlass(handleHash: Data) throws -> BreakGlass? {
        try sql.row(
            "SELECT * FROM break_glasses WHERE handle_hash = :hash", ["hash": handleHash], BreakGlass.init(row:))
    }

    func openBreakGlasses(at now: Timestamp) throws -> [BreakGlass] {
        try sql.rows(
            """
            SELECT * FROM break_glasses WHERE closed_at IS NULL AND expires_at > :now ORDER BY opened_at, reference
            """, ["now": now.microseconds], BreakGlass.init(row:))
    }
}

extension SQLiteWriter {
    func insert(_ glass: BreakGlass) throws {
        try sql.run(
            """
            INSERT INTO break_glasses (reference, site, operator, reason, code_hash, handle_hash, opened_at, expires_at,
                used_at, closed_at)
            VALUES (:reference, :site, :operator, :reason, :code_hash, :handle_hash, :opened_at, :expires_at,
                :used_at, :closed_at)
            """,
            [
                "reference": glass.reference.rawValue, "site": glass.site.rawValue, "operator": glass.operatorName,
                "reason": glass.reason, "code_hash": glass.codeHash, "handle_hash": glass.handleHash,
                "opened_at": glass.openedAt.microseconds, "expires_at": glass.expiresAt.microseconds,
                "used_at": glass.usedAt?.microseconds, "closed_at": glass.closedAt?.microseconds,
            ])
    }

    /// One statement: of many browsers with one code, SQL lets one in.
    func useBreakGlass(codeHash: Data, site: SiteID, handleHash: Data, at now: Timestamp) throws -> BreakGlass? {
        try sql.row(
            """
            UPDATE break_glasses SET handle_hash = :handle, used_at = :now
            WHERE code_hash = :code AND site = :site AND used_at IS NULL AND closed_at IS NULL AND expires_at > :now
            RETURNING *
            """,
            ["handle": handleHash, "code": codeHash, "site": site.rawValue, "now": now.microseconds],
            BreakGlass.init(row:))
    }

    func closeBreakGlass(_ reference: Reference, at now: Timestamp) throws -> BreakGlass? {
        try sql.row(
            """
            UPDATE break_glasses SET closed_at = :now
            WHERE reference = :reference AND closed_at IS NULL AND expires_at > :now
            RETURNING *
            """, ["reference": reference.rawValue, "now": now.microseconds], BreakGlass.init(row:))
    }

    func deleteBreakGlasses(expiredBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM break_glasses WHERE expires_at <= :moment", ["moment": moment.microseconds])
    }
}

extension BreakGlass {
    fileprivate init(row: SQLRow) throws {
        self.init(
            reference: try row.name("reference"), site: try row.name("site"), operatorName: try row.text("operator"),
            reason: try row.text("reason"), codeHash: try row.blob("code_hash"),
            handleHash: try row.optionalBlob("handle_hash"), openedAt: try row.time("opened_at"),
            expiresAt: try row.time("expires_at"), usedAt: try row.optionalTime("used_at"),
            closedAt: try row.optionalTime("closed_at"))
    }
}
