import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// A sign-out that a site asked for, over real HTTP.
@Suite(.serialized) struct FacadeSignOutTests {
    /// Somebody whose IdP can be signed out of, and whom two sites know: the portal, and one that a browser has to tell.
    private func withPerson(
        posts: Bool = false, logout: String = "up", _ body: (TestBroker, Browser, String) async throws -> Void
    ) async throws {
        try await TestBroker.withFacade(
            change: {
                $0.connections.append(PushyProvider.connection(unsolicited: "accept", logout: logout))
                $0.sites.append(.cloud("acme-cloud", ["signsOut": .bool(true), "posts": .bool(posts)]))
            }
        ) { broker in
            let browser = Browser()
            try await browser.accept("p-carol@acme.example", broker)
            let answer = try await browser.send(.GET, "\(broker.facade())/ask")
            _ = try await browser.send(.GET, "\(broker.facade("acme-cloud"))/ask")
            let told = try await broker.auditKinds().filter { $0.kind == .facadeAnswered }
            #expect(told.count == 2)
            try await body(broker, browser, try #require(Browser.item("key", in: answer.location)))
        }
    }

    private func answered(
        _ browser: Browser, _ broker: TestBroker, state: String?, site: String = "acme-cloud", ok: Bool = true
    ) async throws -> Browser.Page {
        try await browser.send(
            .GET, "\(broker.facade(site))/answered?state=\(state ?? "")\(ok ? "&ok=1" : "")")
    }

    private func atIdP(_ browser: Browser, _ broker: TestBroker, _ page: Browser.Page) async throws -> Browser.Page {
        let state = Browser.item("state", in: page.location) ?? ""
        return try await browser.send(
            .GET, "\(broker.origin)/vestibule/cb/pushy/logout?state=\(state)&result=complete")
    }

    @Test func `a sign-out goes to the other sites, then to the IdP, then back to the site that asked`() async throws {
        try await withPerson { broker, browser, key in
            browser.jar["portal.localhost"]?["JSESSIONID"] = "theirs"
            let out = try await browser.send(.GET, "\(broker.facade())/out?key=\(key)")
            #expect(out.status == 303 && out.location?.hasPrefix("https://jsm.example/acme-cloud/out?") == true)
            #expect(out.headers.first(name: "Referrer-Policy") == "no-referrer")
            #expect(try await broker.engine.sessions.list(.all, limit: 9).isEmpty)
            for name in ["vestibule-session", "vestibule", "JSESSIONID"] { #expect(browser.cookie(name) == nil) }
            let idp = try await answered(browser, broker, state: Browser.item("state", in: out.location))
            #expect(idp.status == 303 && idp.location?.hasPrefix("https://pushy.example/end?") == true)
            let end = try await atIdP(browser, broker, idp)
            #expect(end.status == 303 && end.location?.hasPrefix("https://jsm.example/done?") == true)
            #expect(Browser.item("what", in: end.location) == "asked-by-portal")
            #expect(Browser.item("complete", in: end.location) == "true")
            #expect(browser.cookie("vestibule-logout") == nil)
        }
    }

    @Test func `a site that is told by a form gets one, under its own name`() async throws {
        try await withPerson(posts: true, logout: "none") { broker, browser, key in
            let out = try await browser.send(.GET, "\(broker.facade())/out?key=\(key)")
            #expect(out.status == 200 && Browser.action(in: out.body) == "https://jsm.example/acme-cloud/out")
            #expect(out.body.contains("Taking you to Help of acme-cloud"))
            let state = Browser.field("state", in: out.body)
            let end = try await answered(browser, broker, state: state)
            #expect(end.location?.hasPrefix("https://jsm.example/done?") == true)
        }
    }

    @Test func `an answer that nobody waits for ends on our own page`() async throws {
        try await withPerson { broker, browser, key in
            let early = try await answered(browser, broker, state: "x")
            #expect(early.status == 303 && early.location == "/vestibule/signed-out")
            #expect(try await browser.askGate(broker).status == 200)
            let out = try await browser.send(.GET, "\(broker.facade())/out?key=\(key)")
            let state = Browser.item("state", in: out.location)
            #expect(try await answered(browser, broker, state: "forged").location == "/vestibule/signed-out")
            #expect(try await answered(Browser(), broker, state: state).location == "/vestibule/signed-out")
            #expect(
                try await answered(browser, broker, state: state, site: "portal").location == "/vestibule/signed-out")
            let idp = try await answered(browser, broker, state: state, ok: false)
            #expect(idp.location?.hasPrefix("https://pushy.example/end?") == true)
            #expect(try await broker.auditKinds(code: "refused_by_site").map(\.kind) == [.facadeNotTold])
        }
    }

    @Test func `a session that is over is concluded at once`() async throws {
        try await withPerson(logout: "none") { broker, browser, key in
            try await broker.engine.sessions.end(.all, reason: .revoked, actor: .administrator("test"))
            for value in [key, "gone"] {
                let end = try await browser.send(.GET, "\(broker.facade())/out?key=\(value)")
                #expect(end.location?.hasPrefix("https://jsm.example/done?") == true)
                #expect(browser.cookie("vestibule-session") == nil)
            }
        }
    }

    @Test func `a sign-out of one person leaves another person's browser alone`() async throws {
        try await withPerson(logout: "none") { broker, carol, key in
            let alice = Browser()
            try await alice.signIn(broker)
            _ = try await alice.send(.GET, "\(broker.facade())/out?key=\(key)")
            #expect(alice.cookie("vestibule-session") != nil && alice.cookie("vestibule") != nil)
            #expect(try await alice.askGate(broker).status == 200)
            #expect(try await carol.askGate(broker).status == 401)
        }
    }

    @Test func `a cross-site POST that proves the session ends it and takes no cookie that it cannot see`()
        async throws
    {
        try await withPerson(logout: "none") { broker, browser, key in
            let out = try await browser.crossSite("\(broker.facade())/out?key=\(key)")
            #expect(out.status == 303)
            #expect(!out.setCookies.contains { $0.hasPrefix("vestibule-session=") || $0.hasPrefix("vestibule=") })
            #expect(try await browser.askGate(broker).status == 401)
        }
    }

    // MARK: The person's yes

    private func yes(
        _ browser: Browser, _ page: Browser.Page, _ change: (inout [(String, String)]) -> Void = { _ in }
    ) async throws -> Browser.Page {
        var form = ["csrf", "question"].map { ($0, Browser.field($0, in: page.body) ?? "") }
        change(&form)
        return try await browser.send(
            .POST, Browser.resolve(Browser.action(in: page.body) ?? "", from: page.url), form: form)
    }

    @Test(arguments: ["out", "out?key=none"])
    func `a site that cannot prove which session is meant has the person asked first`(route: String) async throws {
        try await withPerson(logout: "none") { broker, browser, _ in
            let page = try await browser.send(.GET, "\(broker.facade())/\(route)")
            #expect(page.status == 200 && page.body.contains("Sign out of Support portal?"))
            #expect(page.body.contains("p-carol@acme.example"))
            #expect(try await browser.askGate(broker).status == 200)
            let out = try await yes(browser, page)
            let state = Browser.item("state", in: out.location)
            let end = try await answered(browser, broker, state: state)
            #expect(Browser.item("what", in: end.location) == "asked-by-portal")
            #expect(try await browser.askGate(broker).status == 401)
        }
    }

    @Test func `a yes needs the token of the session's own form`() async throws {
        try await withPerson { broker, browser, _ in
            let page = try await browser.send(.GET, "\(broker.facade())/out")
            for token in ["", "guess"] {
                let forged = try await yes(browser, page) { $0[0].1 = token }
                #expect(forged.status == 400 && forged.setCookies.isEmpty)
            }
            let without = try await yes(browser, page) { $0.removeFirst() }
            #expect(without.status == 400)
            #expect(try await browser.askGate(broker).status == 200)
        }
    }

    @Test(arguments: ["forged", "late"])
    func `a yes whose question is not ours, or too old, signs out and leads to no site`(how: String) async throws {
        try await withPerson(logout: "none") { broker, browser, _ in
            let page = try await browser.send(.GET, "\(broker.facade())/out")
            if how == "late" { broker.clock.advance(by: .seconds(601)) }
            let out = try await yes(browser, page) { if how == "forged" { $0[1].1 = "AAAA" } }
            #expect(out.status == 303)
            let end = try await answered(browser, broker, state: Browser.item("state", in: out.location))
            #expect(end.location == "/vestibule/signed-out")
            #expect(try await browser.askGate(broker).status == 401)
        }
    }

    @Test func `a question that a cross-site POST brings is asked with the browser's own cookies`() async throws {
        try await withPerson(logout: "none") { broker, browser, _ in
            let posted = try await browser.crossSite("\(broker.facade())/out")
            #expect(posted.status == 303 && posted.location?.hasPrefix("/vestibule/sign-out?question=") == true)
            #expect(posted.setCookies.isEmpty)
            let page = try await browser.send(.GET, Browser.resolve(posted.location ?? "", from: posted.url))
            #expect(page.body.contains("p-carol@acme.example"))
            let out = try await yes(browser, page)
            #expect(out.location?.hasPrefix("https://jsm.example/acme-cloud/out?") == true)
        }
    }

    @Test func `without a session there is nothing to ask`() async throws {
        try await withPerson { broker, browser, _ in
            for path in ["\(broker.facade())/out", "\(broker.facade())/out?silent=1"] {
                let get = try await Browser().send(.GET, path)
                let posted = try await Browser().send(.POST, path, form: [])
                let page = try await Browser().send(.GET, Browser.resolve(posted.location ?? "", from: posted.url))
                for end in [get, page] {
                    let isSilent = path.hasSuffix("silent=1")
                    #expect(
                        isSilent
                            ? end.location == "/vestibule/signed-out"
                            : end.location?.hasPrefix("https://jsm.example/done?") == true)
                }
            }
            // A form that was open when the session ended elsewhere.
            let form = try await browser.send(.GET, "\(broker.facade())/out")
            try await broker.engine.sessions.end(.all, reason: .revoked, actor: .administrator("test"))
            let end = try await yes(browser, form)
            #expect(end.location?.hasPrefix("https://jsm.example/done?") == true)
            #expect(browser.cookie("vestibule-session") == nil)
        }
    }

    @Test func `what does not fit into the sign-out's cookie is refused before anything ends`() async throws {
        try await withPerson { broker, browser, key in
            for query in ["key=\(key)&length=1537", "length=1537"] {
                let page = try await browser.send(.GET, "\(broker.facade())/out?\(query)")
                #expect(page.status == 400)
            }
            #expect(try await browser.askGate(broker).status == 200)
            let fits = try await browser.send(.GET, "\(broker.facade())/out?key=\(key)&length=1536")
            #expect(fits.status == 303)
            #expect((browser.cookie("vestibule-logout")?.utf8.count ?? 0) < 4000)
        }
    }
}
