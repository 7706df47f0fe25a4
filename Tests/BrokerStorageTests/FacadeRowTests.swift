import Broker
import BrokerModel
import Foundation
import GRDB
import Testing

@testable import BrokerStorage

/// Rows of the facades' tables that somebody damaged.
@Suite struct FacadeRowTests {
    private let folder = try? TemporaryFolder()
    private let noon = Timestamp(seconds: 1_800_000_000)

    @Test(arguments: [
        "UPDATE facade_grants SET sealed = 'text'", "UPDATE portal_names SET name = 'no address'",
        "UPDATE outbox SET topic = 'word'",
    ])
    func `says so when a row cannot be decoded`(damage: String) async throws {
        let store = try #require(folder).openStore()
        let name = try #require(EmailAddress("ada@acme.example"))
        let grant = FacadeGrant(
            hash: Data([1]), kind: .code, facade: FacadeAddress(site: "portal", kind: "openid"), parent: Data([2]),
            sealed: Data([3]), createdAt: noon, expiresAt: noon)
        let entry = OutboxEntry(
            id: "a", topic: .facadeSessionEnded, lane: "portal", body: Data([1]), dueAt: noon, createdAt: noon)
        try await store.write { writer in
            try writer.setPortalName(name, of: "c_1")
            try writer.insert(grant)
            try writer.enqueue(entry)
        }
        let readAll: @Sendable (any StoreWriter) throws -> Bool = { [noon] writer in
            try writer.portalName(of: "c_1") != nil && writer.facadeGrant(Data([1]), kind: .code) != nil
                && !writer.claimOutbox(at: noon, lease: noon, limit: 1).isEmpty
        }
        #expect(try await store.write(readAll))
        try await store.pool.write { try $0.execute(sql: damage) }
        let error = await #expect(throws: StoreError.self) { try await store.write { _ = try readAll($0) } }
        #expect(error?.code == .corrupt)
    }
}
