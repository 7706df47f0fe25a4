import Broker
import BrokerModel

extension SQLReading {
    func replacements() throws -> [ConnectionReplacement] {
        try sql.rows(
            "SELECT * FROM connection_replacements ORDER BY old", [:], ConnectionReplacement.init(row:))
    }

    func wasReplaced(_ customer: CustomerID, into new: ConnectionID) throws -> Bool {
        try sql.any(
            "SELECT customer FROM replaced_customers WHERE customer = :customer AND new = :new",
            ["customer": customer.rawValue, "new": new.rawValue])
    }

    func links(through connection: ConnectionID) throws -> [IdentityLink] {
        try sql.rows(
            """
            SELECT * FROM identity_links WHERE connection = :connection
            ORDER BY customer, created_at, issuer, tenant, subject
            """, ["connection": connection.rawValue], IdentityLink.init(row:))
    }
}

extension SQLiteWriter {
    func put(_ replacement: ConnectionReplacement) throws {
        try sql.run(
            """
            INSERT INTO connection_replacements (old, new, organization, started_at, ends_at)
            VALUES (:old, :new, :organization, :started_at, :ends_at)
            ON CONFLICT (old) DO UPDATE SET new = excluded.new, organization = excluded.organization,
                started_at = excluded.started_at, ends_at = excluded.ends_at
            """,
            [
                "old": replacement.old.rawValue, "new": replacement.new.rawValue,
                "organization": replacement.organization.rawValue, "started_at": replacement.startedAt.microseconds,
                "ends_at": replacement.endsAt.microseconds,
            ])
    }

    func delete(replacementOf old: ConnectionID) throws -> Bool {
        try sql.any(
            "DELETE FROM connection_replacements WHERE old = :old RETURNING old", ["old": old.rawValue])
    }

    func noteReplaced(
        _ customer: CustomerID, from old: ConnectionID, into new: ConnectionID, at now: Timestamp
    ) throws -> Bool {
        try sql.any(
            """
            INSERT INTO replaced_customers (customer, new, old, replaced_at) VALUES (:customer, :new, :old, :now)
            ON CONFLICT (customer, new) DO NOTHING RETURNING customer
            """,
            [
                "customer": customer.rawValue, "new": new.rawValue, "old": old.rawValue, "now": now.microseconds,
            ])
    }
}

extension ConnectionReplacement {
    fileprivate init(row: SQLRow) throws {
        self.init(
            old: try row.name("old"), new: try row.name("new"), organization: try row.name("organization"),
            startedAt: try row.time("started_at"), endsAt: try row.time("ends_at"))
    }
}
