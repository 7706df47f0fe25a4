import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let sessionRefresh: [StoreRule] = [
        StoreRule("keeps what a session's refresh is at") { store in
            var session = sampleSession()
            session.refresh = SessionRefresh(
                dueAt: noon, confirmedAt: noon - .seconds(1), failingSince: noon - .seconds(2), failures: 3,
                claim: "claim", lost: 4)
            let kept = session
            try await store.write { try $0.insert(kept, handleHash: hash(1)) }
            try expectEqual(try await store.read { try $0.session("s_1") }, kept)
        },
        StoreRule("hands out a session's refresh when it is due, and not before, with all that is known of it") {
            store in
            let session = due("s_1", at: noon)
            try await insert([session, due("s_2", at: nil), due("s_3", at: noon + .microseconds(1))], in: store)
            try expectEqual(try await claim("a", at: noon - .microseconds(1), in: store), [])
            try expectEqual(try await connections(at: noon - .microseconds(1), in: store), [])
            try expectEqual(try await connections(at: noon, in: store), ["acme-oidc"])
            let claimed = try await store.write {
                try $0.claimRefreshes(of: "acme-oidc", claim: "a", at: noon, lease: lease, limit: 9)
            }
            var expected = session
            (expected.refresh.claim, expected.refresh.dueAt) = ("a", lease)
            try expectEqual(claimed, [expected])
            try expectEqual(try await connections(at: noon, in: store), [])
        },
        StoreRule("gives a refresh to exactly one of a hundred callers until its lease is over") { store in
            try await insert([due("s_1", at: noon)], in: store)
            let winners = try await countTrue(of: 100) { number in
                try await !claim("claim-\(number)", in: store).isEmpty
            }
            try expectEqual(winners, 1)
            try expectEqual(try await claim("late", at: lease - .microseconds(1), in: store), [])
            let again = try await store.write {
                try $0.claimRefreshes(of: "acme-oidc", claim: "b", at: lease, lease: lease + .seconds(30), limit: 9)
            }
            try expectEqual(again.first?.refresh.lost, 1)
            try expectEqual(again.first?.refresh.failingSince, lease)
            try expectEqual(try await claim("c", at: lease + .seconds(30), in: store), ["s_1"])
            let session = try await store.read { try $0.session("s_1") }
            try expectEqual(session?.refresh.lost, 2)
            try expectEqual(session?.refresh.failingSince, lease)
        },
        StoreRule("has no more refreshes of one connection out than it was asked for, whoever has them") { store in
            try await insert(
                (1...5).map { due(SessionID(rawValue: "s_\($0)"), at: noon - .seconds(10 - $0)) }, in: store)
            var other = due("s_6", at: noon)
            other.subject.connection = "acme-saml"
            try await insert([other], from: 6, in: store)
            try expectEqual(try await claim("a", in: store, limit: 2), ["s_1", "s_2"])
            try expectEqual(try await claim("b", in: store, limit: 2), [])
            try expectEqual(try await claim("b", in: store, limit: 3), ["s_3"])
            try expectEqual(try await claim("c", in: store, limit: 1), [])
            try expectEqual(try await claim("c", of: "acme-saml", in: store, limit: 1), ["s_6"])
            try expectEqual(try await settle("s_1", claim: "a", in: store), true)
            try expectEqual(try await claim("d", in: store, limit: 3), ["s_4"])
            // What is past its lease is out no longer, and is due first come first.
            try expectEqual(try await claim("e", at: lease, in: store, limit: 9), ["s_2", "s_3", "s_4", "s_5"])
        },
        StoreRule("hands out no refresh of a session that ended or ran out") { store in
            try await insert([due("s_1", at: noon), due("s_2", at: noon), due("s_3", at: noon)], in: store)
            try await store.write { writer in
                _ = try writer.endSessions(.session("s_1"), reason: .signedOut, at: noon)
                let longer = noon + .seconds(7200)
                try writer.renew("s_3", lastSeenAt: noon, idleDeadline: longer)
            }
            try expectEqual(try await connections(at: noon + .seconds(3600), in: store), ["acme-oidc"])
            try expectEqual(try await claim("a", at: noon + .seconds(3600), in: store), ["s_3"])
        },
        StoreRule("stores an answer for the holder of the claim only, once, and for a live session") { store in
            try await insert([due("s_1", at: noon), due("s_2", at: noon)], in: store)
            try expectEqual(try await claim("a", in: store), ["s_1", "s_2"])
            try expectEqual(try await settle("s_1", claim: "b", in: store), false)
            try expectEqual(try await settle("s_1", claim: "a", in: store), true)
            try expectEqual(try await settle("s_1", claim: "a", in: store), false)
            _ = try await store.write { try $0.endSessions(.session("s_2"), reason: .signedOut, at: noon) }
            try expectEqual(try await settle("s_2", claim: "a", in: store), false)
            var expected = settled("s_1")
            expected.refresh.lost = 0
            try expectEqual(try await store.read { try $0.session("s_1") }, expected)
            try expectEqual(try await store.read { try $0.session("s_2")?.upstreamHandle }, Data([9, 0, 9]))
        },
        StoreRule("counts the live sessions that a connection's IdP does not confirm") { store in
            var failing = [due("s_1", at: noon), due("s_2", at: noon), due("s_3", at: noon), due("s_4", at: noon)]
            for position in 0..<3 { failing[position].refresh.failingSince = noon - .seconds(Int64(position)) }
            failing[1].subject.connection = "acme-saml"
            try await insert(failing, in: store)
            let counted = try await store.read { try $0.failingRefreshes(of: "acme-oidc", at: noon) }
            try expectEqual(counted.count, 2)
            try expectEqual(counted.since, noon - .seconds(2))
            let later = try await store.read { try $0.failingRefreshes(of: "acme-oidc", at: noon + .seconds(3600)) }
            try expectEqual(later.count, 0)
            try expectEqual(later.since, nil)
        },
    ]
}

/// When what was claimed at noon is due again.
private let lease = noon + .seconds(30)

private func due(_ id: SessionID, at moment: Timestamp?) -> Session {
    var session = sampleSession(id)
    session.refresh.dueAt = moment
    return session
}

/// What the rules store of a session when its IdP has answered.
private func settled(_ id: SessionID) -> Session {
    var session = sampleSession(id)
    (session.upstreamSessionID, session.upstreamPrincipal, session.upstreamHandle) = ("new", "other", Data([7]))
    session.refresh = SessionRefresh(
        dueAt: noon + .seconds(900), confirmedAt: noon, failingSince: noon - .seconds(1), failures: 2)
    return session
}

private func insert(_ sessions: [Session], from first: UInt8 = 1, in store: any Store) async throws {
    try await store.write { writer in
        for (position, session) in sessions.enumerated() {
            try writer.insert(session, handleHash: hash(first + UInt8(position)))
        }
    }
}

private func claim(
    _ claim: String, of connection: ConnectionID = "acme-oidc", at now: Timestamp = noon, in store: any Store,
    limit: Int = 9
) async throws -> [SessionID] {
    try await store.write {
        try $0.claimRefreshes(of: connection, claim: claim, at: now, lease: now + .seconds(30), limit: limit)
    }.map(\.id)
}

private func settle(_ id: SessionID, claim: String, in store: any Store) async throws -> Bool {
    let session = settled(id)
    return try await store.write { try $0.settleRefresh(session, claim: claim, at: noon) }
}

private func connections(at now: Timestamp, in store: any Store) async throws -> Set<ConnectionID> {
    try await store.read { try $0.connectionsDueForRefresh(at: now) }
}
