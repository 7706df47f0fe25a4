import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let sessions: [StoreRule] = [
        StoreRule("gives back sessions by id and by the hash of their handle") { store in
            var bare = sampleSession("s_2", subject: sampleSubject(tenant: "t"))
            (bare.upstreamSessionID, bare.upstreamHandle) = (nil, nil)
            bare.authentication = AuthenticationContext()
            let second = bare
            try await store.write { writer in
                try writer.insert(sampleSession(), handleHash: hash(1))
                try writer.insert(second, handleHash: hash(2))
            }
            let found = try await store.read { reader in
                [
                    try reader.session("s_1"), try reader.session(handleHash: hash(1)),
                    try reader.session(handleHash: hash(2)), try reader.session("s_9"),
                    try reader.session(handleHash: hash(9)),
                ]
            }
            try expectEqual(found, [sampleSession(), sampleSession(), second, nil, nil])
        },
        StoreRule("refuses a second session with one id or one handle") { store in
            try await store.write { try $0.insert(sampleSession(), handleHash: hash(1)) }
            try await expectConflict { try await store.write { try $0.insert(sampleSession(), handleHash: hash(2)) } }
            try await expectConflict {
                try await store.write { try $0.insert(sampleSession("s_2"), handleHash: hash(1)) }
            }
        },
        StoreRule("renews a live session only") { store in
            try await store.write { writer in
                for seed: UInt8 in 1...4 {
                    try writer.insert(sampleSession(SessionID(rawValue: "s_\(seed)")), handleHash: hash(seed))
                }
                _ = try writer.endSessions(.session("s_2"), reason: .signedOut, at: noon)
                let deadline = noon + .seconds(7200)
                try writer.renew("s_1", lastSeenAt: noon + .seconds(60), idleDeadline: deadline)
                try writer.renew("s_2", lastSeenAt: noon + .seconds(60), idleDeadline: deadline)
                try writer.renew("s_3", lastSeenAt: noon + .seconds(3600), idleDeadline: deadline)
                try writer.renew("s_4", lastSeenAt: noon + .seconds(86400), idleDeadline: deadline)
            }
            let deadlines = try await store.read { reader in
                try ["s_1", "s_2", "s_3", "s_4"].map { try reader.session(SessionID(rawValue: $0))?.idleDeadline }
            }
            let old = noon + .seconds(3600)
            try expectEqual(deadlines, [noon + .seconds(7200), old, old, old])
            try expectEqual(try await store.read { try $0.session("s_1")?.lastSeenAt }, noon + .seconds(60))
        },
        StoreRule("lists and counts live sessions, newest first") { store in
            try await store.write { writer in
                for number: UInt8 in 1...4 {
                    let session = sampleSession(
                        SessionID(rawValue: "s_\(number)"), createdAt: noon + .seconds(Int64(number)))
                    try writer.insert(session, handleHash: hash(number))
                }
                _ = try writer.endSessions(.session("s_3"), reason: .revoked, at: noon)
            }
            let (live, two, count, later) = try await store.read { reader in
                let now = noon + .seconds(5)
                return (
                    try reader.liveSessions(.all, at: now, limit: 9).map(\.id),
                    try reader.liveSessions(.all, at: now, limit: 2).map(\.id), try reader.liveSessionCount(at: now),
                    try reader.liveSessions(.all, at: noon + .seconds(3602), limit: 9).map(\.id)
                )
            }
            try expectEqual(live, ["s_4", "s_2", "s_1"])
            try expectEqual(two, ["s_4", "s_2"])
            try expectEqual(count, 3)
            try expectEqual(later, ["s_4"])
        },
        StoreRule("selects sessions by every selection") { store in
            try await store.write { writer in
                try writer.insert(sampleSession(), handleHash: hash(1))
                var other = sampleSession("s_2", customer: "c_2", subject: sampleSubject("sub-2", tenant: "t"))
                (other.subject.connection, other.organization) = ("rival-oidc", "rival")
                try writer.insert(other, handleHash: hash(2))
            }
            let issuer = "https://idp.example"
            var subject = sampleSubject("sub-2", tenant: "t")
            subject.connection = "rival-oidc"
            let selections: [(SessionSelection, [SessionID])] = [
                (.session("s_1"), ["s_1"]), (.customer("c_2"), ["s_2"]), (.connection("acme-oidc"), ["s_1"]),
                (.organization("rival"), ["s_2"]), (.subject(subject), ["s_2"]), (.subject(sampleSubject()), ["s_1"]),
                (.upstream(connection: "rival-oidc", issuer: issuer, sessionID: "upstream-s_2"), ["s_2"]),
                (.upstream(connection: "acme-oidc", issuer: issuer, sessionID: "upstream-s_2"), []),
                (.upstream(connection: "acme-oidc", issuer: "https://x", sessionID: "upstream-s_1"), []),
                (principal(), ["s_1"]), (principal("principal-c_2"), []), (principal(issuer: "https://x"), []),
                (principal("principal-c_2", connection: "rival-oidc"), ["s_2"]),
                (.session("s_9"), []), (.all, ["s_2", "s_1"]),
            ]
            for (selection, ids) in selections {
                let found = try await store.read { try $0.liveSessions(selection, at: noon, limit: 9).map(\.id) }
                try expectEqual(found, ids)
            }
        },
        StoreRule("selects a principal's sessions by their names, or all of them where there is none") { store in
            try await store.write { writer in
                for number: UInt8 in 1...3 {
                    try writer.insert(sampleSession(SessionID(rawValue: "s_\(number)")), handleHash: hash(number))
                }
                var nameless = sampleSession("s_4")
                nameless.upstreamSessionID = nil
                try writer.insert(nameless, handleHash: hash(4))
                try writer.insert(sampleSession("s_5", customer: "c_2"), handleHash: hash(5))
            }
            let names: [([String], Set<SessionID>)] = [
                ([], ["s_1", "s_2", "s_3", "s_4"]), (["upstream-s_2"], ["s_2"]),
                (["upstream-s_1", "upstream-s_3", "upstream-s_5"], ["s_1", "s_3"]), (["unknown"], []),
                (["upstream-s_1' OR 'a' = 'a"], []),
            ]
            for (sessionIDs, ids) in names {
                let selection = principal(sessionIDs: sessionIDs)
                let found = try await store.read { try $0.liveSessions(selection, at: noon, limit: 9).map(\.id) }
                try expectEqual(Set(found), ids)
            }
            let selection = principal(sessionIDs: ["upstream-s_1", "upstream-s_3"])
            let ended = try await store.write { try $0.endSessions(selection, reason: .upstreamLogout, at: noon) }
            try expectEqual(Set(ended.map(\.id)), ["s_1", "s_3"])
        },
        StoreRule("forgets sessions and revocations that are long over") { store in
            try await store.write { writer in
                for number: UInt8 in 1...3 {
                    try writer.insert(sampleSession(SessionID(rawValue: "s_\(number)")), handleHash: hash(number))
                }
                _ = try writer.endSessions(.session("s_1"), reason: .revoked, at: noon)
                _ = try writer.endSessions(.session("s_2"), reason: .revoked, at: noon + .seconds(10))
            }
            try expectEqual(
                try await store.write { try $0.deleteSessions(endedBefore: noon + .seconds(10)) }, 1)
            try expectEqual(
                try await store.write { try $0.deleteSessions(endedBefore: noon + .seconds(3601)) }, 2)
            let (epoch, revocations) = try await store.read {
                (try $0.revocationEpoch(), try $0.revocations(after: 0, limit: 9))
            }
            try expectEqual(epoch, 2)
            try expectEqual(revocations, [])
        },
    ]

    static let revocations: [StoreRule] = [
        StoreRule("ends sessions once, with time, reason and epoch") { store in
            try await store.write { writer in
                for number: UInt8 in 1...3 {
                    try writer.insert(sampleSession(SessionID(rawValue: "s_\(number)")), handleHash: hash(number))
                }
            }
            try expectEqual(try await store.read { try $0.revocationEpoch() }, 0)
            let first = try await store.write { try $0.endSessions(.session("s_2"), reason: .signedOut, at: noon) }
            let again = try await store.write { try $0.endSessions(.session("s_2"), reason: .revoked, at: noon) }
            let rest = try await store.write { try $0.endSessions(.customer("c_1"), reason: .revoked, at: noon) }
            try expectEqual(first.map(\.endReason), [.signedOut])
            try expectEqual(first.map(\.endedAt), [noon])
            try expectEqual(again, [])
            try expectEqual(rest.map(\.id), ["s_1", "s_3"])
            let (stored, epoch, all, tail, limited) = try await store.read { reader in
                (
                    try reader.session("s_2"), try reader.revocationEpoch(),
                    try reader.revocations(after: 0, limit: 9), try reader.revocations(after: 2, limit: 9),
                    try reader.revocations(after: 0, limit: 1)
                )
            }
            try expectEqual(stored, first.first)
            try expectEqual(epoch, 3)
            try expectEqual(all.map(\.session), ["s_2", "s_1", "s_3"])
            try expectEqual(all.map(\.epoch), [1, 2, 3])
            try expectEqual(tail, [Revocation(epoch: 3, session: "s_3")])
            try expectEqual(limited, [Revocation(epoch: 1, session: "s_2")])
        },
        StoreRule("expires only sessions past a deadline, and revokes them all the same") { store in
            try await store.write { writer in
                try writer.insert(sampleSession(), handleHash: hash(1))
                try writer.insert(sampleSession("s_2", createdAt: noon + .seconds(10)), handleHash: hash(2))
            }
            let deadline = noon + .seconds(3600)
            let expired = try await store.write { try $0.endSessions(.all, reason: .expired, at: deadline) }
            try expectEqual(expired.map(\.id), ["s_1"])
            let revoked = try await store.write {
                try $0.endSessions(.all, reason: .customerDisabled, at: noon + .seconds(90_000))
            }
            try expectEqual(revoked.map(\.id), ["s_2"])
        },
        StoreRule("takes no epoch when its body throws") { store in
            try await store.write { try $0.insert(sampleSession(), handleHash: hash(1)) }
            do {
                try await store.write { writer in
                    _ = try writer.endSessions(.all, reason: .revoked, at: noon)
                    throw Refusal()
                }
            } catch is Refusal {}
            let (epoch, session) = try await store.read { (try $0.revocationEpoch(), try $0.session("s_1")) }
            try expectEqual(epoch, 0)
            try expectEqual(session?.endedAt, nil)
        },
    ]
}

/// The sessions of a principal at Acme's IdP.
private func principal(
    _ name: String = "principal-c_1", connection: ConnectionID = "acme-oidc", issuer: String = "https://idp.example",
    sessionIDs: [String] = []
) -> SessionSelection {
    .principal(connection: connection, issuer: issuer, principal: name, sessionIDs: sessionIDs)
}
