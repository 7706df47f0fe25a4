import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func facadeGrant(_ hash: Data, kind: FacadeGrant.Kind) throws -> FacadeGrant? {
        try sql.row(
            "SELECT * FROM facade_grants WHERE hash = :hash AND kind = :kind",
            ["hash": hash, "kind": kind.rawValue], FacadeGrant.init(row:))
    }
}

extension SQLiteWriter {
    func insert(_ grant: FacadeGrant) throws {
        try sql.run(
            """
            INSERT INTO facade_grants (hash, kind, site, facade, session, parent, sealed, created_at, expires_at,
                used_at)
            VALUES (:hash, :kind, :site, :facade, :session, :parent, :sealed, :created_at, :expires_at, :used_at)
            """, grant.columns)
    }

    /// One statement: SQL decides which of many callers sets the time, and only that one gets the row.
    func useFacadeGrant(_ hash: Data, kind: FacadeGrant.Kind, at now: Timestamp) throws -> FacadeGrant? {
        let used = try sql.row(
            """
            UPDATE facade_grants SET used_at = :now WHERE hash = :hash AND kind = :kind AND used_at IS NULL
            RETURNING *
            """,
            ["hash": hash, "kind": kind.rawValue, "now": now.microseconds], FacadeGrant.init(row:))
        guard var used else { return nil }
        used.usedAt = nil
        return used
    }

    /// The grant itself goes too, so that what is still being made from it finds it gone.
    func deleteFacadeGrants(parent: Data) throws -> Int {
        try sql.run("DELETE FROM facade_grants WHERE parent = :parent OR hash = :parent", ["parent": parent])
    }

    func deleteFacadeGrants(of session: SessionID) throws -> Int {
        try sql.run("DELETE FROM facade_grants WHERE session = :session", ["session": session.rawValue])
    }

    func deleteFacadeGrants(expiredBefore moment: Timestamp) throws -> Int {
        try sql.run("DELETE FROM facade_grants WHERE expires_at < :moment", ["moment": moment.microseconds])
    }
}

extension FacadeAddress {
    /// A facade's two columns.
    var columns: SQLConnection.Arguments { ["site": site.rawValue, "facade": kind.rawValue] }

    init(row: SQLRow) throws { self.init(site: try row.name("site"), kind: try row.name("facade")) }
}

extension FacadeGrant {
    fileprivate var columns: SQLConnection.Arguments {
        facade.columns.merging([
            "hash": hash, "kind": kind.rawValue, "session": session?.rawValue, "parent": parent, "sealed": sealed,
            "created_at": createdAt.microseconds, "expires_at": expiresAt.microseconds,
            "used_at": usedAt?.microseconds,
        ]) { _, new in new }
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            hash: try row.blob("hash"), kind: try row.choice("kind"), facade: try FacadeAddress(row: row),
            session: try row.optionalName("session"), parent: try row.optionalBlob("parent"),
            sealed: try row.blob("sealed"), createdAt: try row.time("created_at"),
            expiresAt: try row.time("expires_at"), usedAt: try row.optionalTime("used_at"))
    }
}
