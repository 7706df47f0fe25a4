import Broker
import BrokerModel
import Foundation
import GRDB
import Logging
import Testing

@testable import BrokerStorage

@Suite struct FileTests {
    private let folder = try? TemporaryFolder()

    @Test(arguments: ["", "-wal", "-shm"])
    func `makes files that only their owner can read`(suffix: String) async throws {
        let folder = try #require(folder)
        let store = try folder.openStore()
        try await store.write { try $0.raiseResourceRevision() }
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + suffix)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `commits durably in write-ahead mode`() async throws {
        let store = try #require(folder).openStore()
        let settings = try await store.pool.writeWithoutTransaction { database in
            try ["synchronous", "journal_mode", "secure_delete", "busy_timeout"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(settings == ["2", "wal", "1", "5000"])
    }

    @Test func `applies each migration once`() async throws {
        let folder = try #require(folder)
        try folder.openStore().close()
        let store = try folder.openStore()
        let numbers = try await store.pool.read {
            try Int64.fetchAll($0, sql: "SELECT number FROM schema_migrations ORDER BY number")
        }
        #expect(numbers == Migration.all.map(\.number))
        #expect(numbers == Array(1...Int64(numbers.count)))
    }

    @Test func `refuses a database of a newer program`() async throws {
        let folder = try #require(folder)
        let store = try folder.openStore()
        try await store.pool.write {
            try $0.execute(sql: "INSERT INTO schema_migrations (number, name, applied_at) VALUES (99, 'x', 0)")
        }
        let error = #expect(throws: StoreError.self) { _ = try folder.openStore() }
        #expect(error?.detail.contains("newer program") == true)
    }

    @Test func `leaves nothing behind of a migration that fails`() throws {
        let folder = try #require(folder)
        let queue = try DatabaseQueue(path: folder.path)
        let broken = Migration(
            number: 2, name: "broken", statements: ["CREATE TABLE half (a TEXT)", "CREATE TABLE half (a TEXT)"])
        #expect(throws: StoreError.self) {
            try queue.inDatabase { try Migrator([.resources, broken]).migrate($0, at: .now) }
        }
        #expect(try queue.read { try $0.tableExists("half") } == false)
        #expect(try queue.read { try $0.tableExists("schema_migrations") } == false)
    }

    @Test func `declares only types and clauses that PostgreSQL knows`() {
        let statements = Migration.all.flatMap(\.statements)
        let forbidden = ["INTEGER", "REAL", "NUMERIC", "AUTOINCREMENT", "ROWID", "NOCASE", "STRICT", "DATETIME"]
        for statement in statements {
            for word in forbidden { #expect(!statement.uppercased().contains(word), "\(statement)") }
        }
        #expect(statements.contains { $0.contains("BIGINT") && $0.contains("BLOB") && $0.contains("TEXT") })
    }

    @Test func `says so when the file is no database`() throws {
        let folder = try #require(folder)
        try Data(repeating: 0x41, count: 8192).write(to: URL(filePath: folder.path))
        let error = #expect(throws: StoreError.self) { _ = try folder.openStore() }
        #expect(error?.code == .corrupt)
    }

    @Test func `says so when the folder does not exist`() throws {
        let error = #expect(throws: StoreError.self) {
            _ = try SQLiteStore(path: "/nonexistent/folder/db", logger: Logger(label: "test"))
        }
        #expect(error?.code == .unavailable)
    }

    @Test(arguments: [
        "UPDATE customers SET body = '{\"id\":1}'", "UPDATE customers SET body = 'no JSON'",
        "UPDATE customers SET body = x'00ff'",
    ])
    func `says so when a row cannot be decoded`(damage: String) async throws {
        let store = try #require(folder).openStore()
        try await store.write {
            try $0.insert(Customer(id: "c_1", organization: "acme", email: nil, createdAt: .now))
        }
        try await store.pool.write { try $0.execute(sql: damage) }
        let error = await #expect(throws: StoreError.self) { try await store.read { _ = try $0.customer("c_1") } }
        #expect(error?.code == .corrupt)
    }

    @Test(arguments: ["UPDATE logins SET phase = 'lost'", "UPDATE logins SET sealed = 'text', round = 'one'"])
    func `says so when a column holds something else`(damage: String) async throws {
        let store = try #require(folder).openStore()
        try await store.write { try $0.insert(.sample) }
        try await store.pool.write { try $0.execute(sql: damage) }
        let error = await #expect(throws: StoreError.self) {
            try await store.read { _ = try $0.login(stateHash: Data([3])) }
        }
        #expect(error?.code == .corrupt)
    }

    @Test func `leaves nothing of an erased customer in the file`() async throws {
        let folder = try #require(folder)
        let store = try folder.openStore()
        var customer = Customer(
            id: "c_1", organization: "acme", email: EmailAddress("ada@acme.example"), displayName: "Ada Lovelace",
            createdAt: .now)
        let (before, key) = (customer, Data("sealed personal key".utf8))
        let name = try #require(EmailAddress("portalname@acme.example"))
        try await store.write { writer in
            try writer.insert(before)
            try writer.insertPersonalKey("c_1", sealed: key)
            try writer.setPortalName(name, of: "c_1")
        }
        (customer.status, customer.email, customer.displayName) = (.erased, nil, nil)
        let after = customer
        try await store.write { writer in
            try writer.update(after)
            try writer.deletePersonalKey("c_1")
        }
        try await store.write { try $0.deletePortalName(of: "c_1") }
        let atWork = try await Self.copyOf(folder.path)
        store.close()
        let atRest = try folder.bytesAtRest()
        for trace in [
            Data("ada@acme".utf8), Data("Lovelace".utf8), Data("lovelace".utf8), Data("portalname".utf8), key,
        ] {
            #expect(atWork.range(of: trace) == nil)
            #expect(atRest.range(of: trace) == nil)
        }
        #expect(atRest.range(of: Data("c_1".utf8)) != nil)
    }

    /// The database and its log while they are in use, read by another process for the sake of the locks.
    private static func copyOf(_ path: String) async throws -> Data {
        let process = Process()
        let pipe = Pipe()
        (process.executableURL, process.standardOutput) = (URL(filePath: "/bin/cat"), pipe)
        process.arguments = [path, path + "-wal"]
        try process.run()
        defer { process.waitUntilExit() }
        return try pipe.fileHandleForReading.readToEnd() ?? Data()
    }
}
