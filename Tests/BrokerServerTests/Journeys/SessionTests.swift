import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// What becomes of a session: renewal, sign-out, revocation.
@Suite(.serialized) struct SessionTests {
    @Test func `a session idle past the token's ten minutes still opens the gate and gets a new token`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let old = try #require(browser.cookie("vestibule"))
            broker.clock.advance(by: .seconds(3600))
            let gate = try await browser.askGate(broker)
            #expect(gate.status == 200)
            let renewed = try #require(gate.setCookies.first { $0.hasPrefix("vestibule=") })
            #expect(!renewed.contains(old))
        }
    }

    @Test func `an expired token without the handle is no session`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let token = try #require(browser.cookie("vestibule"))
            #expect(try await browser.askGate(broker, cookies: "vestibule=\(token)").status == 200)
            broker.clock.advance(by: .seconds(601))
            #expect(try await browser.askGate(broker, cookies: "vestibule=\(token)").status == 401)
        }
    }

    @Test func `a session that was idle for longer than it may be is over`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            broker.clock.advance(by: .seconds(8 * 3600 + 1))
            #expect(try await browser.askGate(broker).status == 401)
        }
    }

    @Test func `signing out by the form locks the gate at once, also for a stolen token`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let cookies = ["vestibule", "vestibule-session"].map { "\($0)=\(browser.cookie($0) ?? "")" }
            let stolen = cookies.joined(separator: "; ")
            #expect(try await browser.askGate(broker, cookies: stolen).status == 200)
            let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
            let out = try await browser.send(
                .POST, "\(broker.origin)/vestibule/sign-out",
                form: [("csrf", Browser.field("csrf", in: form.body) ?? "")])
            #expect(out.status == 200)
            #expect(browser.cookie("vestibule") == nil)
            #expect(browser.cookie("vestibule-session") == nil)
            #expect(try await browser.askGate(broker, cookies: stolen).status == 401)
        }
    }

    @Test func `a sign-out without the form's token is refused and the session lives`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let forged = try await browser.send(.POST, "\(broker.origin)/vestibule/sign-out", form: [("csrf", "guess")])
            #expect(forged.status == 400)
            #expect(try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out").status == 200)
            #expect(try await browser.askGate(broker).status == 200)
        }
    }

    @Test(arguments: [
        ("https://www.portal.example/bye", true), ("https://www.portal.example/bye/", false),
        ("https://evil.example/", false),
    ])
    func `a sign-out sends the browser only to a registered address`(target: String, isAllowed: Bool) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
            let out = try await browser.returnFromIdP(
                browser.send(
                    .POST, "\(broker.origin)/vestibule/sign-out",
                    form: [("csrf", Browser.field("csrf", in: form.body) ?? ""), ("post_logout_redirect_uri", target)]))
            #expect(out.location == (isAllowed ? target : "/vestibule/signed-out"))
        }
    }

    @Test func `a new login ends the session that the browser had`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let first = "vestibule=\(browser.cookie("vestibule") ?? "")"
            #expect(try await browser.askGate(broker, cookies: first).status == 200)
            let login = try await browser.go("\(broker.origin)/vestibule/start?rd=/&prompt=login")
            _ = try await browser.arrive(from: browser.type("bob@acme.example", on: login))
            #expect(try await browser.askGate(broker, cookies: first).status == 401)
            #expect(try await browser.askGate(broker).headers.first(name: "X-Vestibule-Email") == "bob@acme.example")
        }
    }

    @Test func `a new login ends the browser's session also when the IdP's POST brings no cookie of it`() async throws {
        try await TestBroker.with(responseMode: "form_post") { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let first = "vestibule=\(browser.cookie("vestibule") ?? "")"
            let login = try await browser.go("\(broker.origin)/vestibule/start?rd=/&prompt=login")
            let asked = try await browser.type("bob@acme.example", on: login)
            // A cross-site POST carries no SameSite=Lax cookie.
            browser.jar["portal.localhost"]?["vestibule-session"] = nil
            browser.jar["portal.localhost"]?["vestibule"] = nil
            #expect(try await browser.arrive(from: asked).status == 303)
            #expect(try await browser.askGate(broker, cookies: first).status == 401)
        }
    }

    @Test func `a domain that is taken from an organization takes its people's sessions with it`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            #expect(try await browser.askGate(broker).status == 200)
            var wanted = try await broker.engine.resources.export()
            wanted.organizations[0].domains = [try #require(EmailDomain("elsewhere.example"))]
            _ = try await broker.engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
            try await broker.engine.live.reload()
            #expect(try await browser.askGate(broker).status == 401)
        }
    }

    @Test func `a disabled customer is out at the next request`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let gate = try await browser.askGate(broker)
            let id = CustomerID(rawValue: gate.headers.first(name: "X-Vestibule-User") ?? "")
            try await broker.engine.customers.setStatus(.disabled, of: id, actor: .administrator("test"))
            #expect(try await browser.askGate(broker).status == 401)
        }
    }

    @Test func `the renewal address brings a fresh token to a front that checks tokens itself`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            broker.clock.advance(by: .seconds(700))
            let renewed = try await browser.send(
                .GET, "\(broker.origin)/vestibule/renew?rd=/servicedesk/customer/portal/3")
            #expect(renewed.status == 303)
            #expect(renewed.location == "/servicedesk/customer/portal/3")
            let token = try #require(browser.cookie("vestibule"))
            #expect(try await browser.askGate(broker, cookies: "vestibule=\(token)").status == 200)
        }
    }
}
