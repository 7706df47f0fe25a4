import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

extension Browser {
    /// Signs in for a facade and comes back to it; stops at its answer.
    @discardableResult
    func signInForFacade(
        _ broker: TestBroker, site: String = "portal", as email: String = "alice@acme.example"
    ) async throws -> Page {
        let login = try await go("\(broker.facade(site))/ask")
        let back = try await arrive(from: type(email, on: login))
        return try await send(.GET, Self.resolve(back.location ?? "", from: back.url))
    }

    /// Drops what a cross-site POST would not carry, for one request.
    func crossSite(_ url: String, form: [(String, String)] = []) async throws -> Page {
        let kept = jar["portal.localhost"]
        jar["portal.localhost"] = kept?.filter { !$0.key.hasPrefix("vestibule-session") && $0.key != "vestibule" }
        let page = try await send(.POST, url, form: form)
        jar["portal.localhost", default: [:]].merge(kept ?? [:]) { own, _ in own }
        return page
    }

    static func item(_ name: String, in location: String?) -> String? {
        URLComponents(string: location ?? "")?.queryItems?.first { $0.name == name }?.value
    }
}

/// A sign-in that a site asked for, over real HTTP.
@Suite(.serialized) struct FacadeSignInTests {
    @Test func `a site's request waits for the sign-in and is answered with the live session`() async throws {
        try await TestBroker.withFacade { broker in
            let browser = Browser()
            let asked = try await browser.send(.GET, "\(broker.facade())/ask")
            #expect(asked.status == 303 && asked.location?.hasPrefix("/vestibule/login/") == true)
            #expect(asked.setCookies.contains { $0.hasPrefix("vestibule-login-") })
            let login = try await browser.go(Browser.resolve(asked.location ?? "", from: asked.url))
            #expect(login.status == 200 && !login.body.contains("resume"))
            let back = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            #expect(back.status == 303 && back.location?.hasPrefix("\(broker.facade())/resume?request=") == true)
            #expect(back.headers.first(name: "Referrer-Policy") == "no-referrer")
            let answer = try await browser.send(.GET, back.location ?? "")
            #expect(Browser.item("name", in: answer.location) == "alice@acme.example")
            #expect(Browser.item("asked", in: answer.location) == "asked")
            #expect(try await browser.askGate(broker).status == 200)
            // From now on nobody is asked.
            let silent = try await browser.send(.GET, "\(broker.facade())/ask")
            #expect(silent.location?.hasPrefix("https://jsm.example/in?") == true)
            let told = try await broker.auditKinds().filter { $0.kind == .facadeAnswered }
            #expect(told.count == 2)
        }
    }

    @Test func `a request that a cross-site POST brings goes on with the browser's own cookies`() async throws {
        try await TestBroker.withFacade { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let posted = try await browser.crossSite("\(broker.facade())/ask", form: [("a", "1")])
            #expect(posted.status == 303 && posted.setCookies.isEmpty)
            let answer = try await browser.send(.GET, posted.location ?? "")
            #expect(Browser.item("name", in: answer.location) == "alice@acme.example")
        }
    }

    @Test func `a hint of the site leads straight to the person's own IdP`() async throws {
        try await TestBroker.withFacade { broker in
            let page = try await Browser().send(.GET, "\(broker.facade())/ask?hint=alice@acme.example")
            #expect(page.status == 303 && page.location?.contains("idp.localhost") == true)
        }
    }

    @Test func `only the browser that began the sign-in comes back to the site's request`() async throws {
        try await TestBroker.withFacade { broker in
            let victim = Browser()
            let login = try await victim.go("\(broker.facade())/ask")
            let stranger = Browser()
            let refused = try await stranger.send(.GET, login.url)
            #expect(refused.status == 400 && !refused.body.contains("resume"))
            #expect(refused.body.contains("href=\"/servicedesk/customer/portals\""))
            try await stranger.signIn(broker, as: "bob@acme.example")
            let away = try await stranger.send(.GET, login.url)
            #expect(away.status == 303 && away.location == "/servicedesk/customer/portals")
        }
    }

