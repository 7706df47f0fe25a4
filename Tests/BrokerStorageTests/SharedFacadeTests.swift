import Broker
import BrokerModel
import BrokerStorage
import Foundation
import Testing

/// Two stores on one file stand for two processes: they share nothing in memory.
@Suite struct SharedFacadeTests {
    private let folder = try? TemporaryFolder()

    @Test func `gives a name to a customer of one of two processes`() async throws {
        let name = try #require(EmailAddress("ada@acme.example"))
        let winners = try await winners { number, store in
            do {
                try await store.write { try $0.setPortalName(name, of: CustomerID(rawValue: "c_\(number)")) }
                return true
            } catch let error as StoreError where error.code == .conflict { return false }
        }
        #expect(winners == 1)
    }

    @Test func `gives a grant to one of two processes`() async throws {
        let grant = FacadeGrant(
            hash: Data([1]), kind: .code, facade: FacadeAddress(site: "portal", kind: "openid"), sealed: Data(),
            createdAt: .now, expiresAt: .now)
        let store = try #require(folder).openStore()
        try await store.write { try $0.insert(grant) }
        let winners = try await winners { _, store in
            try await store.write { try $0.useFacadeGrant(Data([1]), kind: .code, at: .now) } != nil
        }
        #expect(winners == 1)
    }

    @Test func `binds a cookie to a session of one of two processes`() async throws {
        let winners = try await winners { number, store in
            let session = SessionID(rawValue: "s_\(number)")
            return try await store.write {
                try $0.bindPortalSession("portal", cookieHash: Data([1]), session: session, at: .now)
            } == session
        }
        #expect(winners == 1)
    }

    @Test func `hands an entry of the outbox to one of two processes`() async throws {
        let now = Timestamp.now
        let entry = OutboxEntry(
            id: "a", topic: .facadeSessionEnded, lane: "portal", body: Data(), dueAt: now, createdAt: now)
        let store = try #require(folder).openStore()
        try await store.write { try $0.enqueue(entry) }
        let winners = try await winners { _, store in
            try await !store.write { try $0.claimOutbox(at: now, lease: now + .seconds(30), limit: 9) }.isEmpty
        }
        #expect(winners == 1)
    }

    @Test func `loses no entry that two processes write at once`() async throws {
        _ = try await winners { number, store in
            try await store.write { writer in
                try writer.enqueue(
                    OutboxEntry(
                        id: "\(number)", topic: .facadeSessionEnded, lane: "\(number)", body: Data(),
                        dueAt: Timestamp(seconds: 0), createdAt: Timestamp(seconds: 0)))
            }
            return true
        }
        let store = try #require(folder).openStore()
        let ids = try await store.write {
            try $0.claimOutbox(at: .now, lease: .now, limit: 1000).map(\.id)
        }
        #expect(Set(ids).count == 100)
    }

    /// How many of a hundred callers, half of them in either process, said yes.
    private func winners(
        _ work: @escaping @Sendable (Int, any Store) async throws -> Bool
    ) async throws -> Int {
        let folder = try #require(folder)
        let stores = [try folder.openStore(), try folder.openStore()]
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 { group.addTask { try await work(number, stores[number % 2]) } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }
}
