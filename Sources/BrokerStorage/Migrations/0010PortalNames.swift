extension Migration {
    /// The names under which sites know customers, each beside the form that must be unique: JSM knows people by names
    /// without regard to case.
    static let portalNames = Migration(
        number: 10, name: "portal names",
        statements: [
            """
            CREATE TABLE portal_names
                (customer TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE)
            """
        ])
}
