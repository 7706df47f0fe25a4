import Broker
import BrokerModel
import Foundation
import GRDB
import Logging

/// How the database file is made and opened.
enum SQLiteFile {
    /// How long a connection waits for the lock of another process.
    static let busyTimeout: TimeInterval = 5

    /// Opens the file with a durable writer and the present schema.
    static func open(_ path: String, logger: Logger, at now: Timestamp) throws(StoreError) -> DatabasePool {
        try create(path, logger: logger)
        return try StoreError.translated {
            let pool = try openPool(path)
            try pool.writeWithoutTransaction { database in
                try makeDurable(database)
                try Migrator(Migration.all).migrate(database, at: now)
            }
            return pool
        }
    }

    /// SQLite gives its side files the mode of the main file, so that mode is set before SQLite sees it.
    ///
    /// An existing file is not opened here: closing it again would drop the POSIX locks that this process holds on it.
    private static func create(_ path: String, logger: Logger) throws(StoreError) {
        let descriptor = Foundation.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw StoreError(.unavailable, detail: "the database file cannot be created: errno \(errno)")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & 0o077 != 0 {
            logger.warning("the database file is open to other users of this machine; mode 0600 is enough")
        }
    }

    /// SQLite does not wait for the lock when it turns a new file to WAL, so two processes that start together may
    /// have to try again.
    private static func openPool(_ path: String) throws -> DatabasePool {
        let deadline = Date.now.addingTimeInterval(busyTimeout)
        while true {
            do {
                return try DatabasePool(path: path, configuration: configuration)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && Date.now < deadline {
                usleep(10_000)
            }
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "vestibule.store"
        configuration.busyMode = .timeout(busyTimeout)
        configuration.acceptsDoubleQuotedStringLiterals = false
        return configuration
    }

    /// `DatabasePool` sets `synchronous` to NORMAL while it opens, where a power cut may take the last commits back.
    private static func makeDurable(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
            throw StoreError(.unavailable, detail: "synchronous = FULL was not accepted")
        }
        // What is erased must be gone from the file, not only from the tables.
        _ = try Int.fetchOne(database, sql: "PRAGMA secure_delete = ON")
    }
}
