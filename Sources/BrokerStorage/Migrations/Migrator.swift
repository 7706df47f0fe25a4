import Broker
import BrokerModel
import GRDB

/// Brings a database's schema up to date: all missing steps in one transaction, so that of two processes that start
/// together one does it and the other finds it done.
struct Migrator {
    private let migrations: [Migration]

    init(_ migrations: [Migration]) { self.migrations = migrations }

    /// Applies the missing steps.
    ///
    /// Refuses a database that a newer program made.
    func migrate(_ database: Database, at now: Timestamp) throws {
        try database.inTransaction(.immediate) {
            let sql = SQLConnection(database: database)
            try sql.run(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations
                    (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)
                """)
            let applied = try sql.row("SELECT COALESCE(MAX(number), 0) AS number FROM schema_migrations") {
                try $0.integer("number")
            }
            let newest = migrations.last?.number ?? 0
            guard let applied, applied <= newest else {
                throw StoreError(.unavailable, detail: "a newer program made this database; \(newest) steps are known")
            }
            for migration in migrations where migration.number > applied { try apply(migration, sql, at: now) }
            return .commit
        }
    }

    private func apply(_ migration: Migration, _ sql: SQLConnection, at now: Timestamp) throws {
        for statement in migration.statements { try sql.run(statement) }
        try sql.run(
            "INSERT INTO schema_migrations (number, name, applied_at) VALUES (:number, :name, :now)",
            ["number": migration.number, "name": migration.name, "now": now.microseconds])
    }
}
