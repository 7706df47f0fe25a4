import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import Testing

@Suite struct HandOffTests {
    @Test func `a login at a site's host ends there, with a handle and a token of its own`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let handed = try await visitor.redeem(visitor.code(for: "one"), at: "one")
        #expect(handed.site == "one" && handed.returnTarget == "/servicedesk/customer/portal/3")
        #expect(try here.claim("aud", of: handed.credentials.token) == "one")
        #expect(visitor.sso != nil && visitor.sso != visitor.handles["one"])
        let sessions = here.engine.sessions
        #expect(try await sessions.owner(handle: visitor.handles["one"] ?? "", at: .site("one")) != nil)
        #expect(try await sessions.owner(handle: visitor.sso ?? "", at: .broker) != nil)
        #expect(try await here.records(.sessionHandedOff).count == 1)
    }

    @Test func `a second site needs no second sign-in, and one session serves both`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let first = try await visitor.redeem(visitor.code(for: "one"), at: "one")
        let second = try await visitor.redeem(visitor.silentCode(for: "two"), at: "two")
        #expect(first.session.id == second.session.id)
        #expect(try await here.sessionCount() == 1)
        #expect(try here.claim("aud", of: second.credentials.token) == "two")
        let sids = try [first, second].map { try here.claim("sid", of: $0.credentials.token) }
        #expect(sids == [first.session.id.rawValue, first.session.id.rawValue])
        #expect(try await here.records(.loginSucceeded).count == 1)
    }

    @Test func `a handle opens its own host and no other, at the gate too`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        try await visitor.redeem(visitor.code(for: "one"), at: "one")
        try await visitor.redeem(visitor.silentCode(for: "two"), at: "two")
        let handles: [HandlePlace: String?] = [
            .site("one"): visitor.handles["one"], .site("two"): visitor.handles["two"], .broker: visitor.sso,
        ]
        for (own, handle) in handles {
            for place in handles.keys {
                let owner = try await here.engine.sessions.owner(handle: handle ?? "", at: place)
                #expect((owner != nil) == (place == own))
            }
        }
        for (site, handle, opens) in [("one", "one", true), ("two", "one", false), ("two", "two", true)] {
            let answer = await here.engine.gate.decide(
                GateRequest(
                    site: SiteID(rawValue: site), method: "GET", target: "/servicedesk/customer/portal/3",
                    cookies: "__Host-vestibule-session=\(visitor.handles[SiteID(rawValue: handle)] ?? "")",
                    accept: "text/html"))
            if case .allow = answer { #expect(opens) } else { #expect(!opens) }
        }
        let planted = await here.engine.gate.decide(
            GateRequest(
                site: "one", method: "GET", target: "/servicedesk/customer/portal/3",
                cookies: "__Host-vestibule-session=\(visitor.sso ?? "")", accept: "text/html"))
        if case .allow = planted { Issue.record("the broker's own handle opened a site") }
    }

    @Test func `signing out at one site ends every handle`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let handed = try await visitor.redeem(visitor.code(for: "one"), at: "one")
        try await visitor.redeem(visitor.silentCode(for: "two"), at: "two")
        let site = try #require(here.engine.live.resources.sites["two"])
        _ = try await here.engine.logout.signOut(handed.session, site: site, wanted: "")
        let sessions = here.engine.sessions
        #expect(try await sessions.owner(handle: visitor.handles["one"] ?? "", at: .site("one")) == nil)
        #expect(try await sessions.owner(handle: visitor.handles["two"] ?? "", at: .site("two")) == nil)
        #expect(try await sessions.owner(handle: visitor.sso ?? "", at: .broker) == nil)
        guard case .login = try await visitor.arrive(visitor.depart("one")) else {
            Issue.record("a session that is over stood for a sign-in")
            return
        }
    }

    @Test func `where the broker has a site's host, that site's handle stands for a sign-in at the others`()
        async throws
    {
        let here = try await TestInstallation {
            $0.sites.append(Site(id: "two", kind: .dataCenter, origin: "https://two.example"))
        }
        let browser = TestBrowser()
        let first = try await here.signIn("bob@globex.example", in: browser)
        #expect(first.handOff == nil)
        let visitor = TestVisitor(here.engine)
        visitor.atBroker.credentials = browser.credentials
        let handed = try await visitor.redeem(visitor.silentCode(for: "two"), at: "two")
        #expect(handed.session.id == first.session.id)
        #expect(try await here.engine.sessions.owner(handle: visitor.sso ?? "", at: .site("portal")) != nil)
    }

    @Test func `a login at the broker's own host goes the short way, whatever is asked`() async throws {
        let here = try await TestInstallation()
        let login = try await TestBrowser().start(here.engine) { $0.departs = true }
        guard case .identify = login.next else {
            Issue.record("a login left the host that it is at")
            return
        }
    }

    @Test func `a sign-in that was asked for anew is asked for, and takes the place of the session before`()
        async throws
    {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let first = try await visitor.redeem(visitor.code(for: "one"), at: "one")
        let arrived = try await visitor.arrive(visitor.depart("two") { $0.isAnew = true })
        let second = try await visitor.redeem(visitor.signIn(arrived, "bob@globex.example"), at: "two")
        #expect(second.session.id != first.session.id)
        #expect(try await here.engine.sessions.owner(handle: visitor.handles["one"] ?? "", at: .site("one")) == nil)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `what a site demands of a sign-in is not given by an older one`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        try await visitor.redeem(visitor.code(for: "one"), at: "one")
        let ticket = try await visitor.depart("two") {
            $0.requirements = AuthenticationRequirements(acrValues: ["urn:mfa"])
        }
        guard case .login = try await visitor.arrive(ticket) else {
            Issue.record("an older sign-in stood for a stronger one")
            return
        }
    }

    @Test func `a site that does not admit the person gets no code for them`() async throws {
        let here = try await TestInstallation.apart { $0.sites[1].organizations = ["acme"] }
        let visitor = TestVisitor(here.engine)
        try await visitor.redeem(visitor.code(for: "one"), at: "one")
        guard case .login = try await visitor.arrive(visitor.depart("two")) else {
            Issue.record("the session went to a site that does not admit it")
            return
        }
    }

    @Test func `hints come along to the broker's host`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        for change: (inout LoginStart) -> Void in [
            { $0.connectionHint = "globex-oidc" }, { $0.domainHint = "globex.example" },
            { $0.loginHint = "bob@globex.example" },
        ] {
            guard case .login(let login, _) = try await visitor.arrive(visitor.depart("one", change)),
                case .step(_, "globex-oidc", _) = login.next
            else {
                Issue.record("a hint was lost on the way")
                return
            }
        }
    }
}
