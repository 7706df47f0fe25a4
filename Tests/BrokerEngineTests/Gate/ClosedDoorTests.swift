import Broker
import BrokerEngine
import BrokerModel
import Testing

/// JSM's own ways in are closed, and what nobody knows is not for customers.
@Suite struct ClosedDoorTests {
    private static let doors: [(String, String, ClosedDoor.Door)] = [
        ("POST", "/servicedesk/customer/user/signup", .signUp),
        ("GET", "/servicedesk/customer/user/signup", .signUp),
        ("POST", "/rest/servicedesk/1/customer/pages/user/signup", .signUp),
        ("POST", "/servicedesk/customer/user/login", .passwordLogin),
        ("POST", "/login.jsp", .passwordLogin),
        ("GET", "/servicedesk/customer/portals?os_username=a&os_password=b", .passwordLogin),
        ("POST", "/rest/tsv/1.0/authenticate?os_authType=none", .passwordLogin),
        ("GET", "/rest/servicedesk/1/customer/portal/3/user-search?query=a", .userSearch),
        ("POST", "/rest/servicedeskapi/customer", .provisioning),
        ("GET", "/rest/servicedeskapi/organization", .provisioning),
        ("GET", "/browse/SUP-1", .agent), ("GET", "/rest/api/2/search", .agent),
        ("GET", "/secure/Dashboard.jspa", .agent), ("GET", "/rest/new/1.0/thing", .unknown),
        ("GET", "/SERVICEDESK/customer/portal/3", .unknown),
    ]

    @Test(arguments: doors) func `a door is closed to customers and to nobody's request`(
        method: String, target: String, door: ClosedDoor.Door
    ) async throws {
        let here = try await GatedSite.installation()
        let hank = try await here.browser(groups: ["hr"])
        _ = await here.answer(hank.request("/servicedesk/customer/portals"))
        #expect(here.engine.gate.warmAnswer(hank.request("/servicedesk/customer/portals")) != nil)
        #expect(here.engine.gate.warmAnswer(hank.request(target, method: method)) == nil)
        #expect(await here.answer(hank.request(target, method: method)).door == door)
        let nobody = TestBrowser().request(target, method: method, accept: "application/json")
        #expect(await here.answer(nobody).door == door)
        let page = TestBrowser().request(target, method: method)
        let isNavigation = method == "GET" && !target.hasPrefix("/rest/")
        #expect(await here.outcome(page) == (isNavigation ? .noSession : .closed))
    }

    @Test func `JSM's sign-in page is ours for nobody, and does not come again`() async throws {
        let here = try await GatedSite.installation()
        for target in ["/servicedesk/customer/user/login?destination=portals", "/login.jsp"] {
            let answer = await here.answer(TestBrowser().request(target))
            guard case .signIn(let signIn) = answer else { throw Unexpected("a sign-in") }
            #expect(signIn.way == .redirect && signIn.returnTarget == "/servicedesk/customer/portals")
        }
        let ann = try await here.browser()
        #expect(await here.outcome(ann.request("/login.jsp")) == .allowed)
    }

    @Test func `a credential of JSM's own is a password login wherever it is sent`() async throws {
        let here = try await GatedSite.installation()
        let hank = try await here.browser(groups: ["hr"])
        let request = hank.request().with { $0.authorization = "Basic YTpi" }
        #expect(await here.outcome(hank.request()) == .allowed)
        #expect(here.engine.gate.warmAnswer(request) == nil)
        #expect(await here.answer(request).door == .passwordLogin)
        let nobody = TestBrowser().request("/rest/api/2/myself", accept: nil).with { $0.authorization = "Basic YTpi" }
        #expect(await here.answer(nobody).door == .passwordLogin)
    }

    @Test func `where the doors are open, what shows any portal is for whoever may see all`() async throws {
        let here = try await GatedSite.installation { $0.sites[0].access.isSSOOnly = false }
        let (ann, hank) = (
            try await here.browser(), try await here.browser(groups: ["hr"], as: "hank@globex.example")
        )
        for (method, target, door) in Self.doors {
            let isAny = [.agent, .unknown, .provisioning].contains(door)
            #expect(await here.outcome(hank.request(target, method: method)) == .allowed, "\(target)")
            let expected: GateOutcome = isAny ? .closed : .allowed
            #expect(await here.outcome(ann.request(target, method: method)) == expected, "\(target)")
            #expect(await here.outcome(TestBrowser().request(target, method: method)) == .noSession)
        }
        #expect(await here.outcome(ann.request().with { $0.authorization = "Basic YTpi" }) == .allowed)
    }

