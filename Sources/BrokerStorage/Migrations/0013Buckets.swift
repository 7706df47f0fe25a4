extension Migration {
    /// How often something was done: one row a bucket that is not full.
    ///
    /// `full_at` is when it will be, which says all about its level.
    static let buckets = Migration(
        number: 13, name: "buckets",
        statements: [
            "CREATE TABLE buckets (bucket BLOB NOT NULL PRIMARY KEY, full_at BIGINT NOT NULL)",
            "CREATE INDEX buckets_full_at ON buckets (full_at)",
        ])
}
