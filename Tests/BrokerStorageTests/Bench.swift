import Broker
import BrokerModel
import BrokerStorage
import Foundation
import Testing

@Suite(.serialized) struct Bench {
    @Test func `bench`() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.openStore()
        let clock = ContinuousClock()
        func rate(_ n: Int, _ name: String, _ work: () async throws -> Void) async rethrows {
            let t = try await clock.measure { try await work() }
            print("BENCH", name, Int(Double(n) / (Double(t.wholeMicroseconds) / 1e6)), "/s")
        }
        func session(_ i: Int) -> Session {
            Session(
                id: SessionID(rawValue: "s_\(i)"), customer: "c", subject: SubjectKey(connection: "a", issuer: "i", subject: "s"),
                organization: "acme", site: "portal", createdAt: .now, lastSeenAt: .now, idleDeadline: .now + .seconds(900),
                absoluteDeadline: .now + .seconds(900), authentication: AuthenticationContext())
        }
        func hash(_ i: Int) -> Data { withUnsafeBytes(of: i) { Data($0) + Data(count: 24) } }
        try await rate(3000, "single session insert") {
            for i in 0..<3000 { try await store.write { try $0.insert(session(i), handleHash: hash(i)) } }
        }
        for ways in [8, 64, 256] {
            let base = ways * 1_000_000
            try await rate(ways * 200, "\(ways)-way session insert") {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for w in 0..<ways {
                        group.addTask {
                            for i in 0..<200 {
                                let n = base + w * 1000 + i
                                try await store.write { try $0.insert(session(n), handleHash: hash(n)) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        try await rate(10000, "read session by handle, 1 task") {
            for i in 0..<10000 { _ = try await store.read { try $0.session(handleHash: hash(i % 3000)) } }
        }
        try await rate(16000, "read session by handle, 16 tasks") {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask { for i in 0..<1000 { _ = try await store.read { try $0.session(handleHash: hash(i)) } } }
                }
                try await group.waitForAll()
            }
        }
        try await rate(100, "liveSessionCount over 68k") { for _ in 0..<100 { _ = try await store.read { try $0.liveSessionCount(at: .now) } } }
        print("BENCH open", try clock.measure { _ = try folder.openStore() })
    }
}
