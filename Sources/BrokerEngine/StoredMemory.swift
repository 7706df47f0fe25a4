import Broker
import BrokerModel
import Foundation

/// A connection's memory in the store, shared by all processes.
struct StoredMemory: ConnectionMemory {
    static let maximumOctets = 1 << 20
    static let maximumKeyLength = 64

    private let environment: EngineEnvironment
    private let connection: ConnectionID

    init(_ environment: EngineEnvironment, _ connection: ConnectionID) {
        self.environment = environment
        self.connection = connection
    }

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? {
        let connection = connection
        do {
            return try await environment.store.read { try $0.memory(connection, key) }
        } catch {
            throw MemoryError(.unavailable)
        }
    }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        guard bytes.count <= Self.maximumOctets, key.utf8.count <= Self.maximumKeyLength else {
            throw MemoryError(.tooLarge)
        }
        let (connection, now) = (connection, environment.time.now)
        do {
            return try await environment.store.write {
                try $0.setMemory(connection, key, bytes: bytes, at: now, expected: expected)
            }
        } catch {
            throw MemoryError(.unavailable)
        }
    }
}
