extension Migration {
    /// Signing keys.
    ///
    /// `slot` is the state while only one key of a purpose may be in it, and NULL for the retired.
    static let keys = Migration(
        number: 5, name: "keys",
        statements: [
            """
            CREATE TABLE signing_keys
                (id TEXT NOT NULL PRIMARY KEY, purpose TEXT NOT NULL, algorithm TEXT NOT NULL, state TEXT NOT NULL,
                slot TEXT, sealed_private_key BLOB NOT NULL, public_jwk TEXT NOT NULL, published_at BIGINT NOT NULL,
                activated_at BIGINT, retired_at BIGINT, UNIQUE (purpose, slot))
            """
        ])
}
