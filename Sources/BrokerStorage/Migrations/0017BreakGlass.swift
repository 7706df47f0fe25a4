extension Migration {
    /// Sites that somebody opened in an emergency.
    static let breakGlass = Migration(
        number: 17, name: "break-glass",
        statements: [
            """
            CREATE TABLE break_glasses
                (reference TEXT NOT NULL PRIMARY KEY, site TEXT NOT NULL, operator TEXT NOT NULL, reason TEXT NOT NULL,
                code_hash BLOB NOT NULL UNIQUE, handle_hash BLOB UNIQUE, opened_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL, used_at BIGINT, closed_at BIGINT)
            """,
            "CREATE INDEX break_glasses_expires_at ON break_glasses (expires_at)",
        ])
}
