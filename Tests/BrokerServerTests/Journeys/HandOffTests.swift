import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// Two sites on hosts of their own, and the broker on a third.
@Suite(.serialized) struct HandOffTests {
    private static let target = "/servicedesk/customer/portal/3"

    private func withTwo(_ body: (TestBroker) async throws -> Void) async throws {
        try await TestBroker.with(
            change: { wanted in
                let portal = wanted.sites[0]
                wanted.sites = ["one", "two"].map { name in
                    var site = portal
                    site.id = SiteID(rawValue: name)
                    site.origin = portal.origin.replacing("portal.localhost", with: "\(name).localhost")
                    return site
                }
            }, body)
    }

    private func origin(_ name: String, _ broker: TestBroker) -> String {
        "http://\(name).localhost:\(broker.publicPort)"
    }

    private func start(_ name: String, _ broker: TestBroker) -> String {
        "\(origin(name, broker))/vestibule/start?rd=\(Self.target)"
    }

    /// Signs in at a site and stops at the address with the code.
    private func codeURL(
        _ browser: Browser, _ name: String, _ broker: TestBroker, as email: String = "alice@acme.example"
    ) async throws -> String {
        let login = try await browser.go(start(name, broker))
        let back = try await browser.arrive(from: browser.type(email, on: login))
        return try #require(back.location)
    }

    private func gate(_ browser: Browser, _ name: String, _ broker: TestBroker) async throws -> Int {
        let own = (browser.jar["\(name).localhost"] ?? [:]).map { "\($0)=\($1)" }.joined(separator: "; ")
        return try await browser.send(
            .GET, "http://127.0.0.1:\(broker.internalPort)/gate/nginx",
            headers: [
                ("X-Vestibule-Site", name), ("X-Vestibule-Target", Self.target), ("X-Vestibule-Method", "GET"),
                ("X-Vestibule-Client", "127.0.0.1"), ("Accept", "text/html"), ("Cookie", own),
            ]
        ).status
    }

