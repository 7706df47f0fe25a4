import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func facadeSessions(of session: SessionID) throws -> [FacadeSession] {
        try sql.rows(
            """
            SELECT * FROM facade_sessions WHERE session = :session
            ORDER BY created_at, site, facade, session_key
            """, ["session": session.rawValue], FacadeSession.init(row:))
    }

    func facadeSession(_ facade: FacadeAddress, key: String) throws -> FacadeSession? {
        try sql.row(
            "SELECT * FROM facade_sessions WHERE site = :site AND facade = :facade AND session_key = :key",
            facade.columns.merging(["key": key]) { _, new in new }, FacadeSession.init(row:))
    }

    func portalSession(_ site: SiteID, cookieHash: Data) throws -> SessionID? {
        try sql.row(
            "SELECT session FROM portal_sessions WHERE site = :site AND cookie_hash = :hash",
            ["site": site.rawValue, "hash": cookieHash]
        ) { try $0.name("session") }
    }
}

extension SQLiteWriter {
    /// Who is told again is told the name of today; when it was told first stays.
    ///
    /// A key never passes to another session or person: that one's end would not be heard of.
    func put(_ session: FacadeSession) throws {
        let isPut = try sql.any(
            """
            INSERT INTO facade_sessions (site, facade, session_key, session, customer, name, created_at)
            VALUES (:site, :facade, :key, :session, :customer, :name, :created_at)
            ON CONFLICT (site, facade, session_key) DO UPDATE SET name = excluded.name
            WHERE facade_sessions.session = excluded.session AND facade_sessions.customer = excluded.customer
            RETURNING session
            """, session.columns)
        guard isPut else { throw StoreError(.conflict, detail: "facade_sessions: the key is another session's") }
    }

    /// `RETURNING` has no order.
    func takeFacadeSessions(of session: SessionID) throws -> [FacadeSession] {
        try sql.rows(
            "DELETE FROM facade_sessions WHERE session = :session RETURNING *", ["session": session.rawValue],
            FacadeSession.init(row:)
        ).sorted {
            ($0.createdAt, $0.facade.site, $0.facade.kind, $0.key)
                < ($1.createdAt, $1.facade.site, $1.facade.kind, $1.key)
        }
    }

    /// The first statement binds or finds the cookie bound, so the second finds a row whoever was first.
    func bindPortalSession(
        _ site: SiteID, cookieHash: Data, session: SessionID, at now: Timestamp
    ) throws -> SessionID {
        try sql.atomically {
            try sql.run(
                """
                INSERT INTO portal_sessions (site, cookie_hash, session, bound_at)
                VALUES (:site, :hash, :session, :now)
                ON CONFLICT (site, cookie_hash) DO NOTHING
                """,
                [
                    "site": site.rawValue, "hash": cookieHash, "session": session.rawValue, "now": now.microseconds,
                ])
            guard let bound = try portalSession(site, cookieHash: cookieHash) else {
                throw StoreError(.corrupt, detail: "portal_sessions: a row is missing")
            }
            return bound
        }
    }

    func deletePortalSessions(boundBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM portal_sessions WHERE bound_at < :moment", ["moment": moment.microseconds])
    }
}

extension FacadeSession {
    fileprivate var columns: SQLConnection.Arguments {
        facade.columns.merging([
            "key": key, "session": session.rawValue, "customer": customer.rawValue, "name": name,
            "created_at": createdAt.microseconds,
        ]) { _, new in new }
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            facade: try FacadeAddress(row: row), key: try row.text("session_key"), session: try row.name("session"),
            customer: try row.name("customer"), name: try row.text("name"), createdAt: try row.time("created_at"))
    }
}
