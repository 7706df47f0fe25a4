import Broker
import NIOPosix
import Testing

@testable import Outbound

struct ClientPoolTests {
    private func use<Answer: Sendable>(
        _ pool: ClientPool, _ host: String, _ body: () async throws -> Answer
    ) async throws -> Answer? {
        let key = ClientPool.Key(host: host, address: .v4(0x7F00_0001), trustRoots: [])
        let roots = try TrustRoots(files: [])
        return try await pool.withClient(key, limits: .standard, roots: roots) { _ in try await body() }
    }

    @Test func `keeps no more clients than its capacity`() async throws {
        let pool = ClientPool(group: MultiThreadedEventLoopGroup.singleton, capacity: 2)
        for host in ["a", "b", "c", "d", "a"] {
            _ = try await use(pool, host) {}
            #expect(pool.count <= 2)
        }
        await pool.shutdown()
        #expect(pool.count == 0)
    }

    @Test func `a client in use outlives its place and goes with its last user`() async throws {
        let pool = ClientPool(group: MultiThreadedEventLoopGroup.singleton, capacity: 1)
        _ = try await use(pool, "a") {
            _ = try await use(pool, "b") {}
            #expect(pool.count == 2)
        }
        #expect(pool.count == 1)
        await pool.shutdown()
    }

    @Test func `remembers where an answer came from and forgets it with a failure`() async throws {
        struct Failure: Error {}
        let pool = ClientPool(group: MultiThreadedEventLoopGroup.singleton)
        let key = ClientPool.Key(host: "a", address: .v4(0x7F00_0001), trustRoots: [])
        #expect(!pool.isKnownGood(key))
        _ = try await use(pool, "a") {}
        #expect(pool.isKnownGood(key))
        await #expect(throws: Failure.self) { _ = try await use(pool, "a") { throw Failure() } }
        #expect(!pool.isKnownGood(key))
        await pool.shutdown()
    }

    @Test func `gives no client once it is shut down`() async throws {
        let pool = ClientPool(group: MultiThreadedEventLoopGroup.singleton)
        await pool.shutdown()
        let answer = try await use(pool, "a") { 1 }
        #expect(answer == nil)
    }

    @Test func `a pool that is dropped closes its clients`() async throws {
        // The client library ends the process where one is dropped while it runs.
        for _ in 0..<3 {
            let pool = ClientPool(group: MultiThreadedEventLoopGroup.singleton)
            _ = try await use(pool, "a") {}
        }
    }
}
