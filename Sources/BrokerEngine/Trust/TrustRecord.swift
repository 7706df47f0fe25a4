import Broker
import BrokerModel
import Foundation

/// What the processes together know of a connection's trust: who refreshes next, and which keys the audit log has seen.
///
/// In the connection's own memory, beside what its module remembers there.
struct TrustRecord: Codable, Equatable, Sendable {
    static let memoryKey = "vestibule/trust"

    /// The connection's revision that it is about; other settings may trust others.
    var revision: Int64
    /// The ids of the keys that were trusted last, sorted; nil before the first time.
    var keys: [String]?
    /// When the next refresh is due.
    var next: Timestamp

    func isDue(at now: Timestamp, revision: Int64) -> Bool { self.revision != revision || next <= now }

    /// What is remembered and its version; bytes that are no record count as none and are written over.
    static func read(
        _ connection: ConnectionID, in reader: any StoreReader
    ) throws -> (record: TrustRecord?, version: Int64?) {
        let entry = try reader.memory(connection, memoryKey)
        return (entry.flatMap { try? JSONDecoder().decode(TrustRecord.self, from: $0.bytes) }, entry?.version)
    }

    /// Stores it where nobody else did since it was read; returns whether it was stored.
    func write(
        _ connection: ConnectionID, over version: Int64?, at now: Timestamp, in writer: any StoreWriter
    ) throws -> Bool {
        try writer.setMemory(
            connection, Self.memoryKey, bytes: try JSONEncoder().encode(self), at: now, expected: version)
    }
}
