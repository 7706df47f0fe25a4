extension Migration {
    /// Customers and their identities.
    ///
    /// `email_key` is NULL for who holds no address, above all for the erased.
    static let people = Migration(
        number: 3, name: "people",
        statements: [
            """
            CREATE TABLE customers
                (id TEXT NOT NULL PRIMARY KEY, organization TEXT NOT NULL, status TEXT NOT NULL,
                email_key TEXT UNIQUE, search_text TEXT NOT NULL, body TEXT NOT NULL)
            """,
            "CREATE INDEX customers_organization ON customers (organization, id)",
            """
            CREATE TABLE identity_links
                (connection TEXT NOT NULL, issuer TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL,
                customer TEXT NOT NULL, evidence TEXT NOT NULL, created_at BIGINT NOT NULL,
                last_seen_at BIGINT NOT NULL, PRIMARY KEY (connection, issuer, tenant, subject))
            """,
            "CREATE INDEX identity_links_customer ON identity_links (customer)",
        ])
}
