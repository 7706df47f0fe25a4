extension Migration {
    /// Sessions and the order in which they ended.
    static let sessions = Migration(
        number: 4, name: "sessions",
        statements: [
            """
            CREATE TABLE sessions
                (id TEXT NOT NULL PRIMARY KEY, handle_hash BLOB NOT NULL UNIQUE, customer TEXT NOT NULL,
                connection TEXT NOT NULL, issuer TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL,
                organization TEXT NOT NULL, site TEXT NOT NULL, created_at BIGINT NOT NULL,
                last_seen_at BIGINT NOT NULL, idle_deadline BIGINT NOT NULL, absolute_deadline BIGINT NOT NULL,
                authentication TEXT NOT NULL, upstream_session TEXT, upstream_handle BLOB,
                ended_at BIGINT, end_reason TEXT)
            """,
            "CREATE INDEX sessions_customer ON sessions (customer)",
            "CREATE INDEX sessions_organization ON sessions (organization)",
            "CREATE INDEX sessions_upstream ON sessions (connection, upstream_session)",
            "CREATE INDEX sessions_subject ON sessions (connection, subject)",
            "CREATE INDEX sessions_live ON sessions (created_at) WHERE ended_at IS NULL",
            "CREATE INDEX sessions_ended_at ON sessions (ended_at)",
            """
            CREATE TABLE revocations
                (epoch BIGINT NOT NULL PRIMARY KEY, session_id TEXT NOT NULL UNIQUE, ended_at BIGINT NOT NULL)
            """,
        ])
}
