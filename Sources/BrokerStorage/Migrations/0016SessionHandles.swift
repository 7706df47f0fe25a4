extension Migration {
    /// Several handles for one session, each for one host; the codes that take a session to a site's host; and the way of
    /// a login from there to the broker's.
    ///
    /// A session's first handle stands in `sessions` too, as it always did, but nothing looks there any more.
    static let sessionHandles = Migration(
        number: 16, name: "session handles",
        statements: [
            """
            CREATE TABLE session_handles
                (hash BLOB NOT NULL PRIMARY KEY, session TEXT NOT NULL, site TEXT NOT NULL, created_at BIGINT NOT NULL)
            """,
            "CREATE INDEX session_handles_session ON session_handles (session, site)",
            """
            INSERT INTO session_handles (hash, session, site, created_at)
                SELECT handle_hash, id, site, created_at FROM sessions
            """,
            """
            CREATE TABLE hand_offs
                (code_hash BLOB NOT NULL PRIMARY KEY, login TEXT NOT NULL UNIQUE, session TEXT NOT NULL,
                site TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT)
            """,
            "CREATE INDEX hand_offs_session ON hand_offs (session)",
            "CREATE INDEX hand_offs_expires_at ON hand_offs (expires_at)",
            "ALTER TABLE logins ADD COLUMN ticket_hash BLOB",
            "ALTER TABLE logins ADD COLUMN ticket_expires_at BIGINT",
            "ALTER TABLE logins ADD COLUMN arrival_binding_hash BLOB",
            "CREATE UNIQUE INDEX logins_ticket_hash ON logins (ticket_hash)",
        ])
}
