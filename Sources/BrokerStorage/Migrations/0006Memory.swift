extension Migration {
    /// What connections remember.
    static let memory = Migration(
        number: 6, name: "memory",
        statements: [
            """
            CREATE TABLE connection_memory
                (connection TEXT NOT NULL, entry TEXT NOT NULL, bytes BLOB NOT NULL, stored_at BIGINT NOT NULL,
                version BIGINT NOT NULL, PRIMARY KEY (connection, entry))
            """
        ])
}
