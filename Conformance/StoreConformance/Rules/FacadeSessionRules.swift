import Broker
import BrokerModel
import Foundation

extension StoreRule {
    static let facadeSessions: [StoreRule] = [
        StoreRule("notes which sites were told of a session, and finds them by what they name it") { store in
            let saml = FacadeAddress(site: "cloud", kind: "saml")
            let first = sampleFacadeSession("key-2"), other = sampleFacadeSession("key-3", session: "s_2")
            let second = sampleFacadeSession("key-2", facade: saml, createdAt: noon + .seconds(1))
            try await store.write { writer in for told in [second, other, first] { try writer.put(told) } }
            let (told, none) = try await store.read {
                (try $0.facadeSessions(of: "s_1"), try $0.facadeSessions(of: "s_9"))
            }
            try expectEqual(told, [first, second])
            try expectEqual(none, [])
            let found = try await store.read { reader in
                [
                    try reader.facadeSession(sampleFacade, key: "key-2"), try reader.facadeSession(saml, key: "key-2"),
                    try reader.facadeSession(sampleFacade, key: "key-3"), try reader.facadeSession(saml, key: "key-3"),
                    try reader.facadeSession(FacadeAddress(site: "cloud", kind: "openid"), key: "key-2"),
                ]
            }
            try expectEqual(found, [first, second, other, nil, nil])
        },
        StoreRule("notes a telling once, with its first time and its last name") { store in
            var later = sampleFacadeSession(createdAt: noon + .seconds(60))
            later.name = "ada@new.example"
            let again = later
            try await store.write { writer in
                try writer.put(sampleFacadeSession())
                try writer.put(sampleFacadeSession())
                try writer.put(again)
            }
            let told = try await store.read { try $0.facadeSessions(of: "s_1") }
            try expectEqual(told.map(\.createdAt), [noon])
            try expectEqual(told.map(\.name), ["ada@new.example"])
        },
        StoreRule("never gives what a site names so to another session or person") { store in
            var person = sampleFacadeSession()
            person.customer = "c_2"
            let stranger = person
            try await store.write { try $0.put(sampleFacadeSession()) }
            for other in [sampleFacadeSession(session: "s_2"), stranger] {
                try await expectConflict(hiding: ["key-1", "ada"]) { try await store.write { try $0.put(other) } }
            }
            try expectEqual(
                try await store.read { try $0.facadeSession(sampleFacade, key: "key-1") }, sampleFacadeSession())
        },
        StoreRule("takes what sites were told of a session once, oldest first") { store in
            let told = (1...5).map { number in
                sampleFacadeSession("key-\(9 - number)", createdAt: noon + .seconds(Int64(number)))
            }
            try await store.write { writer in
                for number in [2, 0, 4, 1, 3] { try writer.put(told[number]) }
                try writer.put(sampleFacadeSession("other", session: "s_2"))
            }
            try expectEqual(try await store.write { try $0.takeFacadeSessions(of: "s_1") }, told)
            try expectEqual(try await store.write { try $0.takeFacadeSessions(of: "s_1") }, [])
            try expectEqual(try await store.read { try $0.facadeSessions(of: "s_1") }, [])
            try expectEqual(try await store.read { try $0.facadeSessions(of: "s_2").map(\.key) }, ["other"])
        },
        StoreRule("lets exactly one of many take what sites were told") { store in
            try await store.write { try $0.put(sampleFacadeSession()) }
            let winners = try await countTrue(of: 50) { _ in
                try await !store.write { try $0.takeFacadeSessions(of: "s_1") }.isEmpty
            }
            try expectEqual(winners, 1)
        },
    ]

    static let portalSessions: [StoreRule] = [
        StoreRule("binds a cookie once and tells every other session whose it is") { store in
            try expectEqual(try await store.read { try $0.portalSession("portal", cookieHash: hash(1)) }, nil)
            let owners = try await store.write { writer in
                [
                    try writer.bindPortalSession("portal", cookieHash: hash(1), session: "s_1", at: noon),
                    try writer.bindPortalSession("portal", cookieHash: hash(1), session: "s_2", at: noon),
                    try writer.bindPortalSession("portal", cookieHash: hash(1), session: "s_1", at: noon),
                    try writer.bindPortalSession("portal", cookieHash: hash(2), session: "s_2", at: noon),
                    try writer.bindPortalSession("other", cookieHash: hash(1), session: "s_3", at: noon),
                ]
            }
            try expectEqual(owners, ["s_1", "s_1", "s_1", "s_2", "s_3"])
            let found = try await store.read { reader in
                [
                    try reader.portalSession("portal", cookieHash: hash(1)),
                    try reader.portalSession("portal", cookieHash: hash(2)),
                    try reader.portalSession("other", cookieHash: hash(1)),
                    try reader.portalSession("other", cookieHash: hash(2)),
                ]
            }
            try expectEqual(found, ["s_1", "s_2", "s_3", nil])
        },
        StoreRule("binds a cookie to exactly one of a hundred sessions") { store in
            let winners = try await countTrue(of: 100) { number in
                let session = SessionID(rawValue: "s_\(number)")
                return try await store.write {
                    try $0.bindPortalSession("portal", cookieHash: hash(1), session: session, at: noon)
                } == session
            }
            try expectEqual(winners, 1)
        },
        StoreRule("forgets cookies that were bound before a moment, and keeps the time of the first binding") { store in
            try await store.write { writer in
                _ = try writer.bindPortalSession(
                    "portal", cookieHash: hash(1), session: "s_1", at: noon - .microseconds(1))
                _ = try writer.bindPortalSession("portal", cookieHash: hash(1), session: "s_1", at: noon + .seconds(9))
                _ = try writer.bindPortalSession("portal", cookieHash: hash(2), session: "s_2", at: noon)
            }
            try expectEqual(try await store.write { try $0.deletePortalSessions(boundBefore: noon) }, 1)
            let (old, new) = try await store.read {
                (
                    try $0.portalSession("portal", cookieHash: hash(1)),
                    try $0.portalSession("portal", cookieHash: hash(2))
                )
            }
            try expectEqual(old, nil)
            try expectEqual(new, "s_2")
        },
    ]
}
