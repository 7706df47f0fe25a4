import Broker
import BrokerModel

extension StoreRule {
    static let gateTallies: [StoreRule] = [
        StoreRule("adds what is counted under one key, and keeps keys apart that differ in one member") { store in
            try await store.write { writer in
                for key in tallyKeys + tallyKeys { try writer.add(GateTally(key, count: 3)) }
            }
            let tallies = try await store.read {
                try $0.gateTallies(site: nil, since: noon, until: noon + .seconds(7200), limit: 100)
            }
            try expectEqual(Set(tallies), Set(tallyKeys.map { GateTally($0, count: 6) }))
        },
        StoreRule("gives the tallies of a site and of a time, as many as are wanted") { store in
            try await store.write { writer in for key in tallyKeys { try writer.add(GateTally(key, count: 1)) } }
            try await store.read { reader in
                try expectEqual(
                    try reader.gateTallies(site: "other", since: noon, until: noon + .seconds(7200), limit: 100).count,
                    1)
                try expectEqual(
                    try reader.gateTallies(site: nil, since: noon + .seconds(1), until: noon + .seconds(7200), limit: 9)
                        .count, 1)
                try expectEqual(
                    try reader.gateTallies(site: nil, since: noon, until: noon + .seconds(3600), limit: 2).count, 2)
            }
        },
        StoreRule("forgets the tallies before an hour") { store in
            try await store.write { writer in for key in tallyKeys { try writer.add(GateTally(key, count: 1)) } }
            let hour = noon + .seconds(3600)
            try expectEqual(try await store.write { try $0.deleteGateTallies(before: hour) }, tallyKeys.count - 1)
        },
    ]

    private static let tallyKeys: [GateTally.Key] = {
        let key = GateTally.Key(hour: noon, site: "portal", outcome: "no_session", attempt: "ticket")
        var others = [key, key, key, key, key, key, key, key]
        others[1].hour = noon + .seconds(3600)
        others[2].site = "other"
        others[3].outcome = "denied"
        others[4].attempt = "page"
        others[5].organization = "acme"
        others[6].customer = "c_1"
        others[7].portal = 3
        var reasoned = key
        reasoned.reason = "rule contractors"
        return others + [reasoned]
    }()
}
