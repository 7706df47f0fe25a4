extension Migration {
    /// What operators configure, as JSON beside the keys that must be unique, and the counters.
    static let resources = Migration(
        number: 1, name: "resources",
        statements: [
            """
            CREATE TABLE counters
                (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)
            """,
            "INSERT INTO counters (name, value) VALUES ('resource_revision', 0), ('revocation_epoch', 0)",
            """
            CREATE TABLE organizations
                (id TEXT NOT NULL PRIMARY KEY, login_slug TEXT UNIQUE, body TEXT NOT NULL)
            """,
            """
            CREATE TABLE organization_domains
                (domain TEXT NOT NULL PRIMARY KEY, organization TEXT NOT NULL)
            """,
            "CREATE INDEX organization_domains_organization ON organization_domains (organization)",
            """
            CREATE TABLE organization_addresses
                (address TEXT NOT NULL PRIMARY KEY, organization TEXT NOT NULL)
            """,
            "CREATE INDEX organization_addresses_organization ON organization_addresses (organization)",
            """
            CREATE TABLE connections
                (id TEXT NOT NULL PRIMARY KEY, organization TEXT NOT NULL, body TEXT NOT NULL)
            """,
            """
            CREATE TABLE sites
                (id TEXT NOT NULL PRIMARY KEY, origin TEXT NOT NULL UNIQUE, body TEXT NOT NULL)
            """,
        ])
}
