extension Migration {
    /// When the IdP is asked again about a session; those that live already are asked at once.
    static let sessionRefresh = Migration(
        number: 14, name: "session_refresh",
        statements: [
            "ALTER TABLE sessions ADD COLUMN refresh_at BIGINT",
            "ALTER TABLE sessions ADD COLUMN refresh_confirmed_at BIGINT",
            "ALTER TABLE sessions ADD COLUMN refresh_failing_since BIGINT",
            "ALTER TABLE sessions ADD COLUMN refresh_failures BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE sessions ADD COLUMN refresh_claim TEXT",
            "ALTER TABLE sessions ADD COLUMN refresh_lost BIGINT NOT NULL DEFAULT 0",
            "UPDATE sessions SET refresh_at = last_seen_at WHERE ended_at IS NULL AND upstream_handle IS NOT NULL",
            "CREATE INDEX sessions_refresh_at ON sessions (refresh_at, connection)",
            """
            CREATE INDEX sessions_refresh_claim ON sessions (connection, refresh_at) WHERE refresh_claim IS NOT NULL
            """,
        ])
}
