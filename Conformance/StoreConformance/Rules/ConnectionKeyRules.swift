import Broker
import BrokerModel

extension StoreRule {
    static let connectionKeys: [StoreRule] = [
        StoreRule("lists the keys of a connection, and those of all, oldest first") { store in
            let old = sampleConnectionKey("b", .active, madeAt: noon - .seconds(5))
            let next = sampleConnectionKey("a", .next)
            let other = sampleConnectionKey("c", .active, of: "acme-first")
            let placed = try await store.write { try [next, old, other].map($0.place) }
            try expectEqual(placed, [true, true, true])
            try expectEqual(try await store.read { try $0.connectionKeys(of: "acme-saml") }, [old, next])
            try expectEqual(try await store.read { try $0.connectionKeys(of: nil) }, [other, old, next])
            try expectEqual(try await store.read { try $0.connectionKeys(of: "unknown") }, [])
        },
        StoreRule("gives the place of a connection's current or next key to whoever comes first") { store in
            for state: StoredKey.State in [.active, .next] {
                let (first, second) = (
                    sampleConnectionKey("first \(state)", state), sampleConnectionKey("second \(state)", state)
                )
                try expectEqual(try await store.write { try $0.place(first) }, true)
                try expectEqual(try await store.write { try $0.place(second) }, false)
            }
            let kept = try await store.read { try $0.connectionKeys(of: "acme-saml") }
            try expectEqual(Set(kept.map(\.id)), ["first active", "first next"])
        },
        StoreRule("makes one key of each place of many callers at once") { store in
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for caller in 0..<16 {
                    group.addTask {
                        try await store.write { try $0.place(sampleConnectionKey("key \(caller)", .active)) }
                    }
                }
                return try await group.reduce(into: 0) { count, isFirst in count += isFirst ? 1 : 0 }
            }
            try expectEqual(winners, 1)
            try expectEqual(try await store.read { try $0.connectionKeys(of: nil) }.count, 1)
        },
        StoreRule("rotates a connection's keys by compare-and-set, once") { store in
            try await store.write { writer in
                _ = try writer.place(sampleConnectionKey("old", .active))
                _ = try writer.place(sampleConnectionKey("new", .next))
                _ = try writer.place(sampleConnectionKey("retired", .retired))
            }
            try await expectConflict {
                try await store.write { _ = try $0.update(sampleConnectionKey("new", .active), from: .next) }
            }
            let rotate: @Sendable (any StoreWriter) throws -> [Bool] = { writer in
                [
                    try writer.update(sampleConnectionKey("old", .retired), from: .active),
                    try writer.update(sampleConnectionKey("new", .active), from: .next),
                ]
            }
            try expectEqual(try await store.write(rotate), [true, true])
            try expectEqual(try await store.write(rotate), [false, false])
            let isGone = try await store.write {
                try [$0.delete(connectionKey: "old"), $0.delete(connectionKey: "old")]
            }
            try expectEqual(isGone, [true, false])
        },
        StoreRule("deletes a connection's keys with it, and no other's") { store in
            let kept = sampleConnectionKey("kept", .active, of: "other")
            try await store.write { writer in
                _ = try writer.place(sampleConnectionKey("current", .active))
                _ = try writer.place(sampleConnectionKey("retired", .retired))
                _ = try writer.place(kept)
                try writer.delete(connection: "acme-saml")
            }
            try expectEqual(try await store.read { try $0.connectionKeys(of: nil) }, [kept])
        },
        StoreRule("keeps connections' keys out of the signing keys") { store in
            try await store.write { _ = try $0.place(sampleConnectionKey("current", .active)) }
            let signing = try await store.read { reader in try StoredKey.Use.allCases.flatMap { try reader.keys($0) } }
            try expectEqual(signing, [])
        },
    ]
}
