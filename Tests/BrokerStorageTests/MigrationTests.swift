import Broker
import BrokerModel
import Foundation
import GRDB
import Testing

@testable import BrokerStorage

@Suite struct MigrationTests {
    private let folder = try? TemporaryFolder()

    /// What an earlier program stored, as it wrote it.
    private static let earlierRows = [
        """
        INSERT INTO sites (id, origin, body) VALUES ('portal', 'https://portal.example',
            '{"defaultPath":"/portals","discovery":"link-only","id":"portal","kind":"data-center",
            "lifetimes":{"absolute":[2341,16172123445939666944],
            "idle":[97,10665824850173493248]},"origin":"https://portal.example",
            "postLogoutRedirectURIs":["https://portal.example/bye"],"publicPaths":["/kb"],
            "theme":{"colour":"#1f4fd8","productName":"Support portal"}}')
        """,
        """
        INSERT INTO sessions (id, handle_hash, customer, connection, issuer, tenant, subject, organization, site,
            created_at, last_seen_at, idle_deadline, absolute_deadline, authentication)
        VALUES ('s_1', x'01', 'c_1', 'acme', 'https://idp.example', '', 'sub', 'acme', 'portal', 1, 1, 100, 100,
            '{"amr":[]}')
        """,
        """
        INSERT INTO signing_keys (id, purpose, algorithm, state, slot, sealed_private_key, public_jwk, published_at)
        VALUES ('k', 'session', 'ES256', 'active', 'active', x'01', '{}', 1)
        """,
        "UPDATE counters SET value = 41 WHERE name = 'resource_revision'",
        "UPDATE counters SET value = 7 WHERE name = 'revocation_epoch'",
    ]

    @Test func `keeps what a program without facades stored`() async throws {
        let store = try migratedStore()
        let (resources, session, epoch, keys) = try await store.read { reader in
            (
                try reader.resources(), try reader.session("s_1"), try reader.revocationEpoch(),
                try reader.keys(.session).map(\.id)
            )
        }
        let site = Site(
            id: "portal", kind: .dataCenter, origin: "https://portal.example", defaultPath: "/portals",
            discovery: .linkOnly, publicPaths: ["/kb"],
            lifetimes: SessionLifetimes(idle: .seconds(1800), absolute: .seconds(43_200)),
            postLogoutRedirectURIs: ["https://portal.example/bye"])
        #expect(resources.sites["portal"] == site)
        #expect(resources.revision == 41)
        #expect(session?.customer == "c_1")
        #expect(epoch == 7)
        #expect(keys == ["k"])
    }

    @Test func `finds nothing of facades in what an earlier program stored, and room for them`() async throws {
        let store = try migratedStore()
        let name = try #require(EmailAddress("ada@acme.example"))
        let entry = OutboxEntry(
            id: "a", topic: .facadeSessionEnded, lane: "portal", body: Data([1]), dueAt: .now, createdAt: .now)
        let told = FacadeSession(
            facade: FacadeAddress(site: "portal", kind: "openid"), key: "k", session: "s_1", customer: "c_1",
            name: "ada@acme.example", createdAt: .now)
        let before = try await store.write { writer in
            let found = (
                try writer.portalName(of: "c_1"), try writer.facadeSessions(of: "s_1"), try writer.outboxBacklog().count
            )
            try writer.setPortalName(name, of: "c_1")
            try writer.put(told)
            try writer.enqueue(entry)
            return found
        }
        #expect(before.0 == nil && before.1.isEmpty && before.2 == 0)
        let after = try await store.read {
            (try $0.portalName(of: "c_1"), try $0.facadeSessions(of: "s_1"), try $0.outboxBacklog().count)
        }
        #expect(after.0 == name && after.1 == [told] && after.2 == 1)
    }

    /// The file of the last program without facades, opened by this one.
    private func migratedStore() throws -> SQLiteStore {
        let folder = try #require(folder)
        let earlier = Array(Migration.all.prefix { $0.number < Migration.portalNames.number })
        #expect(earlier.count == 9)
        let queue = try DatabaseQueue(path: folder.path)
        try queue.inDatabase { database in
            try Migrator(earlier).migrate(database, at: .now)
            for row in Self.earlierRows { try database.execute(sql: row) }
        }
        try queue.close()
        return try folder.openStore()
    }
}
