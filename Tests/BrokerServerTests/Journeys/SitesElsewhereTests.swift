import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// Sites that are not on our host: their people come through the facade, and the pages are the site's own.
@Suite(.serialized) struct SitesElsewhereTests {
    private static let home = "https://one.atlassian.net/servicedesk/customer/portals"

    /// Two Cloud sites and none of our own.
    private func withTwo(_ body: (TestBroker) async throws -> Void) async throws {
        try await TestBroker.with(
            change: {
                $0.connections.append(PushyProvider.connection(unsolicited: "accept"))
                $0.sites = [.cloud("one", colour: "#aa0000"), .cloud("two", colour: "#00aa00")]
            }, body)
    }

    private func style(_ page: Browser.Page) async throws -> String {
        let path = try #require(page.body.firstMatch(of: #/\/vestibule\/assets\/theme\.css\?v=[0-9a-f]{16}/#)).0
        return try await Browser().send(.GET, Browser.resolve(String(path), from: page.url)).body
    }

    @Test func `each site's sign-in looks like the site, and ends where the site asked`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            let login = try await browser.go("\(broker.facade("one"))/ask")
            #expect(login.status == 200 && login.body.contains("Sign in to Help of one"))
            let other = try await Browser().go("\(broker.facade("two"))/ask")
            #expect(other.body.contains("Sign in to Help of two"))
            let (first, second) = (try await style(login), try await style(other))
            #expect(first != second && first.contains("#aa0000") && second.contains("#00aa00"))
            let back = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            #expect(back.location?.hasPrefix("\(broker.facade("one"))/resume?") == true)
            let answer = try await browser.send(.GET, back.location ?? "")
            #expect(Browser.item("name", in: answer.location) == "alice@acme.example")
            // The back button: the login is over, and the portal is where it always was.
            let stale = try await browser.send(.GET, login.url)
            #expect(stale.status == 303 && stale.location == Self.home)
            let silent = try await browser.send(.GET, "\(broker.facade("two"))/ask")
            #expect(Browser.item("name", in: silent.location) == "alice@acme.example")
        }
    }

    @Test func `the picker, a second round and its page are the login's site's too`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            let picker = try await browser.go("\(broker.facade("two"))/ask?hint=p-alice@acme.example")
            #expect(picker.status == 200 && picker.body.contains("Help of two"))
            let picked = try await browser.send(
                .POST, Browser.resolve(Browser.action(in: picker.body) ?? "", from: picker.url),
                form: [
                    ("transaction", Browser.field("transaction", in: picker.body) ?? ""), ("connection", "pushy"),
                ])
            let state = Browser.item("state", in: picked.location) ?? ""
            let asked = try await browser.send(
                .GET, "\(broker.origin)/vestibule/cb/pushy?state=\(state)&again=1")
            #expect(asked.status == 200 && asked.body.contains("Help of two"))
            #expect(asked.body.contains("href=\"https://two.atlassian.net/servicedesk/customer/portals\""))
        }
    }

    @Test func `what goes wrong is told under the site's name and begins anew at the site`() async throws {
        try await withTwo { broker in
            let refused = try await Browser().send(.GET, "\(broker.facade("one"))/refuse?code=replayed")
            let browser = Browser()
            let login = try await browser.go("\(broker.facade("one"))/ask")
            broker.clock.advance(by: .seconds(601))
            let late = try await browser.type("alice@acme.example", on: login)
            for page in [refused, late] {
                #expect(page.status == 400 && page.body.contains("Help of one"))
                #expect(page.body.contains("href=\"\(Self.home)\"") && !page.body.contains("/vestibule/start"))
            }
        }
    }

    @Test func `account, sign-out and its end work for a host that is no site's`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            try await browser.signInForFacade(broker, site: "one")
            let account = try await browser.send(.GET, "\(broker.origin)/vestibule/account")
            #expect(account.status == 200 && account.body.contains("alice@acme.example"))
            #expect(account.body.contains("Help of one") && account.body.contains("href=\"\(Self.home)\""))
            let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
            #expect(form.status == 200 && form.body.contains("Sign out of Help of one?"))
            #expect(form.body.contains("href=\"\(Self.home)\""))
            let out = try await browser.returnFromIdP(
                browser.send(
                    .POST, "\(broker.origin)/vestibule/sign-out",
                    form: [("csrf", Browser.field("csrf", in: form.body) ?? "")]))
            #expect(out.status == 303 && out.location == "/vestibule/signed-out")
            let end = try await browser.send(.GET, "\(broker.origin)/vestibule/signed-out")
            #expect(end.status == 200 && end.body.contains("Help of one"))
            #expect(end.body.contains("href=\"\(Self.home)\""))
            #expect(try await broker.engine.sessions.list(.all, limit: 9).isEmpty)
        }
    }

    @Test func `a stranger at such a host sees plain pages without a site`() async throws {
        try await withTwo { broker in
            for path in ["account", "sign-out", "signed-out"] {
                let page = try await Browser().send(.GET, "\(broker.origin)/vestibule/\(path)")
                #expect(page.status == 200 && page.body.contains("You are signed out"))
                #expect(!page.body.contains("Help of") && !page.body.contains("/vestibule/start"))
            }
            #expect(try await Browser().send(.GET, "\(broker.origin)/vestibule/start").status == 404)
        }
    }

    @Test func `a session whose site is gone can still be signed out`() async throws {
        try await withTwo { broker in
            let browser = Browser()
            try await browser.signInForFacade(broker, site: "one")
            var wanted = try await broker.engine.resources.export()
            wanted.sites = [.cloud("two"), .cloud("three")]
            _ = try await broker.engine.resources.apply(wanted, prune: true, isDryRun: false, actor: .system)
            try await broker.engine.live.reload()
            let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
            #expect(form.status == 200 && !form.body.contains("Help of"))
            let out = try await browser.send(
                .POST, "\(broker.origin)/vestibule/sign-out",
                form: [("csrf", Browser.field("csrf", in: form.body) ?? "")])
            #expect(out.location == "/vestibule/signed-out" && browser.cookie("vestibule-session") == nil)
            #expect(try await broker.engine.sessions.list(.all, limit: 9).isEmpty)
        }
    }

    @Test func `beside a site on our host, a Cloud site's sign-in stays the Cloud site's`() async throws {
        try await TestBroker.withFacade(change: { $0.sites.append(.cloud("one")) }) { broker in
            let browser = Browser()
            let login = try await browser.go("\(broker.facade("one"))/ask")
            #expect(login.body.contains("Sign in to Help of one"))
            let back = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            #expect(back.location?.hasPrefix("\(broker.facade("one"))/resume?") == true)
            // The session opens the portal too, and its own start goes by host.
            #expect(try await browser.askGate(broker).status == 200)
            let start = try await browser.send(.GET, "\(broker.origin)/vestibule/start?rd=/servicedesk/x")
            #expect(start.location == "/servicedesk/x")
        }
    }

    @Test func `the only site, elsewhere, gets its people back at its own address`() async throws {
        try await TestBroker.with(change: { $0.sites = [.cloud("one")] }) { broker in
            let browser = Browser()
            let login = try await browser.go("\(broker.origin)/vestibule/start")
            let end = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            #expect(end.status == 303 && end.location == Self.home)
            let again = try await browser.send(.GET, "\(broker.origin)/vestibule/start")
            #expect(again.location == Self.home)
        }
    }
}
