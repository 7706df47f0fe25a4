import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let sessionHandles: [StoreRule] = [
        StoreRule("opens a session by a handle at its own host, and at no other") { store in
            try await store.write { writer in
                try writer.insert(sampleSession(), handleHash: hash(1), at: .broker)
                try writer.insertHandle(hash(2), of: "s_1", at: .site("portal"), now: noon)
                try writer.insertHandle(hash(3), of: "s_1", at: .site("other"), now: noon)
            }
            let places: [HandlePlace] = [.broker, .site("portal"), .site("other"), .site("third")]
            for (seed, own) in [(1, 0), (2, 1), (3, 2)] {
                for (position, place) in places.enumerated() {
                    let found = try await store.read { try $0.session(handleHash: hash(UInt8(seed)), at: place) }
                    try expectEqual(found?.id, position == own ? "s_1" : nil)
                }
                try expectEqual(try await store.read { try $0.session(handleHash: hash(UInt8(seed)))?.id }, "s_1")
            }
        },
        StoreRule("gives no handle to two sessions") { store in
            try await store.write { writer in
                try writer.insert(sampleSession(), handleHash: hash(1))
                try writer.insert(sampleSession("s_2"), handleHash: hash(2))
                try writer.insertHandle(hash(3), of: "s_1", at: .site("other"), now: noon)
            }
            for taken in [hash(1), hash(2), hash(3)] {
                try await expectConflict {
                    try await store.write { try $0.insertHandle(taken, of: "s_2", at: .broker, now: noon) }
                }
            }
            try await expectConflict {
                try await store.write { try $0.insert(sampleSession("s_3"), handleHash: hash(3)) }
            }
            try expectEqual(try await store.read { try $0.session(handleHash: hash(3))?.id }, "s_1")
        },
        StoreRule("keeps the newest eight handles of a session at a host, also where the clock stands still") { store in
            try await store.write { try $0.insert(sampleSession(), handleHash: hash(1)) }
            for seed in UInt8(2)...12 {
                try await store.write { try $0.insertHandle(hash(seed), of: "s_1", at: .site("portal"), now: noon) }
                try expectEqual(try await store.read { try $0.session(handleHash: hash(seed))?.id }, "s_1")
            }
            let left = try await store.read { reader in
                try (UInt8(1)...12).count { try reader.session(handleHash: hash($0)) != nil }
            }
            try expectEqual(left, 8)
        },
        StoreRule("forgets a session's handles and hand-offs with it") { store in
            try await store.write { writer in
                try writer.insert(sampleSession(), handleHash: hash(1))
                try writer.insertHandle(hash(2), of: "s_1", at: .broker, now: noon)
                try writer.insert(sampleHandOff())
                _ = try writer.endSessions(.all, reason: .revoked, at: noon)
                _ = try writer.deleteSessions(endedBefore: noon + .seconds(1))
                try writer.insert(sampleSession("s_2"), handleHash: hash(2))
            }
            try expectEqual(try await store.read { try $0.handOff(codeHash: hash(1)) }, nil)
        },
    ]

    static let handOffs: [StoreRule] = [
        StoreRule("keeps a hand-off, and one for each login and code") { store in
            try await store.write { try $0.insert(sampleHandOff()) }
            try expectEqual(try await store.read { try $0.handOff(codeHash: hash(1)) }, sampleHandOff())
            try expectEqual(try await store.read { try $0.handOff(codeHash: hash(2)) }, nil)
            try await expectConflict { try await store.write { try $0.insert(sampleHandOff(2)) } }
            try await expectConflict { try await store.write { try $0.insert(sampleHandOff(1, login: "other")) } }
        },
        StoreRule("redeems a code once, before its time, and keeps when") { store in
            try await store.write { writer in
                try writer.insert(sampleHandOff())
                try writer.insert(sampleHandOff(2, login: "late"))
            }
            let late = noon + .seconds(30)
            try expectEqual(try await store.write { try $0.redeemHandOff(codeHash: hash(2), at: late) }, nil)
            try expectEqual(try await store.read { try $0.handOff(codeHash: hash(2))?.usedAt }, nil)
            var used = sampleHandOff()
            used.usedAt = noon + .seconds(1)
            let redeemed = try await store.write { try $0.redeemHandOff(codeHash: hash(1), at: noon + .seconds(1)) }
            try expectEqual(redeemed, used)
            try expectEqual(
                try await store.write { try $0.redeemHandOff(codeHash: hash(1), at: noon + .seconds(2)) }, nil)
            try expectEqual(try await store.read { try $0.handOff(codeHash: hash(1)) }, used)
        },
        StoreRule("lets exactly one of fifty redeem a code") { store in
            try await store.write { try $0.insert(sampleHandOff()) }
            let winners = try await countTrue(of: 50) { _ in
                try await store.write { try $0.redeemHandOff(codeHash: hash(1), at: noon) } != nil
            }
            try expectEqual(winners, 1)
        },
        StoreRule("forgets hand-offs that expired before a moment") { store in
            try await store.write { try $0.insert(sampleHandOff()) }
            try expectEqual(try await store.write { try $0.deleteHandOffs(expiredBefore: noon + .seconds(30)) }, 0)
            try expectEqual(try await store.write { try $0.deleteHandOffs(expiredBefore: noon + .seconds(31)) }, 1)
        },
    ]

    static let departures: [StoreRule] = [
        StoreRule("lets the first browser with a ticket in, and gives the login its cookie and handle") { store in
            try await store.write { try $0.insert(departing()) }
            let arrived = try await store.write {
                try $0.arriveLogin(ticketHash: hash(7), bindingHash: hash(8), handleHash: hash(9), at: noon)
            }
            var expected = departing()
            (expected.phase, expected.handleHash) = (.choosing, hash(9))
            expected.departure?.bindingHash = hash(8)
            let kept = expected
            try expectEqual(arrived, kept)
            try expectEqual(arrived?.bindingHash, departing().bindingHash)
            try expectEqual(try await store.read { try $0.login(ticketHash: hash(7)) }, kept)
            try expectEqual(try await store.read { try $0.login(handleHash: hash(9)) }, kept)
            try expectEqual(try await store.read { try $0.login("reference-1") }, kept)
            let again = try await store.write {
                try $0.arriveLogin(ticketHash: hash(7), bindingHash: hash(1), handleHash: hash(2), at: noon)
            }
            try expectEqual(again, nil)
            try expectEqual(try await store.read { try $0.login("reference-1") }, kept)
        },
        StoreRule("lets nobody in with a ticket that is too old, or of a login that is") { store in
            let login = departing()
            try await store.write { try $0.insert(login) }
            for moment in [noon + .seconds(60), noon + .seconds(600)] {
                let arrived = try await store.write {
                    try $0.arriveLogin(ticketHash: hash(7), bindingHash: hash(8), handleHash: hash(9), at: moment)
                }
                try expectEqual(arrived, nil)
            }
            try expectEqual(try await store.read { try $0.login(ticketHash: hash(7)) }, login)
        },
        StoreRule("lets exactly one of fifty browsers in with a ticket") { store in
            try await store.write { try $0.insert(departing()) }
            let winners = try await countTrue(of: 50) { number in
                let (binding, handle) = (hash(UInt8(number) &+ 60), hash(UInt8(number) &+ 120))
                return try await store.write {
                    try $0.arriveLogin(ticketHash: hash(7), bindingHash: binding, handleHash: handle, at: noon)
                } != nil
            }
            try expectEqual(winners, 1)
        },
        StoreRule("gives no ticket to two logins") { store in
            var other = sampleLogin(2)
            other.departure = departing().departure
            let second = other
            try await store.write { try $0.insert(departing()) }
            try await expectConflict { try await store.write { try $0.insert(second) } }
        },
    ]
}

/// A code that was made at noon for the portal.
private func sampleHandOff(_ seed: UInt8 = 1, login: Reference = "reference-1") -> HandOff {
    HandOff(
        codeHash: hash(seed), login: login, session: "s_1", site: "portal", createdAt: noon,
        expiresAt: noon + .seconds(30))
}

/// A login on its way to the broker's host.
private func departing() -> LoginTransaction {
    var login = sampleLogin()
    (login.phase, login.stateHash) = (.departing, nil)
    login.departure = LoginTransaction.Departure(ticketHash: hash(7), expiresAt: noon + .seconds(60))
    return login
}
