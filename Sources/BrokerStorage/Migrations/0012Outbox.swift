extension Migration {
    /// What somebody outside has to be told, in the order of writing.
    static let outbox = Migration(
        number: 12, name: "outbox",
        statements: [
            "INSERT INTO counters (name, value) VALUES ('outbox_position', 0)",
            """
            CREATE TABLE outbox
                (position BIGINT NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
                lane TEXT NOT NULL, body BLOB NOT NULL, attempts BIGINT NOT NULL, due_at BIGINT NOT NULL,
                created_at BIGINT NOT NULL)
            """,
            "CREATE INDEX outbox_due_at ON outbox (due_at)",
            "CREATE INDEX outbox_lane ON outbox (lane, position)",
        ])
}
