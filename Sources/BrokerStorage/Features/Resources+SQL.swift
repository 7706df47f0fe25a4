import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func resources() throws -> Resources {
        Resources(
            revision: try resourceRevision(),
            organizations: try sql.rows("SELECT body FROM organizations ORDER BY id") { try $0.json("body") },
            connections: try sql.rows("SELECT body FROM connections ORDER BY id") { try $0.json("body") },
            sites: try sql.rows("SELECT body FROM sites ORDER BY id") { try $0.json("body") },
            replacements: try replacements())
    }

    func resourceRevision() throws -> Int64 { try sql.counter("resource_revision") }
}

extension SQLiteWriter {
    func put(_ organization: Organization) throws {
        try sql.atomically {
            try sql.run(
                """
                INSERT INTO organizations (id, login_slug, body) VALUES (:id, :slug, :body)
                ON CONFLICT (id) DO UPDATE SET login_slug = excluded.login_slug, body = excluded.body
                """,
                [
                    "id": organization.id.rawValue, "slug": organization.loginSlug,
                    "body": try JSONColumn.encode(organization),
                ])
            try dropMailKeys(of: organization.id)
            try insertMailKeys(of: organization)
        }
    }

    func put(_ connection: Connection) throws {
        try sql.run(
            """
            INSERT INTO connections (id, organization, body) VALUES (:id, :organization, :body)
            ON CONFLICT (id) DO UPDATE SET organization = excluded.organization, body = excluded.body
            """,
            [
                "id": connection.id.rawValue, "organization": connection.organization.rawValue,
                "body": try JSONColumn.encode(connection),
            ])
    }

    func put(_ site: Site) throws {
        try sql.run(
            """
            INSERT INTO sites (id, origin, body) VALUES (:id, :origin, :body)
            ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, body = excluded.body
            """,
            ["id": site.id.rawValue, "origin": site.origin, "body": try JSONColumn.encode(site)])
    }

    func delete(organization: OrganizationID) throws {
        try sql.atomically {
            try dropMailKeys(of: organization)
            try sql.run("DELETE FROM organizations WHERE id = :id", ["id": organization.rawValue])
        }
    }

    /// A later connection of the same name must not inherit what this one learnt about its IdP, nor its keys.
    func delete(connection: ConnectionID) throws {
        try sql.atomically {
            try sql.run("DELETE FROM connection_memory WHERE connection = :id", ["id": connection.rawValue])
            try sql.run("DELETE FROM connection_keys WHERE connection = :id", ["id": connection.rawValue])
            try sql.run("DELETE FROM test_logins WHERE connection = :id", ["id": connection.rawValue])
            try sql.run(
                "DELETE FROM connection_replacements WHERE old = :id OR new = :id", ["id": connection.rawValue])
            try sql.run("DELETE FROM replaced_customers WHERE new = :id", ["id": connection.rawValue])
            try sql.run("DELETE FROM connections WHERE id = :id", ["id": connection.rawValue])
        }
    }

    /// A later site of the same name must not inherit what this one was told, nor what it may redeem.
    func delete(site: SiteID) throws {
        try sql.atomically {
            try sql.run("DELETE FROM facade_grants WHERE site = :id", ["id": site.rawValue])
            try sql.run("DELETE FROM facade_sessions WHERE site = :id", ["id": site.rawValue])
            try sql.run("DELETE FROM portal_sessions WHERE site = :id", ["id": site.rawValue])
            try sql.run("DELETE FROM sites WHERE id = :id", ["id": site.rawValue])
        }
    }

    func raiseResourceRevision() throws { _ = try sql.raiseCounter("resource_revision") }

    private func insertMailKeys(of organization: Organization) throws {
        for domain in Set(organization.domains) {
            try sql.run(
                "INSERT INTO organization_domains (domain, organization) VALUES (:domain, :id)",
                ["domain": domain.ascii, "id": organization.id.rawValue])
        }
        for address in Set(organization.addresses.map(\.folded)) {
            try sql.run(
                "INSERT INTO organization_addresses (address, organization) VALUES (:address, :id)",
                ["address": address.description, "id": organization.id.rawValue])
        }
    }

    private func dropMailKeys(of organization: OrganizationID) throws {
        try sql.run("DELETE FROM organization_domains WHERE organization = :id", ["id": organization.rawValue])
        try sql.run("DELETE FROM organization_addresses WHERE organization = :id", ["id": organization.rawValue])
    }
}

extension SQLConnection {
    /// The value of a counter.
    func counter(_ name: String) throws -> Int64 {
        try row("SELECT value FROM counters WHERE name = :name", ["name": name]) { try $0.integer("value") } ?? 0
    }

    /// The value of a counter after raising it by one.
    func raiseCounter(_ name: String) throws -> Int64 {
        let raised = try row(
            "UPDATE counters SET value = value + 1 WHERE name = :name RETURNING value", ["name": name]
        ) { try $0.integer("value") }
        guard let raised else { throw StoreError(.corrupt, detail: "counters: a row is missing") }
        return raised
    }
}
