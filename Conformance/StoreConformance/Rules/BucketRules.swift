import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let buckets: [StoreRule] = [
        StoreRule("gives as many tokens as a bucket holds, and one more for each refill") { store in
            for _ in 0..<3 { try expectEqual(try await take(in: store, at: noon), true) }
            try expectEqual(try await take(in: store, at: noon), false)
            try expectEqual(try await take(in: store, at: noon + refill - .microseconds(1)), false)
            try expectEqual(try await take(in: store, at: noon + refill), true)
            try expectEqual(try await take(in: store, at: noon + refill), false)
            // What was refused costs nothing: after three refills it is as full as it gets, and no fuller after more.
            let later = noon + refill * 100
            for _ in 0..<3 { try expectEqual(try await take(in: store, at: later), true) }
            try expectEqual(try await take(in: store, at: later), false)
        },
        StoreRule("keeps each bucket for itself") { store in
            for seed in [1, 2] as [UInt8] {
                for _ in 0..<3 { try expectEqual(try await take(seed, in: store, at: noon), true) }
                try expectEqual(try await take(seed, in: store, at: noon), false)
            }
        },
        StoreRule("gives the last tokens to exactly as many of a hundred callers") { store in
            let winners = try await countTrue(of: 100) { _ in try await take(in: store, at: noon) }
            try expectEqual(winners, 3)
        },
        StoreRule("puts a token back where the body throws") { store in
            for _ in 0..<5 {
                do {
                    try await store.write { writer in
                        try expectEqual(try writer.takeToken(throttle, bucket: hash(1), at: noon), true)
                        throw Refusal()
                    }
                } catch is Refusal {}
            }
            try expectEqual(try await take(in: store, at: noon), true)
        },
        StoreRule("gives nothing more for a clock that is set back") { store in
            for _ in 0..<3 { try expectEqual(try await take(in: store, at: noon), true) }
            try expectEqual(try await take(in: store, at: noon - .seconds(3600)), false)
        },
        StoreRule("forgets the buckets that are full, and no other") { store in
            _ = try await take(1, in: store, at: noon)
            for _ in 0..<3 { _ = try await take(2, in: store, at: noon) }
            let moment = noon + refill + .microseconds(1)
            try expectEqual(try await store.write { try $0.deleteBuckets(fullBefore: moment) }, 1)
            try expectEqual(try await take(2, in: store, at: noon), false)
            for _ in 0..<3 { try expectEqual(try await take(1, in: store, at: moment), true) }
        },
    ]

    private static let refill = Duration.seconds(360)
    private static let throttle = Throttle("mails_per_address", capacity: 3, refill: refill)

    private static func take(_ seed: UInt8 = 1, in store: any Store, at now: Timestamp) async throws -> Bool {
        try await store.write { try $0.takeToken(throttle, bucket: hash(seed), at: now) }
    }
}
