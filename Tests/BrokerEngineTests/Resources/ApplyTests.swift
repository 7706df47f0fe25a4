import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

@Suite struct ApplyTests {
    @Test func `applying twice changes nothing the second time`() async throws {
        let here = try await TestInstallation()
        let before = try await here.engine.resources.export()
        let (records, revision) = (try await here.records().count, here.engine.live.resources.revision)
        #expect(try await here.apply(before).isEmpty)
        #expect(try await here.apply(here.standardResources()).isEmpty)
        #expect(try await here.engine.resources.export() == before)
        #expect(try await here.records().count == records)
        #expect(here.engine.live.resources.revision == revision)
    }

    @Test func `a dry run says what would change and changes nothing`() async throws {
        let here = try await TestInstallation()
        let before = try await here.engine.resources.export()
        var wanted = before
        wanted.connections[0].name = "Another name"
        wanted.organizations.append(Organization(id: "new", name: "New"))
        let changes = try await here.apply(wanted, isDryRun: true)
        #expect(
            changes == [
                ResourceChange(.create, kind: "organization", id: "new"),
                ResourceChange(.change, kind: "connection", id: "acme-ext", members: ["name"]),
            ])
        #expect(try await here.engine.resources.export() == before)
        #expect(try await here.apply(wanted) == changes)
    }

    @Test func `every change is on record with who made it`() async throws {
        let here = try await TestInstallation()
        try await here.change { $0.sites[0].theme.productName = "Help" }
        let record = try #require(try await here.records(.resourceChanged).last)
        #expect(record.body.contains("administrator:root"))
        #expect(try RecordedBody(record).facts == ["resource": "site", "id": "portal", "changed": "theme"])
        #expect(try await here.records(.resourceCreated).count == 6)
    }

    @Test func `a domain moves from one organization to another in one step, in either order`() async throws {
        let here = try await TestInstallation()
        try await here.change { wanted in
            (wanted.organizations[0].domains, wanted.organizations[1].domains) = ([.globex], [.acme])
            wanted.organizations[0].loginSlug = "first-slug-of-acme"
        }
        #expect(here.engine.live.resources.organization(owning: .address("a@acme.example"))?.id == "globex")
        try await here.change { wanted in
            (wanted.organizations[0].domains, wanted.organizations[1].domains) = ([], [.globex, .acme])
            (wanted.organizations[0].loginSlug, wanted.organizations[1].loginSlug) = (nil, "first-slug-of-acme")
        }
        #expect(here.engine.live.resources.organization(owning: .address("a@globex.example"))?.id == "globex")
        #expect(here.engine.live.resources.organization(loginSlug: "first-slug-of-acme")?.id == "globex")
    }

    @Test func `two sites exchange their origins`() async throws {
        let here = try await TestInstallation {
            $0.sites.append(Site(id: "second", kind: .cloud, origin: "https://two.example"))
        }
        try await here.change { wanted in
            (wanted.sites[0].origin, wanted.sites[1].origin) = (wanted.sites[1].origin, wanted.sites[0].origin)
        }
        #expect(here.engine.live.resources.sites["second"]?.origin == TestInstallation.origin)
    }

    @Test func `a site that changes keeps what it was told, and one that is deleted does not`() async throws {
        let here = try await TestInstallation()
        let address = FacadeAddress(site: "portal", kind: "scripted")
        let told = FacadeSession(
            facade: address, key: "_1", session: "s", customer: "c", name: "ann@acme.example", createdAt: here.clock.now
        )
        let cookie = Data(repeating: 1, count: 32)
        try await here.store.write { writer in
            try writer.put(told)
            _ = try writer.bindPortalSession("portal", cookieHash: cookie, session: "s", at: told.createdAt)
        }
        let script = ScriptedFacade.Script()
        try await here.change { wanted in
            wanted.sites[0] = wanted.sites[0].scripted(script)
            wanted.sites[0].origin = "https://moved.example"
        }
        #expect(try await here.store.read { try $0.facadeSession(address, key: "_1") } == told)
        // Another person's browser must not get the cookie of this one's.
        #expect(try await here.store.read { try $0.portalSession("portal", cookieHash: cookie) } == "s")
        let record = try #require(try await here.records(.resourceChanged).last)
        #expect(try RecordedBody(record).facts["changed"] == "facades,origin")
        var wanted = try await here.engine.resources.export()
        wanted.sites = []
        try await here.apply(wanted, prune: true)
        #expect(try await here.store.read { try $0.facadeSession(address, key: "_1") } == nil)
    }

    @Test func `pruning deletes what is not wanted and ends its sessions`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        try await here.signIn("ann@globex.example", in: browser)
        var wanted = try await here.engine.resources.export()
        wanted.connections.removeAll { $0.id == "globex-oidc" }
        #expect(try await here.apply(wanted).isEmpty)
        #expect(await here.engine.gate.decide(browser.request()).outcome == .allowed)
        let changes = try await here.apply(wanted, prune: true)
        #expect(changes == [ResourceChange(.delete, kind: "connection", id: "globex-oidc")])
        #expect(await here.engine.gate.decide(browser.request()).outcome == .noSession)
        #expect(try await here.sessionCount() == 0)
        #expect(try await here.records(.resourceDeleted).count == 1)
    }

    @Test func `a connection that moves to another organization ends its sessions`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example")
        try await here.change { $0.connections[2].organization = "acme" }
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `another process sees the change after a look at the store`() async throws {
        let here = try await TestInstallation()
        let other = try await here.otherEngine()
        try await here.change { $0.connections[2].isEnabled = false }
        #expect(other.live.resources.connections["globex-oidc"]?.isEnabled == true)
        try await other.live.reload()
        #expect(other.live.resources.connections["globex-oidc"]?.isEnabled == false)
    }
}
