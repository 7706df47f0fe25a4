extension Migration {
    /// Test logins, replacements of one connection by another, and whom they moved.
    static let connectionTrials = Migration(
        number: 15, name: "connection trials",
        statements: [
            """
            CREATE TABLE test_logins
                (reference TEXT NOT NULL PRIMARY KEY, phase TEXT NOT NULL, connection TEXT NOT NULL,
                connection_revision BIGINT NOT NULL, operator TEXT NOT NULL, ticket_hash BLOB NOT NULL UNIQUE,
                binding_hash BLOB, state_hash BLOB UNIQUE, round BIGINT NOT NULL, round_started_at BIGINT,
                sealed BLOB NOT NULL, result BLOB, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)
            """,
            "CREATE INDEX test_logins_expires_at ON test_logins (expires_at)",
            """
            CREATE TABLE connection_replacements
                (old TEXT NOT NULL PRIMARY KEY, new TEXT NOT NULL UNIQUE, organization TEXT NOT NULL,
                started_at BIGINT NOT NULL, ends_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE replaced_customers
                (customer TEXT NOT NULL, new TEXT NOT NULL, old TEXT NOT NULL, replaced_at BIGINT NOT NULL,
                PRIMARY KEY (customer, new))
            """,
        ])
}
