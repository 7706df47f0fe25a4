import Broker
import BrokerModel
import Foundation

extension SQLReading {
    func memory(_ connection: ConnectionID, _ key: String) throws -> MemoryEntry? {
        try sql.row(
            """
            SELECT bytes, stored_at, version FROM connection_memory
            WHERE connection = :connection AND entry = :entry
            """, ["connection": connection.rawValue, "entry": key]
        ) {
            MemoryEntry(
                bytes: try $0.blob("bytes"), storedAt: try $0.time("stored_at"), version: try $0.integer("version"))
        }
    }
}

extension SQLiteWriter {
    func setMemory(
        _ connection: ConnectionID, _ key: String, bytes: Data, at now: Timestamp, expected: Int64?
    ) throws -> Bool {
        let arguments: SQLConnection.Arguments = [
            "connection": connection.rawValue, "entry": key, "bytes": bytes, "now": now.microseconds,
        ]
        guard let expected else { return try sql.any(Self.firstMemory, arguments) }
        return try sql.any(Self.nextMemory, arguments.merging(["expected": expected]) { _, new in new })
    }

    /// Versions begin with the time, so that an entry that was forgotten and made anew never has a version again that
    /// somebody still expects.
    private static let firstMemory = """
        INSERT INTO connection_memory (connection, entry, bytes, stored_at, version)
        VALUES (:connection, :entry, :bytes, :now, :now)
        ON CONFLICT (connection, entry) DO NOTHING RETURNING version
        """

    private static let nextMemory = """
        UPDATE connection_memory SET bytes = :bytes, stored_at = :now, version = version + 1
        WHERE connection = :connection AND entry = :entry AND version = :expected RETURNING version
        """
}
