extension Migration {
    /// The audit chain, its signed heads and the sealed keys of personal data.
    static let audit = Migration(
        number: 7, name: "audit",
        statements: [
            """
            CREATE TABLE audit_records
                (sequence BIGINT NOT NULL PRIMARY KEY, recorded_at BIGINT NOT NULL, kind TEXT NOT NULL,
                body TEXT NOT NULL, previous_hash BLOB NOT NULL, hash BLOB NOT NULL, reference TEXT, customer TEXT,
                organization TEXT, connection TEXT)
            """,
            "CREATE INDEX audit_records_recorded_at ON audit_records (recorded_at)",
            "CREATE INDEX audit_records_reference ON audit_records (reference)",
            "CREATE INDEX audit_records_customer ON audit_records (customer)",
            """
            CREATE TABLE audit_heads
                (sequence BIGINT NOT NULL, hash BLOB NOT NULL, signed_at BIGINT NOT NULL, signature TEXT NOT NULL,
                PRIMARY KEY (sequence, signed_at))
            """,
            """
            CREATE TABLE personal_keys
                (owner TEXT NOT NULL PRIMARY KEY, sealed BLOB NOT NULL)
            """,
        ])
}
