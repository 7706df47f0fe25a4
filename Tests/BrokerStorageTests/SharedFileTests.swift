import Broker
import BrokerModel
import BrokerStorage
import Foundation
import Testing

/// Two stores on one file stand for two processes: they share nothing in memory.
@Suite struct SharedFileTests {
    private let folder = try? TemporaryFolder()

    @Test func `gives a one-time identifier to one of two processes`() async throws {
        let folder = try #require(folder)
        let stores = [try folder.openStore(), try folder.openStore()]
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await stores[number % 2].write {
                        try $0.take(OneTimeIdentifier("_assertion", until: .now), scope: "acme")
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }

    @Test func `gives a login to one of two processes`() async throws {
        let folder = try #require(folder)
        let stores = [try folder.openStore(), try folder.openStore()]
        try await stores[0].write { try $0.insert(.sample) }
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try await stores[number % 2].write {
                        try $0.consumeLogin(stateHash: Data([3]), at: Timestamp(seconds: 1))
                    } != nil
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(winners == 1)
    }

    @Test func `loses no change of two processes that write at once`() async throws {
        let folder = try #require(folder)
        let stores = [try folder.openStore(), try folder.openStore()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { try await stores[number % 2].write { try $0.raiseResourceRevision() } }
            }
            try await group.waitForAll()
        }
        #expect(try await stores[0].read { try $0.resourceRevision() } == 200)
        #expect(try await stores[1].read { try $0.resourceRevision() } == 200)
    }

    @Test func `opens a new file from many processes at once`() async throws {
        let folder = try #require(folder)
        let revisions = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<8 {
                group.addTask { try await folder.openStore().read { try $0.resourceRevision() } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(revisions == Array(repeating: 0, count: 8))
    }

    @Test func `finds everything again after it was closed and opened`() async throws {
        let folder = try #require(folder)
        let first = try folder.openStore()
        try await first.write { writer in
            try writer.insert(.sample)
            try writer.raiseResourceRevision()
        }
        first.close()
        let second = try folder.openStore()
        let (login, revision) = try await second.read {
            (try $0.login(stateHash: Data([3])), try $0.resourceRevision())
        }
        #expect(login == .sample)
        #expect(revision == 1)
    }

    @Test func `refuses reads and writes after it was closed`() async throws {
        let store = try #require(folder).openStore()
        store.close()
        for work in [
            { try await store.write { try $0.raiseResourceRevision() } },
            {
                _ = try await store.read { try $0.resourceRevision() }
            },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: StoreError.self) { try await work() }
            #expect(error?.code == .unavailable)
        }
    }
}

extension LoginTransaction {
    /// A login at the IdP.
    static let sample = LoginTransaction(
        reference: "r", phase: .awaiting, site: "portal", returnTarget: "/", bindingHash: Data([1]),
        handleHash: Data([2]), createdAt: Timestamp(seconds: 0), expiresAt: Timestamp(seconds: 600),
        connection: "acme", round: 1, stateHash: Data([3]))
}

extension Timestamp {
    /// The machine's present moment.
    static var now: Timestamp { TimeSource.system.now }
}
