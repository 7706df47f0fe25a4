import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let facadeGrants: [StoreRule] = [
        StoreRule("gives back grants as they were inserted, whatever the time") { store in
            var late = sampleGrant(2, .accessToken, parent: hash(1), expiresAt: noon - .seconds(9))
            late.usedAt = noon
            let second = late
            let bare = sampleGrant(3, .request, session: nil)
            try await store.write { writer in
                for grant in [sampleGrant(), second, bare] { try writer.insert(grant) }
            }
            let found = try await store.read { reader in
                [
                    try reader.facadeGrant(hash(1), kind: .code), try reader.facadeGrant(hash(2), kind: .accessToken),
                    try reader.facadeGrant(hash(3), kind: .request), try reader.facadeGrant(hash(9), kind: .code),
                ]
            }
            try expectEqual(found, [sampleGrant(), second, bare, nil])
        },
        StoreRule("refuses a second grant of one value and kind") { store in
            try await store.write { try $0.insert(sampleGrant()) }
            try await expectConflict { try await store.write { try $0.insert(sampleGrant(session: "s_2")) } }
            try expectEqual(try await store.read { try $0.facadeGrant(hash(1), kind: .code) }, sampleGrant())
        },
        StoreRule("never takes a grant of one kind for another") { store in
            try await store.write { try $0.insert(sampleGrant(1, .code)) }
            for kind in FacadeGrant.Kind.allCases where kind != .code {
                let (found, used) = try await store.write {
                    (try $0.facadeGrant(hash(1), kind: kind), try $0.useFacadeGrant(hash(1), kind: kind, at: noon))
                }
                try expectEqual(found, nil)
                try expectEqual(used, nil)
            }
            try await store.write { try $0.insert(sampleGrant(1, .accessToken)) }
            let used = try await store.write { try $0.useFacadeGrant(hash(1), kind: .code, at: noon) }
            try expectEqual(used, sampleGrant(1, .code))
            try expectEqual(
                try await store.read { try $0.facadeGrant(hash(1), kind: .accessToken) }, sampleGrant(1, .accessToken))
        },
        StoreRule("uses a grant once, hands it over as it was, and keeps it for who comes late") { store in
            try await store.write { try $0.insert(sampleGrant()) }
            let first = try await store.write { try $0.useFacadeGrant(hash(1), kind: .code, at: noon) }
            let second = try await store.write { try $0.useFacadeGrant(hash(1), kind: .code, at: noon + .seconds(1)) }
            let unknown = try await store.write { try $0.useFacadeGrant(hash(2), kind: .code, at: noon) }
            try expectEqual(first, sampleGrant())
            try expectEqual(second, nil)
            try expectEqual(unknown, nil)
            try expectEqual(try await store.read { try $0.facadeGrant(hash(1), kind: .code)?.usedAt }, noon)
        },
        StoreRule("uses an expired grant all the same, once") { store in
            try await store.write { try $0.insert(sampleGrant(expiresAt: noon - .seconds(1))) }
            let first = try await store.write { try $0.useFacadeGrant(hash(1), kind: .code, at: noon) }
            let second = try await store.write { try $0.useFacadeGrant(hash(1), kind: .code, at: noon) }
            try expectEqual(first?.expiresAt, noon - .seconds(1))
            try expectEqual(second, nil)
        },
        StoreRule("gives a grant to exactly one of a hundred callers") { store in
            try await store.write { try $0.insert(sampleGrant()) }
            let winners = try await countTrue(of: 100) { _ in
                try await store.write { try $0.useFacadeGrant(hash(1), kind: .code, at: noon) } != nil
            }
            try expectEqual(winners, 1)
        },
        StoreRule("gives a use back when its body throws") { store in
            try await store.write { try $0.insert(sampleGrant()) }
            do {
                try await store.write { writer in
                    _ = try writer.useFacadeGrant(hash(1), kind: .code, at: noon)
                    throw Refusal()
                }
            } catch is Refusal {}
            let again = try await store.write { try $0.useFacadeGrant(hash(1), kind: .code, at: noon) }
            try expectEqual(again, sampleGrant())
        },
        StoreRule("forgets a grant and what was made from it, and nothing else") { store in
            try await insert(
                [
                    sampleGrant(1), sampleGrant(2, .accessToken, parent: hash(1)),
                    sampleGrant(3, .accessToken, parent: hash(1)), sampleGrant(4, .accessToken, parent: hash(9)),
                    sampleGrant(5, .accessToken),
                ], in: store)
            try expectEqual(try await store.write { try $0.deleteFacadeGrants(parent: hash(1)) }, 3)
            try expectEqual(try await store.write { try $0.deleteFacadeGrants(parent: hash(1)) }, 0)
            try expectEqual(try await seeds(in: store), [4, 5])
        },
        StoreRule("forgets what a session opened, and nothing else") { store in
            try await insert(
                [
                    sampleGrant(1), sampleGrant(2, .accessToken), sampleGrant(3, session: "s_2"),
                    sampleGrant(4, .request, session: nil),
                ], in: store)
            try expectEqual(try await store.write { try $0.deleteFacadeGrants(of: "s_1") }, 2)
            try expectEqual(try await store.write { try $0.deleteFacadeGrants(of: "s_9") }, 0)
            try expectEqual(try await seeds(in: store), [3, 4])
        },
        StoreRule("forgets grants that expired before a moment") { store in
            try await insert(
                [sampleGrant(1, expiresAt: noon - .microseconds(1)), sampleGrant(2, expiresAt: noon)], in: store)
            try expectEqual(try await store.write { try $0.deleteFacadeGrants(expiredBefore: noon) }, 1)
            try expectEqual(try await seeds(in: store), [2])
        },
    ]

    private static func insert(_ grants: [FacadeGrant], in store: any Store) async throws {
        try await store.write { writer in for grant in grants { try writer.insert(grant) } }
    }

    /// Which of the grants 1 to 9 there are, of any kind.
    private static func seeds(in store: any Store) async throws -> [UInt8] {
        try await store.read { reader in
            try (1...9).filter { seed in
                try FacadeGrant.Kind.allCases.contains { try reader.facadeGrant(hash(seed), kind: $0) != nil }
            }
        }
    }
}
