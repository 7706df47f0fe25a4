extension Migration {
    /// Logins under way, and identifiers that may be seen once.
    static let logins = Migration(
        number: 2, name: "logins",
        statements: [
            """
            CREATE TABLE logins
                (reference TEXT NOT NULL PRIMARY KEY, phase TEXT NOT NULL, site TEXT NOT NULL,
                return_target TEXT NOT NULL, binding_hash BLOB NOT NULL, handle_hash BLOB NOT NULL UNIQUE,
                created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, connection TEXT,
                connection_revision BIGINT NOT NULL, round BIGINT NOT NULL, state_hash BLOB UNIQUE,
                round_started_at BIGINT, sealed BLOB NOT NULL, requirements TEXT NOT NULL)
            """,
            "CREATE INDEX logins_expires_at ON logins (expires_at)",
            """
            CREATE TABLE one_time_identifiers
                (scope TEXT NOT NULL, identifier TEXT NOT NULL, expires_at BIGINT NOT NULL,
                PRIMARY KEY (scope, identifier))
            """,
            "CREATE INDEX one_time_identifiers_expires_at ON one_time_identifiers (expires_at)",
        ])
}
