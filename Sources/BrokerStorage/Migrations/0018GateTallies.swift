extension Migration {
    /// What the gate kept out, or would have kept out, by the hour.
    ///
    /// Absent names are empty texts and an absent portal is 0, so that one key is one row.
    static let gateTallies = Migration(
        number: 18, name: "gate tallies",
        statements: [
            """
            CREATE TABLE gate_tallies
                (hour BIGINT NOT NULL, site TEXT NOT NULL, outcome TEXT NOT NULL, attempt TEXT NOT NULL,
                organization TEXT NOT NULL, customer TEXT NOT NULL, portal BIGINT NOT NULL, reason TEXT NOT NULL,
                tally BIGINT NOT NULL,
                PRIMARY KEY (hour, site, outcome, attempt, organization, customer, portal, reason))
            """
        ])
}
