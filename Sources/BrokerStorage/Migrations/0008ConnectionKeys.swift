extension Migration {
    /// Connections' own keys.
    ///
    /// `slot` is the state while only one key of an algorithm may be in it, and NULL for the retired.
    static let connectionKeys = Migration(
        number: 8, name: "connection keys",
        statements: [
            """
            CREATE TABLE connection_keys
                (id TEXT NOT NULL PRIMARY KEY, connection TEXT NOT NULL, algorithm TEXT NOT NULL, state TEXT NOT NULL,
                slot TEXT, sealed_private_key BLOB NOT NULL, public_key BLOB NOT NULL, made_at BIGINT NOT NULL,
                activated_at BIGINT, retired_at BIGINT, UNIQUE (connection, algorithm, slot))
            """
        ])
}
