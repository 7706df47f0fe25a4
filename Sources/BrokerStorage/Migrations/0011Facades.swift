extension Migration {
    /// What facades handed out, which sites were told of which sessions, and the cookies by which sites know a person.
    ///
    /// A cookie's row outlives its session: nobody else may have the cookie.
    static let facades = Migration(
        number: 11, name: "facades",
        statements: [
            """
            CREATE TABLE facade_grants
                (hash BLOB NOT NULL, kind TEXT NOT NULL, site TEXT NOT NULL, facade TEXT NOT NULL, session TEXT,
                parent BLOB, sealed BLOB NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
                used_at BIGINT, PRIMARY KEY (hash, kind))
            """,
            "CREATE INDEX facade_grants_parent ON facade_grants (parent)",
            "CREATE INDEX facade_grants_session ON facade_grants (session)",
            "CREATE INDEX facade_grants_expires_at ON facade_grants (expires_at)",
            """
            CREATE TABLE facade_sessions
                (site TEXT NOT NULL, facade TEXT NOT NULL, session_key TEXT NOT NULL, session TEXT NOT NULL,
                customer TEXT NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL,
                PRIMARY KEY (site, facade, session_key))
            """,
            "CREATE INDEX facade_sessions_session ON facade_sessions (session)",
            """
            CREATE TABLE portal_sessions
                (site TEXT NOT NULL, cookie_hash BLOB NOT NULL, session TEXT NOT NULL, bound_at BIGINT NOT NULL,
                PRIMARY KEY (site, cookie_hash))
            """,
            "CREATE INDEX portal_sessions_bound_at ON portal_sessions (bound_at)",
        ])
}
