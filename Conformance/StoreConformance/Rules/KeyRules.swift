import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let keys: [StoreRule] = [
        StoreRule("lists the keys of a use, oldest first") { store in
            var active = sampleKey("b", .active, publishedAt: noon - .seconds(5))
            active.activatedAt = noon
            let old = active, next = sampleKey("a", .next)
            try await store.write { writer in
                try writer.insert(next)
                try writer.insert(old)
                try writer.insert(sampleKey("c", .active, use: .audit))
            }
            try expectEqual(try await store.read { try $0.keys(.session) }, [old, next])
            try expectEqual(try await store.read { try $0.keys(.audit).map(\.id) }, ["c"])
        },
        StoreRule("holds at most one next and one active key of a use, and any number of retired") { store in
            try await store.write { writer in
                try writer.insert(sampleKey("next", .next))
                try writer.insert(sampleKey("active", .active))
                try writer.insert(sampleKey("retired-1", .retired))
                try writer.insert(sampleKey("retired-2", .retired))
            }
            for state: StoredKey.State in [.next, .active] {
                try await expectConflict { try await store.write { try $0.insert(sampleKey("more", state)) } }
            }
            try await expectConflict {
                try await store.write { _ = try $0.update(sampleKey("next", .active), from: .next) }
            }
        },
        StoreRule("rotates by compare-and-set, once") { store in
            try await store.write { writer in
                try writer.insert(sampleKey("old", .active))
                try writer.insert(sampleKey("new", .next))
            }
            let rotate: @Sendable (any StoreWriter) throws -> [Bool] = { writer in
                [
                    try writer.update(sampleKey("old", .retired), from: .active),
                    try writer.update(sampleKey("new", .active), from: .next),
                ]
            }
            try expectEqual(try await store.write(rotate), [true, true])
            try expectEqual(try await store.write(rotate), [false, false])
            try await store.write { try $0.delete(key: "old") }
            try expectEqual(try await store.read { try $0.keys(.session) }, [sampleKey("new", .active)])
        },
    ]

    static let memory: [StoreRule] = [
        StoreRule("sets a memory entry only over the version that was read") { store in
            try expectEqual(try await store.read { try $0.memory("acme-oidc", "jwks") }, nil)
            let isFirst = try await store.write {
                try $0.setMemory("acme-oidc", "jwks", bytes: Data([1]), at: noon, expected: nil)
            }
            let entry = try await store.read { try $0.memory("acme-oidc", "jwks") }
            try expect(isFirst, "the first entry to be stored")
            try expectEqual(entry?.bytes, Data([1]))
            try expectEqual(entry?.storedAt, noon)
            guard let version = entry?.version else { return }
            let answers = try await store.write { writer in
                try [nil, version + 1, version, version].map {
                    try writer.setMemory(
                        "acme-oidc", "jwks", bytes: Data([2]), at: noon + .seconds(1), expected: $0)
                }
            }
            try expectEqual(answers, [false, false, true, false])
            let second = try await store.read { try $0.memory("acme-oidc", "jwks") }
            try expectEqual(second?.bytes, Data([2]))
            try expect((second?.version ?? 0) > version, "a growing version")
        },
        StoreRule("keeps entries apart by connection and key, up to a mebibyte each") { store in
            let large = Data(repeating: 7, count: 1 << 20)
            try await store.write { writer in
                _ = try writer.setMemory("a", "k", bytes: large, at: noon, expected: nil)
                _ = try writer.setMemory("a", "l", bytes: Data(), at: noon, expected: nil)
                _ = try writer.setMemory("b", "k", bytes: Data([3]), at: noon, expected: nil)
            }
            let entries = try await store.read { reader in
                [try reader.memory("a", "k"), try reader.memory("a", "l"), try reader.memory("b", "k")]
            }
            try expect(entries.map { $0?.bytes } == [large, Data(), Data([3])], "three entries")
        },
        StoreRule("never gives a forgotten entry's version again") { store in
            let set: @Sendable (any StoreWriter) throws -> Int64? = { writer in
                _ = try writer.setMemory("a", "k", bytes: Data([1]), at: noon, expected: nil)
                return try writer.memory("a", "k")?.version
            }
            let old = try await store.write(set)
            let isSet = try await store.write { writer in
                try writer.delete(connection: "a")
                _ = try writer.setMemory("a", "k", bytes: Data([2]), at: noon + .seconds(1), expected: nil)
                return try writer.setMemory("a", "k", bytes: Data([3]), at: noon, expected: old)
            }
            try expect(!isSet, "the old version to be refused")
        },
    ]
}