    @Test func `a step of a finished sign-in leads its own browser on, and no page shows the way back`() async throws {
        try await TestBroker.withFacade { broker in
            let browser = Browser()
            let login = try await browser.go("\(broker.facade())/ask")
            let binding = browser.jar["portal.localhost"]?.filter { $0.key.hasPrefix("vestibule-login-") } ?? [:]
            let back = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            browser.jar["portal.localhost"]?.merge(binding) { own, _ in own }
            let again = try await browser.type("alice@acme.example", on: login)
            #expect(again.status == 303 && again.location == back.location)
            browser.jar["portal.localhost"] = binding
            let late = try await browser.type("alice@acme.example", on: login)
            #expect(late.status == 400 && !late.body.contains("resume"))
        }
    }

    @Test func `a sign-in that took too long begins anew at the portal`() async throws {
        try await TestBroker.withFacade { broker in
            let browser = Browser()
            let login = try await browser.go("\(broker.facade())/ask")
            broker.clock.advance(by: .seconds(601))
            let late = try await browser.type("alice@acme.example", on: login)
            #expect(late.status == 400 && late.body.contains("data-code=\"login_expired\""))
            #expect(!late.body.contains("resume") && late.body.contains("href=\"/servicedesk/customer/portals\""))
        }
    }

    @Test func `who is not admitted by a site is told so, with or without a session of another one`() async throws {
        try await TestBroker.withFacade(
            change: {
                $0.sites.append(.cloud("closed"))
                $0.sites[1].organizations = ["globex"]
            }
        ) { broker in
            let browser = Browser()
            let login = try await browser.go("\(broker.facade("closed"))/ask")
            let refused = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            #expect(browser.cookie("vestibule-session") == nil)
            try await browser.signIn(broker)
            let answer = try await browser.send(.GET, "\(broker.facade("closed"))/ask")
            for page in [refused, answer] {
                #expect(page.status == 403 && page.location == nil && page.body.contains("Help of closed"))
                #expect(page.body.contains("data-code=\"not_admitted\"") && page.body.contains("it@acme.example"))
            }
        }
    }

    // MARK: Cookies of JSM

    @Test func `a sign-in and a sign-out take the cookies by which JSM knows a person`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            browser.jar["portal.localhost"] = ["JSESSIONID": "old", "seraph.rememberme.cookie": "old", "other": "1"]
            let back = try await browser.signIn(broker)
            for name in ["JSESSIONID", "seraph.rememberme.cookie"] {
                #expect(back.setCookies.contains("\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"))
                #expect(browser.cookie(name) == nil)
                browser.jar["portal.localhost"]?[name] = "new"
            }
            let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
            #expect(browser.cookie("JSESSIONID") == "new")
            _ = try await browser.send(
                .POST, "\(broker.origin)/vestibule/sign-out",
                form: [("csrf", Browser.field("csrf", in: form.body) ?? "")])
            #expect(browser.jar["portal.localhost"]?.keys.sorted() == ["other", "vestibule-logout"])
        }
    }

    @Test func `a sign-in with the person's yes takes them too, by the names of the site`() async throws {
        try await TestBroker.with(
            change: {
                $0.connections.append(PushyProvider.connection(unsolicited: "accept"))
                $0.sites[0].portalCookies = ["JSMSESSION"]
                $0.sites.append(.cloud("acme-cloud"))
                $0.sites[1].portalCookies = ["JSESSIONID"]
            }
        ) { broker in
            let browser = Browser()
            browser.jar["portal.localhost"] = ["JSMSESSION": "old", "JSESSIONID": "of another host"]
            try await browser.accept("p-alice@acme.example", broker)
            #expect(try await browser.askGate(broker).status == 200)
            #expect(browser.cookie("JSMSESSION") == nil && browser.cookie("JSESSIONID") != nil)
        }
    }

    @Test func `a page of a sign-in takes no cookie of JSM, and neither does a silent answer`() async throws {
        try await TestBroker.withFacade { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            browser.jar["portal.localhost"]?["JSESSIONID"] = "new"
            _ = try await browser.send(.GET, "\(broker.facade())/ask")
            _ = try await browser.send(.GET, "\(broker.origin)/vestibule/start")
            #expect(browser.cookie("JSESSIONID") == "new")
        }
    }
}
