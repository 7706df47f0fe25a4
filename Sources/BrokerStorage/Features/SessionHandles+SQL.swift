import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func handOff(codeHash: Data) throws -> HandOff? {
        try sql.row("SELECT * FROM hand_offs WHERE code_hash = :hash", ["hash": codeHash], HandOff.init(row:))
    }
}

extension SQLiteWriter {
    /// A browser that loops through hand-offs must not fill the store.
    private static var maximumHandles: Int { 8 }

    func insertHandle(_ hash: Data, of session: SessionID, at place: HandlePlace, now: Timestamp) throws {
        let key: SQLConnection.Arguments = ["session": session.rawValue, "site": place.column, "hash": hash]
        try sql.atomically {
            try sql.run(
                "INSERT INTO session_handles (hash, session, site, created_at) VALUES (:hash, :session, :site, :now)",
                key.merging(["now": now.microseconds]) { _, new in new })
            try sql.run(
                """
                DELETE FROM session_handles WHERE session = :session AND site = :site AND hash NOT IN
                    (SELECT kept.hash FROM session_handles AS kept
                    WHERE kept.session = :session AND kept.site = :site
                    ORDER BY CASE WHEN kept.hash = :hash THEN 0 ELSE 1 END, kept.created_at DESC, kept.hash LIMIT :limit)
                """, key.merging(["limit": Self.maximumHandles]) { _, new in new })
        }
    }

    func insert(_ handOff: HandOff) throws {
        try sql.run(
            """
            INSERT INTO hand_offs (code_hash, login, session, site, created_at, expires_at, used_at)
            VALUES (:code_hash, :login, :session, :site, :created_at, :expires_at, :used_at)
            """,
            [
                "code_hash": handOff.codeHash, "login": handOff.login.rawValue, "session": handOff.session.rawValue,
                "site": handOff.site.rawValue, "created_at": handOff.createdAt.microseconds,
                "expires_at": handOff.expiresAt.microseconds, "used_at": handOff.usedAt?.microseconds,
            ])
    }

    /// One statement: SQL decides which of many callers uses the code.
    func redeemHandOff(codeHash: Data, at now: Timestamp) throws -> HandOff? {
        try sql.row(
            """
            UPDATE hand_offs SET used_at = :now WHERE code_hash = :hash AND used_at IS NULL AND expires_at > :now
            RETURNING *
            """, ["hash": codeHash, "now": now.microseconds], HandOff.init(row:))
    }

    func deleteHandOffs(expiredBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM hand_offs WHERE expires_at < :moment", ["moment": moment.microseconds])
    }
}

extension HandlePlace {
    /// As a column has it: no site has an empty name.
    var column: String {
        switch self {
        case .site(let id): id.rawValue
        case .broker: ""
        }
    }
}

extension HandOff {
    fileprivate init(row: SQLRow) throws {
        self.init(
            codeHash: try row.blob("code_hash"), login: try row.name("login"), session: try row.name("session"),
            site: try row.name("site"), createdAt: try row.time("created_at"), expiresAt: try row.time("expires_at"),
            usedAt: try row.optionalTime("used_at"))
    }
}
