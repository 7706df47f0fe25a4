import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// From an anonymous deep link to an open gate, over real HTTP.
@Suite(.serialized) struct SignInTests {
    @Test func `a deep link leads through the customer's own IdP and back to the same deep link`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let login = try await browser.openLogin(broker)
            #expect(login.status == 200)
            let end = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            #expect(end.status == 303)
            #expect(end.location == "/servicedesk/customer/portal/3")
            let gate = try await browser.askGate(broker)
            #expect(gate.status == 200)
            #expect(gate.headers.first(name: "X-Vestibule-Email") == "alice@acme.example")
            #expect(gate.headers.first(name: "X-Vestibule-Organization") == "acme")
            #expect(gate.headers.first(name: "X-Vestibule-Groups") == "acme-alice,customers")
        }
    }

    @Test func `the same journey works when the IdP answers by form_post`() async throws {
        try await TestBroker.with(responseMode: "form_post") { broker in
            let browser = Browser()
            let end = try await browser.signIn(broker)
            #expect(end.status == 303)
            #expect(try await browser.askGate(broker).status == 200)
        }
    }

    @Test func `an upper-case domain and blanks around the address reach the same IdP`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let end = try await browser.signIn(broker, as: "  alice@ACME.example ")
            #expect(end.status == 303)
        }
    }

    @Test func `several connections bring the picker and the pick is remembered`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let asked = try await browser.type("bob@globex.example", on: try await browser.openLogin(broker))
            let picker = try await browser.go(Browser.resolve(asked.location ?? "", from: asked.url))
            #expect(picker.body.contains("globex globex-contractors"))
            let action = Browser.resolve(Browser.action(in: picker.body) ?? "", from: picker.url)
            let end = try await browser.arrive(
                from: browser.send(
                    .POST, action,
                    form: [
                        ("transaction", Browser.field("transaction", in: picker.body) ?? ""),
                        ("connection", "globex-contractors"),
                    ]))
            #expect(end.status == 303)
            #expect(browser.cookie("vestibule-choice") == "globex-contractors")
        }
    }

    @Test func `a pick that the e-mail does not allow is refused`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let asked = try await browser.type("bob@globex.example", on: try await browser.openLogin(broker))
            let picker = try await browser.go(Browser.resolve(asked.location ?? "", from: asked.url))
            let refused = try await browser.send(
                .POST, Browser.resolve(Browser.action(in: picker.body) ?? "", from: picker.url),
                form: [
                    ("transaction", Browser.field("transaction", in: picker.body) ?? ""), ("connection", "acme"),
                ])
            #expect(refused.status == 403)
            #expect(browser.cookie("vestibule-session") == nil)
        }
    }

    @Test func `a slip in the address is answered in the form and nothing is lost`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let again = try await browser.type("alice@acme", on: try await browser.openLogin(broker))
            #expect(again.status == 422)
            #expect(again.body.contains("alice@acme"))
            let end = try await browser.arrive(from: browser.type("alice@acme.example", on: again))
            #expect(end.status == 303)
        }
    }

    @Test func `with uniform discovery a known and an unknown domain get the same answer`() async throws {
        try await TestBroker.with(discovery: .uniform) { broker in
            let browser = Browser()
            var shapes: [String] = []
            for email in ["alice@acme.example", "alice@nowhere.example"] {
                let answer = try await browser.type(email, on: try await browser.openLogin(broker))
                let location = try #require(answer.location)
                let names = answer.headers.map(\.name).sorted().joined(separator: ",")
                shapes.append("\(answer.status) \(location.prefix(20)) \(location.count) \(answer.body.count) \(names)")
            }
            #expect(shapes[0] == shapes[1])
            #expect(shapes[0].contains("/vestibule/continue/"))
        }
    }

    @Test func `with link-only discovery every e-mail ends on one page`() async throws {
        try await TestBroker.with(discovery: .linkOnly) { broker in
            let browser = Browser()
            var bodies: Set<String> = []
            for email in ["alice@acme.example", "alice@nowhere.example", "not an address"] {
                let answer = try await browser.type(email, on: try await browser.openLogin(broker))
                let page = try await browser.go(Browser.resolve(answer.location ?? "", from: answer.url))
                #expect(page.status == 200)
                bodies.insert(page.body)
            }
            #expect(bodies.count == 1)
        }
    }

    @Test func `an organization's own link works where discovery is link-only`() async throws {
        let slug = "k3f9s8d7f6g5h4j3k2l1"
        try await TestBroker.with(discovery: .linkOnly, change: { $0.organizations[0].loginSlug = slug }) { broker in
            let browser = Browser()
            let end = try await browser.arrive(
                from: browser.send(.GET, "\(broker.origin)/vestibule/t/\(slug)?rd=/servicedesk/customer/portal/3"))
            // Nobody typed an address, so the IdP shows its own sign-in page.
            #expect(end.url.contains("idp.localhost"))
        }
    }

    @Test func `a live session needs no second login`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let again = try await browser.send(
                .GET, "\(broker.origin)/vestibule/start?rd=/servicedesk/customer/portal/7")
            #expect(again.status == 303)
            #expect(again.location == "/servicedesk/customer/portal/7")
        }
    }

    @Test func `the pages of a finished login lead on to the portal in the browser that signed in`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let login = try await browser.openLogin(broker)
            _ = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            for path in ["", "/choose", "/sent"] {
                let page = try await browser.send(.GET, login.url + path)
                #expect(page.status == 303)
                #expect(page.location == "/servicedesk/customer/portal/3")
            }
            let again = try await browser.type("alice@acme.example", on: login)
            #expect(again.location == "/servicedesk/customer/portal/3")
            let stranger = try await Browser().send(.GET, login.url)
            #expect(stranger.status == 400)
        }
    }

    @Test(arguments: ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
    func `a login never returns to where a stranger asks`(target: String) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let escaped = target.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let login = try await browser.go("\(broker.origin)/vestibule/start?rd=\(escaped)")
            let end = try await browser.arrive(from: browser.type("alice@acme.example", on: login))
            #expect(end.location == "/servicedesk/customer/portals")
        }
    }
}
