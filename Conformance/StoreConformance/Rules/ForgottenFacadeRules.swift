import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let facadesOfTheForgotten: [StoreRule] = [
        StoreRule("forgets with sessions what they opened and who was told, and no cookie") { store in
            try await fill(store)
            try await store.write { writer in
                try writer.insert(sampleSession("s_1"), handleHash: hash(1))
                try writer.insert(sampleSession("s_2", createdAt: noon + .seconds(60)), handleHash: hash(2))
                try writer.insert(sampleGrant(3, .request, session: nil))
                _ = try writer.endSessions(.session("s_1"), reason: .signedOut, at: noon)
            }
            try expectEqual(try await store.write { try $0.deleteSessions(endedBefore: noon) }, 0)
            try expectEqual(try await traces(in: store), ["grant 1", "grant 2", "told 1", "told 2"])
            try expectEqual(try await store.write { try $0.deleteSessions(endedBefore: noon + .seconds(1)) }, 1)
            try expectEqual(try await traces(in: store), ["grant 2", "told 2"])
            let expiry = noon + .seconds(3661)
            try expectEqual(try await store.write { try $0.deleteSessions(endedBefore: expiry) }, 1)
            try expectEqual(try await traces(in: store), [])
            let waiting = try await store.read { try $0.facadeGrant(hash(3), kind: .request) }
            try expect(waiting != nil, "a grant without a session to stay")
            let owner = try await store.write {
                try $0.bindPortalSession("portal", cookieHash: hash(1), session: "s_9", at: noon)
            }
            try expectEqual(owner, "s_1")
        },
        StoreRule("forgets with a site what it may redeem, what it was told and its cookies, and no other's") { store in
            let other = FacadeAddress(site: "other", kind: "openid")
            try await fill(store)
            try await store.write { writer in
                try writer.insert(sampleGrant(4, facade: other))
                try writer.put(sampleFacadeSession("key-4", facade: other))
                _ = try writer.bindPortalSession("other", cookieHash: hash(1), session: "s_1", at: noon)
                try writer.delete(site: "portal")
            }
            try expectEqual(try await traces(in: store), ["told 1"])
            let (grant, told, gone, kept) = try await store.read { reader in
                (
                    try reader.facadeGrant(hash(4), kind: .code), try reader.facadeSessions(of: "s_1").map(\.facade),
                    try reader.portalSession("portal", cookieHash: hash(1)),
                    try reader.portalSession("other", cookieHash: hash(1))
                )
            }
            try expectEqual(grant, sampleGrant(4, facade: other))
            try expectEqual(told, [other])
            try expectEqual(gone, nil)
            try expectEqual(kept, "s_1")
        },
    ]

    /// Two sessions that opened something at the portal, and a cookie of the first.
    private static func fill(_ store: any Store) async throws {
        try await store.write { writer in
            try writer.insert(sampleGrant(1, session: "s_1"))
            try writer.insert(sampleGrant(2, session: "s_2"))
            try writer.put(sampleFacadeSession("key-1", session: "s_1"))
            try writer.put(sampleFacadeSession("key-2", session: "s_2"))
            _ = try writer.bindPortalSession("portal", cookieHash: hash(1), session: "s_1", at: noon)
        }
    }

    /// What is left of the two.
    private static func traces(in store: any Store) async throws -> [String] {
        try await store.read { reader in
            let grants = try [UInt8(1), 2].filter { try reader.facadeGrant(hash($0), kind: .code) != nil }
            let told = try [1, 2].filter { try !reader.facadeSessions(of: SessionID(rawValue: "s_\($0)")).isEmpty }
            return grants.map { "grant \($0)" } + told.map { "told \($0)" }
        }
    }
}