    @Test func `a mailed link passes without a session, so and so often from one network`() async throws {
        let here = try await GatedSite.installation()
        let link = "/servicedesk/customer/portal/7/HR-1/unsubscribe?jwt=abcdefghijklmnop.qrst.uvwx"
        let home = IPAddress("2001:db8::1")
        let request = TestBrowser().request(link).with { $0.client = home }
        for _ in 0..<30 { #expect(await here.answer(request).anonymousPass == .mailLink) }
        #expect(await here.outcome(request) == .noSession)
        // Another address of the same household is the same network (M58); another network is not.
        let neighbour = IPAddress("2001:db8::2")
        #expect(await here.outcome(request.with { $0.client = neighbour }) == .noSession)
        let elsewhere = IPAddress("2001:db8:0:1::1")
        #expect(await here.answer(request.with { $0.client = elsewhere }).anonymousPass == .mailLink)
        #expect(await here.answer(request.with { $0.client = nil }).anonymousPass == .mailLink)
        here.clock.advance(by: .seconds(10))
        #expect(await here.answer(request).anonymousPass == .mailLink)
    }

    @Test func `nothing but the exact form of a mailed link passes`() async throws {
        let here = try await GatedSite.installation()
        let link = "/servicedesk/customer/portal/7/HR-1/unsubscribe"
        let token = "jwt=abcdefghijklmnop.qrst.uvwx"
        for target in [link, "\(link)?\(token)&a=b", "\(link)?\(token)&\(token)", "\(link)/?\(token)", "\(link)?jwt=a"]
        {
            #expect(await here.outcome(TestBrowser().request(target)) == .noSession, "\(target)")
        }
        #expect(await here.outcome(TestBrowser().request("\(link)?\(token)", method: "POST")) == .noSession)
        let ann = try await here.browser()
        #expect(await here.answer(ann.request("\(link)?\(token)")).refusal?.portal == 7)
    }

    @Test func `a mailed link is shut while the store cannot count`() async throws {
        let here = try await GatedSite.installation()
        here.store.fail(write: 0)
        let link = "/servicedesk/customer/portal/7/HR-1/unsubscribe?jwt=abcdefghijklmnop.qrst.uvwx"
        #expect(await here.outcome(TestBrowser().request(link)) == .unavailable)
    }

    @Test func `a public path that is closed to customers passes as nobody's`() async throws {
        let here = try await GatedSite.installation { $0.sites[0].publicPaths = ["/status", "/s/**/_/*"] }
        let ann = try await here.browser()
        #expect(await here.answer(ann.request("/status")).anonymousPass == .publicPath)
        #expect(await here.answer(ann.request("/s/a/_/b.css")).isAllowed)
        #expect(await here.answer(TestBrowser().request("/s/a/_/b.css")).anonymousPass == .publicPath)
        #expect(await here.outcome(TestBrowser().request("/images/a.png")) == .noSession)
    }

    @Test func `a public path below s does not open what JSM forwards it to`() async throws {
        for patterns in [["/s/*"], ["/s/**/_/*"], ["/s/**/_/download/batch/*"]] {
            let here = try await GatedSite.installation { $0.sites[0].publicPaths = patterns }
            let style = TestBrowser().request("/s/a/_/download/batch/x/y.css")
            #expect(await here.answer(style).anonymousPass == .publicPath)
            for target in [
                "/s/a/_/rest/api/2/user", "/s/a/_/login.jsp", "/s/a/_/servicedesk/customer/portal/7",
                "/s/a/_/download/batch/_/rest/servicedeskapi/servicedesk", "/s/a/_/download/batch/x/_/browse/HR-1",
            ] {
                #expect(await here.outcome(TestBrowser().request(target)) == .noSession, "\(target)")
                #expect(await here.answer(try await here.browser().request(target)).door == .unknown, "\(target)")
            }
        }
    }

    @Test func `no path is public for who tries a password on it`() async throws {
        let here = try await GatedSite.installation { $0.sites[0].publicPaths = ["/s/**/_/*"] }
        let style = TestBrowser().request("/s/a/_/b.css", accept: nil)
        #expect(await here.answer(style).anonymousPass == .publicPath)
        #expect(await here.answer(style.with { $0.authorization = "Basic YTpi" }).door == .passwordLogin)
        #expect(await here.answer(style.with { $0.target += "?os_username=a" }).door == .passwordLogin)
        let link = "/servicedesk/customer/portal/7/HR-1/unsubscribe?jwt=abcdefghijklmnop.qrst.uvwx"
        let mailed = TestBrowser().request(link, accept: nil)
        #expect(await here.answer(mailed).anonymousPass == .mailLink)
        #expect(await here.answer(mailed.with { $0.authorization = "Basic YTpi" }).door == .passwordLogin)
    }
}
