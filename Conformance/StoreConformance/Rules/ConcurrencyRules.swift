import Broker
import BrokerModel

extension StoreRule {
    static let concurrency: [StoreRule] = [
        StoreRule("keeps a body that throws apart from those beside it") { store in
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            try await store.write { writer in
                                let id = CustomerID(rawValue: "c_\(number)")
                                try writer.insert(try sampleCustomer(id, email: "a\(number)@acme.example"))
                                if number % 3 == 0 { throw Refusal() }
                            }
                            return false
                        } catch is Refusal { return true }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            try expectEqual(refused, 20)
            let stored = try await store.read {
                try $0.customers(organization: "acme", matching: nil, after: nil, limit: 100).map(\.id)
            }
            try expectEqual(Set(stored), Set((0..<60).filter { $0 % 3 != 0 }.map { CustomerID(rawValue: "c_\($0)") }))
        },
        StoreRule("gives a login to exactly one of a hundred callers") { store in
            try await store.write { try $0.insert(sampleLogin()) }
            let winners = try await countTrue(of: 100) { _ in
                try await store.write { try $0.consumeLogin(stateHash: hash(1), at: noon) } != nil
            }
            try expectEqual(winners, 1)
        },
        StoreRule("gives an identifier to exactly one of a hundred callers") { store in
            let winners = try await countTrue(of: 100) { _ in
                try await store.write { try $0.take(OneTimeIdentifier("_assertion", until: noon), scope: "acme") }
            }
            try expectEqual(winners, 1)
        },
        StoreRule("lets exactly one of many set a memory entry") { store in
            let winners = try await countTrue(of: 50) { number in
                try await store.write {
                    try $0.setMemory("acme-oidc", "jwks", bytes: hash(UInt8(number)), at: noon, expected: nil)
                }
            }
            try expectEqual(winners, 1)
        },
        StoreRule("gives epochs without gaps to sessions that end at once") { store in
            try await store.write { writer in
                for number in 0..<50 {
                    try writer.insert(
                        sampleSession(SessionID(rawValue: "s_\(number)")), handleHash: hash(UInt8(number)))
                }
            }
            let ended = try await countTrue(of: 100) { number in
                let id = SessionID(rawValue: "s_\(number / 2)")
                return try await !store.write { try $0.endSessions(.session(id), reason: .revoked, at: noon) }.isEmpty
            }
            try expectEqual(ended, 50)
            let revocations = try await store.read { try $0.revocations(after: 0, limit: 100) }
            try expectEqual(revocations.map(\.epoch), Array(1...50))
            try expectEqual(Set(revocations.map(\.session)).count, 50)
        },
    ]

    /// Runs the work many times at once; returns how often it said yes.
    static func countTrue(
        of count: Int, _ work: @escaping @Sendable (Int) async throws -> Bool
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<count { group.addTask { try await work(number) } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
    }
}
