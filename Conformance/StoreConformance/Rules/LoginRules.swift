import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let logins: [StoreRule] = [
        StoreRule("gives back logins as they were inserted, by handle and by state") { store in
            var choosing = sampleLogin(2)
            (choosing.phase, choosing.connection, choosing.stateHash) = (.choosing, nil, nil)
            (choosing.round, choosing.roundStartedAt, choosing.sealed) = (0, nil, Data())
            let first = choosing
            try await store.write { writer in
                try writer.insert(sampleLogin())
                try writer.insert(first)
            }
            let found = try await store.read { reader in
                [
                    try reader.login(handleHash: hash(51)), try reader.login(stateHash: hash(1)),
                    try reader.login(handleHash: hash(52)), try reader.login(stateHash: hash(99)),
                ]
            }
            try expectEqual(found, [sampleLogin(), sampleLogin(), first, nil])
        },
        StoreRule("refuses a second login with one reference, handle or state") { store in
            try await store.write { try $0.insert(sampleLogin()) }
            var others = [sampleLogin(2), sampleLogin(3), sampleLogin(4)]
            others[0].reference = sampleLogin().reference
            others[1].handleHash = sampleLogin().handleHash
            others[2].stateHash = sampleLogin().stateHash
            for other in others { try await expectConflict { try await store.write { try $0.insert(other) } } }
        },
        StoreRule("consumes a login once, hands it over as it was, and keeps it for who comes late") { store in
            try await store.write { try $0.insert(sampleLogin()) }
            let first = try await store.write { try $0.consumeLogin(stateHash: hash(1), at: noon) }
            let second = try await store.write { try $0.consumeLogin(stateHash: hash(1), at: noon) }
            let late = try await store.read { try $0.login(stateHash: hash(1)) }
            try expectEqual(first, sampleLogin())
            try expectEqual(second, nil)
            try expectEqual(late?.phase, .finished)
        },
        StoreRule("does not consume a login that expired, is unknown, is choosing or is over") { store in
            var choosing = sampleLogin(2)
            choosing.phase = .choosing
            let unchosen = choosing
            try await store.write { writer in
                try writer.insert(sampleLogin(1, expiresAt: noon))
                try writer.insert(unchosen)
                try writer.insert(sampleLogin(3))
                try writer.finish(sampleLogin(3).reference)
            }
            for seed: UInt8 in [1, 2, 3, 4] {
                let login = try await store.write { try $0.consumeLogin(stateHash: hash(seed), at: noon) }
                try expectEqual(login, nil)
            }
            let early = try await store.write {
                try $0.consumeLogin(stateHash: hash(1), at: noon - .microseconds(1))
            }
            try expect(early != nil, "a login to be good until the moment it expires")
        },
        StoreRule("gives a consumption back when its body throws") { store in
            try await store.write { try $0.insert(sampleLogin()) }
            do {
                try await store.write { writer in
                    _ = try writer.consumeLogin(stateHash: hash(1), at: noon)
                    throw Refusal()
                }
            } catch is Refusal {}
            let again = try await store.write { try $0.consumeLogin(stateHash: hash(1), at: noon) }
            try expect(again != nil, "the login to be there still")
        },
        StoreRule("begins a round only from the phase and round that the caller saw") { store in
            try await store.write { try $0.insert(sampleLogin()) }
            var next = sampleLogin()
            (next.round, next.stateHash, next.sealed) = (2, hash(7), Data([4]))
            (next.connection, next.connectionRevision, next.roundStartedAt) = ("acme-saml", 8, noon + .seconds(9))
            let round = next
            let answers = try await store.write { writer in
                [
                    try writer.advance(round, from: .choosing, round: 1),
                    try writer.advance(round, from: .awaiting, round: 0),
                    try writer.advance(round, from: .awaiting, round: 1),
                    try writer.advance(round, from: .awaiting, round: 1),
                ]
            }
            try expectEqual(answers, [false, false, true, false])
            let (old, new) = try await store.read {
                (try $0.login(stateHash: hash(1)), try $0.login(stateHash: hash(7)))
            }
            try expectEqual(old, nil)
            try expectEqual(new, round)
        },
        StoreRule("begins a further round of a consumed login") { store in
            try await store.write { try $0.insert(sampleLogin()) }
            var next = sampleLogin()
            (next.round, next.stateHash) = (2, hash(7))
            let round = next
            let isBegun = try await store.write { writer in
                _ = try writer.consumeLogin(stateHash: hash(1), at: noon)
                return try writer.advance(round, from: .finished, round: 1)
            }
            try expect(isBegun, "the round to begin")
            let consumed = try await store.write { try $0.consumeLogin(stateHash: hash(7), at: noon) }
            try expectEqual(consumed, round)
        },
        StoreRule("forgets logins that expired before a moment") { store in
            try await store.write { writer in
                try writer.insert(sampleLogin(1, expiresAt: noon - .microseconds(1)))
                try writer.insert(sampleLogin(2, expiresAt: noon))
            }
            try expectEqual(try await store.write { try $0.deleteLogins(expiredBefore: noon) }, 1)
            let (old, new) = try await store.read {
                (try $0.login(stateHash: hash(1)), try $0.login(stateHash: hash(2)))
            }
            try expect(old == nil && new != nil, "only the expired one to go")
        },
    ]

    static let oneTime: [StoreRule] = [
        StoreRule("takes an identifier once in a scope, and once in another") { store in
            let id = OneTimeIdentifier("_a", until: noon)
            let answers = try await store.write { writer in
                [
                    try writer.take(id, scope: "one"), try writer.take(id, scope: "one"),
                    try writer.take(id, scope: "two"),
                    try writer.take(OneTimeIdentifier("_a", until: noon + .seconds(1)), scope: "one"),
                    try writer.take(OneTimeIdentifier("_A", until: noon), scope: "one"),
                ]
            }
            try expectEqual(answers, [true, false, true, false, true])
        },
        StoreRule("remembers an identifier until it could no longer be accepted") { store in
            let answers = try await store.write { writer in
                _ = try writer.take(OneTimeIdentifier("old", until: noon - .microseconds(1)), scope: "s")
                _ = try writer.take(OneTimeIdentifier("new", until: noon), scope: "s")
                let count = try writer.deleteOneTimeIdentifiers(expiredBefore: noon)
                return (count, try writer.take(OneTimeIdentifier("new", until: noon), scope: "s"))
            }
            try expectEqual(answers.0, 1)
            try expect(!answers.1, "the newer identifier to be taken still")
        },
    ]
}
