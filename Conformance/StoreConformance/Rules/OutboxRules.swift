import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let outbox: [StoreRule] = [
        StoreRule("hands out entries as they were written, counts the try, and tells how many wait") { store in
            var entry = sampleEntry("a", createdAt: noon - .seconds(5))
            (entry.attempts, entry.body) = (3, Data([0, 255]))
            let first = entry
            let empty = try await store.read { try $0.outboxBacklog() }
            try expectEqual(empty.count, 0)
            try expectEqual(empty.oldest, nil)
            try await store.write { writer in
                try writer.enqueue(sampleEntry("b", lane: "other"))
                try writer.enqueue(first)
            }
            let backlog = try await store.read { try $0.outboxBacklog() }
            try expectEqual(backlog.count, 2)
            try expectEqual(backlog.oldest, noon - .seconds(5))
            let claimed = try await store.write { try $0.claimOutbox(at: noon, lease: lease, limit: 9) }
            (entry.attempts, entry.dueAt) = (4, lease)
            try expectEqual(claimed.last, entry)
            try expectEqual(claimed.map(\.attempts), [1, 4])
            try expectEqual(try await store.read { try $0.outboxBacklog().count }, 2)
        },
        StoreRule("refuses a second entry of one name, and an entry whose body throws") { store in
            try await store.write { try $0.enqueue(sampleEntry("a")) }
            try await expectConflict { try await store.write { try $0.enqueue(sampleEntry("a", lane: "other")) } }
            do {
                try await store.write { writer in
                    try writer.enqueue(sampleEntry("b"))
                    throw Refusal()
                }
            } catch is Refusal {}
            try expectEqual(try await store.read { try $0.outboxBacklog().count }, 1)
        },
        StoreRule("hands out only the first of each lane, in the order of writing, at most so many") { store in
            try await enqueue(["z/1", "a/1", "z/2", "m/1", "a/2"], in: store)
            try expectEqual(try await claim(in: store, limit: 2), ["z/1", "a/1"])
            try expectEqual(try await claim(in: store), ["m/1"])
            try await store.write { try $0.finishOutbox("z/1") }
            try expectEqual(try await claim(in: store), ["z/2"])
            try expectEqual(try await claim(in: store), [])
        },
        StoreRule("hands out an entry when it is due, and not before") { store in
            try await store.write { writer in
                try writer.enqueue(sampleEntry("a", lane: "a", dueAt: noon))
                try writer.enqueue(sampleEntry("b", lane: "b", dueAt: noon + .microseconds(1)))
            }
            try expectEqual(try await claim(in: store, at: noon - .microseconds(1)), [])
            try expectEqual(try await claim(in: store, at: noon), ["a"])
            try expectEqual(try await claim(in: store, at: noon + .microseconds(1)), ["b"])
        },
        StoreRule("gives an entry to exactly one of a hundred callers until its lease is over") { store in
            try await enqueue(["a/1", "a/2"], in: store)
            let winners = try await countTrue(of: 100) { _ in try await !claim(in: store).isEmpty }
            try expectEqual(winners, 1)
            try expectEqual(try await claim(in: store, at: lease - .microseconds(1)), [])
            let taken = try await store.write { try $0.claimOutbox(at: lease, lease: lease + .seconds(30), limit: 9) }
            try expectEqual(taken.map(\.id), ["a/1"])
            try expectEqual(taken.map(\.attempts), [2])
        },
        StoreRule("keeps a lane waiting behind its postponed first, and no other lane") { store in
            try await enqueue(["a/1", "a/2", "b/1", "b/2"], in: store)
            try expectEqual(try await claim(in: store), ["a/1", "b/1"])
            let retry = noon + .seconds(3600)
            try await store.write { writer in
                try writer.postponeOutbox("a/1", until: retry)
                try writer.finishOutbox("b/1")
            }
            try expectEqual(try await claim(in: store, at: lease), ["b/2"])
            try expectEqual(try await claim(in: store, at: retry - .microseconds(1)), ["b/2"])
            try await store.write { try $0.finishOutbox("b/2") }
            try expectEqual(try await claim(in: store, at: retry), ["a/1"])
        },
        StoreRule("removes what is finished, and lets the next of its lane come") { store in
            try await enqueue(["a/1", "a/2"], in: store)
            try await store.write { writer in
                try writer.finishOutbox("a/1")
                try writer.finishOutbox("a/1")
                try writer.postponeOutbox("a/1", until: noon)
                try writer.finishOutbox("unknown")
            }
            try expectEqual(try await claim(in: store), ["a/2"])
            try await store.write { try $0.finishOutbox("a/2") }
            try expectEqual(try await store.read { try $0.outboxBacklog().count }, 0)
            try await enqueue(["a/3"], in: store)
            try expectEqual(try await claim(in: store), ["a/3"])
        },
    ]

    /// When what was claimed at noon is due again.
    private static let lease = noon + .seconds(30)

    /// Writes entries named after their lanes, one transaction each.
    private static func enqueue(_ ids: [String], in store: any Store) async throws {
        for id in ids { try await store.write { try $0.enqueue(sampleEntry(id, lane: String(id.prefix(1)))) } }
    }

    /// The names of what is claimed for half a minute.
    private static func claim(
        in store: any Store, at now: Timestamp = noon, limit: Int = 9
    ) async throws -> [String] {
        try await store.write { try $0.claimOutbox(at: now, lease: now + .seconds(30), limit: limit) }.map(\.id)
    }
}