    @Test func `a login begins at the site, goes on at the broker's host and ends at the site`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            let begun = try await browser.send(.GET, start("one", broker))
            #expect(begun.status == 303)
            #expect(begun.location?.hasPrefix("\(broker.origin)/vestibule/arrive/") == true)
            #expect(begun.headers.first(name: "Referrer-Policy") == "no-referrer")
            let page = try await browser.go(begun.location ?? "")
            #expect(page.status == 200 && page.url.hasPrefix("\(broker.origin)/vestibule/login/"))
            let back = try await browser.arrive(from: browser.type("alice@acme.example", on: page))
            #expect(back.location?.hasPrefix("\(origin("one", broker))/vestibule/hand-off?code=") == true)
            #expect(back.headers.first(name: "Referrer-Policy") == "no-referrer")
            #expect(back.headers.first(name: "Cache-Control") == "no-store")
            #expect(browser.jar["portal.localhost"]?.keys.sorted() == ["vestibule-sso"])
            let end = try await browser.send(.GET, back.location ?? "")
            #expect(end.status == 303 && end.location == Self.target)
            #expect(browser.jar["one.localhost"]?.keys.sorted() == ["vestibule", "vestibule-session"])
            #expect(try await gate(browser, "one", broker) == 200)
        }
    }

    @Test func `the second site asks nothing, and a sign-out at either ends both`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            _ = try await browser.send(.GET, codeURL(browser, "one", broker))
            let arrive = try await browser.send(.GET, start("two", broker))
            let back = try await browser.send(.GET, arrive.location ?? "")
            #expect(back.location?.hasPrefix("\(origin("two", broker))/vestibule/hand-off?code=") == true)
            let end = try await browser.send(.GET, back.location ?? "")
            #expect(end.location == Self.target)
            #expect(try await gate(browser, "two", broker) == 200)
            #expect(try await broker.engine.sessions.list(.all, limit: 9).count == 1)

            let form = try await browser.send(.GET, "\(origin("two", broker))/vestibule/sign-out")
            _ = try await browser.send(
                .POST, "\(origin("two", broker))/vestibule/sign-out",
                form: [("csrf", Browser.field("csrf", in: form.body) ?? "")])
            #expect(try await gate(browser, "one", broker) == 401)
            #expect(try await gate(browser, "two", broker) == 401)
            let again = try await browser.go(start("one", broker))
            #expect(again.status == 200 && again.url.contains("/vestibule/login/"))
        }
    }

    @Test func `a code in another browser, twice, or at another host changes nothing`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            let url = try await codeURL(browser, "one", broker)
            let stranger = Browser()
            let stolen = try await stranger.send(.GET, url)
            #expect(stolen.status == 400 && stolen.body.contains("browser_mismatch") && stolen.setCookies.isEmpty)
            #expect(stolen.headers.first(name: "Referrer-Policy") == "no-referrer")
            let elsewhere = url.replacingOccurrences(of: "one.localhost", with: "two.localhost")
            let wrong = try await browser.send(.GET, elsewhere)
            #expect(wrong.status == 400 && wrong.setCookies.isEmpty)
            let posted = try await browser.send(.POST, url, form: [("code", "x")])
            #expect(posted.status == 404 && posted.setCookies.isEmpty)
            let atBroker = url.replacingOccurrences(of: "one.localhost", with: "portal.localhost")
            #expect(try await browser.send(.GET, atBroker).status == 404)

            #expect(try await browser.send(.GET, url).location == Self.target)
            let handle = browser.cookie("vestibule-session", host: "one.localhost")
            let replayed = try await browser.send(.GET, url)
            #expect(replayed.status == 303 && replayed.location == Self.target && replayed.setCookies.isEmpty)
            #expect(browser.cookie("vestibule-session", host: "one.localhost") == handle)
            let late = try await stranger.send(.GET, url)
            #expect(late.status == 400 && late.setCookies.isEmpty)
        }
    }

    @Test func `a person who is signed in keeps their session when somebody else's code is planted`() async throws {
        try await withTwo { broker in
            let (victim, attacker) = (Browser(), Browser())
            _ = try await victim.send(.GET, codeURL(victim, "one", broker))
            let planted = try await codeURL(attacker, "one", broker, as: "bob@acme.example")
            let answer = try await victim.send(.GET, planted)
            #expect(answer.location == Self.target && answer.setCookies.isEmpty)
            let account = try await victim.send(.GET, "\(origin("one", broker))/vestibule/account")
            #expect(account.body.contains("alice@acme.example"))
        }
    }

    @Test func `a ticket is for the broker's host, and for one browser`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            let ticket = try #require(try await browser.send(.GET, start("one", broker)).location)
            let wrong = ticket.replacingOccurrences(of: "portal.localhost", with: "one.localhost")
            #expect(try await browser.send(.GET, wrong).status == 404)
            #expect(try await browser.send(.GET, ticket).status == 303)
            let again = try await Browser().send(.GET, ticket)
            #expect(again.status == 400 && again.setCookies.isEmpty)
            // The way on leads to where the person wanted to be.
            #expect(again.body.contains("href=\"\(origin("one", broker))\(Self.target)\""))
        }
    }

    @Test func `a handle that is taken to another host opens nothing there`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            _ = try await browser.send(.GET, codeURL(browser, "one", broker))
            let handle = try #require(browser.cookie("vestibule-session", host: "one.localhost"))
            let sso = try #require(browser.cookie("vestibule-sso"))
            let planted = Browser()
            planted.jar = [
                "two.localhost": ["vestibule-session": handle], "one.localhost": ["vestibule-session": sso],
                "portal.localhost": ["vestibule-sso": handle],
            ]
            #expect(try await gate(planted, "two", broker) == 401)
            #expect(try await gate(planted, "one", broker) == 401)
            let page = try await planted.go(start("two", broker))
            #expect(page.status == 200 && page.url.contains("/vestibule/login/"))
        }
    }

    @Test func `account and sign-out work at the broker's host too`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            _ = try await browser.send(.GET, codeURL(browser, "one", broker))
            let account = try await browser.send(.GET, "\(broker.origin)/vestibule/account")
            #expect(account.status == 200 && account.body.contains("alice@acme.example"))
            let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
            _ = try await browser.send(
                .POST, "\(broker.origin)/vestibule/sign-out",
                form: [("csrf", Browser.field("csrf", in: form.body) ?? "")])
            #expect(browser.cookie("vestibule-sso") == nil)
            #expect(try await gate(browser, "one", broker) == 401)
        }
    }
}
