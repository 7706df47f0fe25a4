import Broker
import BrokerModel
import Foundation
import GRDB
import Testing

@testable import BrokerStorage

/// `max_page_count` stands for a disk that is full: SQLite answers SQLITE_FULL and rolls the transaction back.
@Suite struct FullDiskTests {
    private let folder = try? TemporaryFolder()

    @Test func `fails without a trace and works again once there is room`() async throws {
        let store = try #require(folder).openStore()
        try await store.fillDisk()
        let error = await #expect(throws: StoreError.self) {
            try await store.write { writer in
                try writer.raiseResourceRevision()
                _ = try writer.setMemory("a", "k", bytes: Data(count: 1 << 20), at: .now, expected: nil)
            }
        }
        #expect(error?.code == .unavailable)
        #expect(try await store.read { try $0.resourceRevision() } == 0)
        #expect(try await store.read { try $0.memory("a", "k") } == nil)
        try await store.freeDisk()
        try await store.write { _ = try $0.setMemory("a", "k", bytes: Data([1]), at: .now, expected: nil) }
        #expect(try await store.read { try $0.memory("a", "k")?.bytes } == Data([1]))
    }

    @Test func `fails the body that does not fit and none beside it`() async throws {
        let store = try #require(folder).openStore()
        try await store.fillDisk()
        let failed = try await unavailable(among: 40, in: store) { number, writer in
            try writer.raiseResourceRevision()
            guard number % 10 == 0 else { return }
            _ = try writer.setMemory("a", "k", bytes: Data(count: 1 << 20), at: .now, expected: nil)
        }
        #expect(failed == 4)
        #expect(try await store.read { try $0.resourceRevision() } == 36)
    }

    @Test func `lets a body that hides a lost transaction change nothing`() async throws {
        let store = try #require(folder).openStore()
        let error = await #expect(throws: StoreError.self) {
            try await store.write { writer in
                try writer.loseTransaction()
                try? writer.raiseResourceRevision()
            }
        }
        #expect(error?.code == .unavailable)
        #expect(try await store.read { try $0.resourceRevision() } == 0)
        try await store.write { try $0.raiseResourceRevision() }
    }

    @Test func `runs the other bodies of a lost transaction again`() async throws {
        let store = try #require(folder).openStore()
        let runs = Counter()
        let failed = try await unavailable(among: 100, in: store) { number, writer in
            runs.raise()
            try writer.raiseResourceRevision()
            if number % 10 == 9 { try writer.loseTransaction() }
        }
        #expect(failed == 10)
        #expect(try await store.read { try $0.resourceRevision() } == 90)
        #expect(runs.value > 100)
    }

    /// How many of some bodies, asked for at once, end as unavailable.
    private func unavailable(
        among count: Int, in store: SQLiteStore, _ body: @escaping @Sendable (Int, any StoreWriter) throws -> Void
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask {
                    do {
                        try await store.write { try body(number, $0) }
                        return false
                    } catch let error as StoreError where error.code == .unavailable { return true }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }

    @Test func `answers unavailable while another process keeps the lock`() async throws {
        let folder = try #require(folder)
        let store = try folder.openStore()
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA busy_timeout = 1") }
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.path, configuration: configuration)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = await #expect(throws: StoreError.self) { try await store.write { try $0.raiseResourceRevision() } }
        #expect(error?.code == .unavailable)
        #expect(try await store.read { try $0.resourceRevision() } == 0)
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try await store.write { try $0.raiseResourceRevision() }
    }
}

extension StoreWriter {
    /// Ends the transaction as SQLite itself does after an I/O error.
    fileprivate func loseTransaction() throws { try (self as? SQLiteWriter)?.sql.run("ROLLBACK") }
}

extension SQLiteStore {
    /// Lets the database grow by no more than a few pages.
    func fillDisk() async throws {
        try await pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages + 4)")
        }
    }

    /// Lets it grow again.
    func freeDisk() async throws {
        try await pool.writeWithoutTransaction { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1000000") }
    }
}
