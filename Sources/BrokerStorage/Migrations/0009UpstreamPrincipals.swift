extension Migration {
    /// How an IdP names the person of a session in its logout messages.
    static let upstreamPrincipals = Migration(
        number: 9, name: "upstream_principals",
        statements: [
            "ALTER TABLE sessions ADD COLUMN upstream_principal TEXT",
            "CREATE INDEX sessions_upstream_principal ON sessions (connection, upstream_principal)",
        ])
}
