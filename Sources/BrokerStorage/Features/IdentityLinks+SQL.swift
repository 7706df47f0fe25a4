import Broker
import BrokerModel

extension SQLReading {
    func link(_ subject: SubjectKey) throws -> IdentityLink? {
        try sql.row(
            "SELECT * FROM identity_links WHERE \(SubjectKey.condition)", subject.columns, IdentityLink.init(row:))
    }

    func links(of customer: CustomerID) throws -> [IdentityLink] {
        try sql.rows(
            """
            SELECT * FROM identity_links WHERE customer = :customer
            ORDER BY created_at, connection, issuer, tenant, subject
            """, ["customer": customer.rawValue], IdentityLink.init(row:))
    }
}

extension SQLiteWriter {
    func insert(_ link: IdentityLink) throws {
        try sql.run(
            """
            INSERT INTO identity_links
                (connection, issuer, tenant, subject, customer, evidence, created_at, last_seen_at)
            VALUES (:connection, :issuer, :tenant, :subject, :customer, :evidence, :created_at, :last_seen_at)
            """, link.columns)
    }

    func update(_ link: IdentityLink) throws {
        let isFound = try sql.any(
            """
            UPDATE identity_links SET customer = :customer, evidence = :evidence, created_at = :created_at,
                last_seen_at = :last_seen_at
            WHERE \(SubjectKey.condition) RETURNING customer
            """, link.columns)
        guard isFound else { throw StoreError(.conflict, detail: "identity_links: no such row") }
    }

    func delete(link subject: SubjectKey) throws -> Bool {
        try sql.any(
            "DELETE FROM identity_links WHERE \(SubjectKey.condition) RETURNING customer", subject.columns)
    }
}

extension SubjectKey {
    /// Selects by all four parts.
    static let condition = "connection = :connection AND issuer = :issuer AND tenant = :tenant AND subject = :subject"

    /// A missing tenant is stored as '': NULLs never collide in a unique key.
    var columns: SQLConnection.Arguments {
        ["connection": connection.rawValue, "issuer": issuer, "tenant": tenant ?? "", "subject": subject]
    }

    init(row: SQLRow) throws {
        let tenant = try row.text("tenant")
        self.init(
            connection: try row.name("connection"), issuer: try row.text("issuer"),
            tenant: tenant.isEmpty ? nil : tenant, subject: try row.text("subject"))
    }
}

extension IdentityLink {
    fileprivate var columns: SQLConnection.Arguments {
        subject.columns.merging([
            "customer": customer.rawValue, "evidence": evidence.rawValue, "created_at": createdAt.microseconds,
            "last_seen_at": lastSeenAt.microseconds,
        ]) { _, new in new }
    }

    init(row: SQLRow) throws {
        self.init(
            subject: try SubjectKey(row: row), customer: try row.name("customer"),
            evidence: try row.choice("evidence"), createdAt: try row.time("created_at"),
            lastSeenAt: try row.time("last_seen_at"))
    }
}
