import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

extension Browser {
    /// An IdP posts a message that nobody asked for.
    func push(_ email: String, _ broker: TestBroker, id: String = UUID().uuidString) async throws -> Page {
        let kept = jar["portal.localhost"]
        // A cross-site POST carries no SameSite=Lax cookie.
        jar["portal.localhost"] = kept?.filter { !$0.key.hasPrefix("vestibule-session") && $0.key != "vestibule" }
        let page = try await send(
            .POST, "\(broker.origin)/vestibule/cb/pushy", form: [("who", email), ("id", id), ("RelayState", "/deep")])
        jar["portal.localhost", default: [:]].merge(kept ?? [:]) { own, _ in own }
        return page
    }

    /// The page that asks.
    func question(_ page: Page) async throws -> Page {
        try await send(.GET, Self.resolve(page.location ?? "", from: page.url))
    }

    /// Sends the question's form.
    func answer(_ page: Page, _ fields: [(String, String)] = []) async throws -> Page {
        try await send(
            .POST, Self.resolve(Self.action(in: page.body) ?? page.url, from: page.url),
            form: [("csrf", Self.field("csrf", in: page.body) ?? "")] + fields)
    }

    /// A login that the IdP starts, with the person's yes.
    @discardableResult
    func accept(_ email: String, _ broker: TestBroker) async throws -> Page {
        try await answer(question(push(email, broker)))
    }
}

/// Logins that an IdP starts, over real HTTP.
@Suite(.serialized) struct OfferedLoginTests {
    private func with(
        _ mode: String, discovery: Discovery = .open, _ body: (TestBroker) async throws -> Void
    ) async throws {
        let pushy = PushyProvider.connection(unsolicited: mode)
        try await TestBroker.with(discovery: discovery, change: { $0.connections.append(pushy) }, body)
    }

    @Test func `where it is off, the message is refused like any that nobody waits for`() async throws {
        try await with("off") { broker in
            let browser = Browser()
            let page = try await browser.push("p-alice@acme.example", broker)
            #expect(page.status == 400 && page.setCookies.isEmpty)
            #expect(try await broker.auditKinds(code: "state_mismatch").map(\.kind) == [.loginFailed])
        }
    }

    @Test func `where it begins a login, the browser starts an ordinary one and only that browser can come back`()
        async throws
    {
        try await with("begin") { broker in
            let browser = Browser()
            let pushed = try await browser.push("p-alice@acme.example", broker)
            #expect(pushed.status == 303 && pushed.setCookies.isEmpty)
            #expect(pushed.location?.hasPrefix("/vestibule/start?connection=pushy") == true)
            let page = try await browser.send(.GET, broker.origin + (pushed.location ?? ""))
            #expect(page.status == 303)
            let sent = URLComponents(string: page.location ?? "")?.queryItems ?? []
            #expect(page.location?.hasPrefix("https://pushy.example/authorize?") == true)
            #expect(sent.first { $0.name == "hint" }?.value == "p-alice@acme.example")
            let state = sent.first { $0.name == "state" }?.value ?? ""
            let back = "\(broker.origin)/vestibule/cb/pushy?state=\(state)&who=p-alice@acme.example"
            #expect(try await Browser().send(.GET, back).status == 400)
            let end = try await browser.send(.GET, back)
            #expect(end.status == 303 && end.location == "/servicedesk/customer/portals")
            #expect(try await browser.askGate(broker).status == 200)
        }
    }

    @Test func `where it is accepted, the person is asked first and then signed in`() async throws {
        try await with("accept") { broker in
            let browser = Browser()
            let page = try await browser.push("p-alice@acme.example", broker)
            #expect(page.status == 303)
            #expect(browser.cookie("vestibule-session") == nil && browser.cookie("vestibule") == nil)
            let question = try await browser.question(page)
            #expect(question.status == 200)
            #expect(question.body.contains("Continue as p-alice@acme.example?"))
            #expect(question.body.contains("Acme portal"))
            #expect(question.headers.first(name: "Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
            #expect(try await browser.askGate(broker).status == 401)
            let end = try await browser.answer(question)
            #expect(end.status == 303 && end.location == "/servicedesk/customer/portals")
            #expect(
                try await browser.askGate(broker).headers.first(name: "X-Vestibule-Email") == "p-alice@acme.example")
            #expect(browser.jar["portal.localhost"]?.keys.contains { $0.hasPrefix("vestibule-login-") } == false)
        }
    }

    @Test func `a question can be loaded again, and reading it signs nobody in`() async throws {
        try await with("accept") { broker in
            let browser = Browser()
            let page = try await browser.push("p-alice@acme.example", broker)
            let (first, second) = (try await browser.question(page), try await browser.question(page))
            #expect(first.body == second.body)
            #expect(try await broker.engine.sessions.list(.all, limit: 9).isEmpty)
        }
    }

    @Test func `a message that comes a second time asks nobody`() async throws {
        try await with("accept") { broker in
            let first = try await Browser().push("p-alice@acme.example", broker, id: "_1")
            let second = try await Browser().push("p-alice@acme.example", broker, id: "_1")
            #expect(first.status == 303 && second.status == 400)
            #expect(try await broker.auditKinds(code: "replayed").count == 1)
        }
    }

    @Test func `a foreign page cannot say yes for a browser that it sent a message to`() async throws {
        try await with("accept") { broker in
            let attacker = Browser()
            let question = try await attacker.question(attacker.push("p-alice@acme.example", broker))
            let victim = Browser()
            // The attacker's own form, sent by the victim's browser.
            #expect(try await victim.answer(question).status == 400)
            // The attacker's message in the victim's browser; the form is the attacker's guess.
            let pushed = try await victim.push("p-alice@acme.example", broker)
            let confirm = Browser.resolve(pushed.location ?? "", from: pushed.url)
            let csrf = Browser.field("csrf", in: question.body) ?? ""
            for form in [[("csrf", csrf)], [("csrf", "")], []] {
                #expect(try await victim.send(.POST, confirm, form: form).status == 400)
            }
            #expect(try await victim.send(.GET, confirm).status == 200)
            #expect(victim.cookie("vestibule-session") == nil)
            #expect(try await broker.engine.sessions.list(.all, limit: 9).isEmpty)
        }
    }

    @Test func `a yes counts once`() async throws {
        try await with("accept") { broker in
            let browser = Browser()
            let question = try await browser.question(browser.push("p-alice@acme.example", broker))
            let jar = browser.jar
            #expect(try await browser.answer(question).status == 303)
            let again = Browser()
            again.jar = jar
            let refused = try await again.answer(question)
            #expect(refused.status == 400 && again.cookie("vestibule-session") == nil)
            #expect(try await broker.engine.sessions.list(.all, limit: 9).count == 1)
        }
    }

    @Test func `a no leads to the sign-in page and the yes is gone`() async throws {
        try await with("accept") { broker in
            let browser = Browser()
            let question = try await browser.question(browser.push("p-alice@acme.example", broker))
            let no = try await browser.answer(question, [("cancel", "1")])
            #expect(no.status == 303 && no.location == "/vestibule/start")
            #expect(try await browser.answer(question).status == 400)
            #expect(try await broker.auditKinds(code: "cancelled").map(\.kind) == [.loginDenied])
        }
    }

    @Test func `a connection that is disabled before the yes refuses it`() async throws {
        try await with("accept") { broker in
            let browser = Browser()
            let question = try await browser.question(browser.push("p-alice@acme.example", broker))
            var wanted = try await broker.engine.resources.export()
            for index in wanted.connections.indices { wanted.connections[index].isEnabled = false }
            _ = try await broker.engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
            #expect(try await browser.answer(question).status == 403)
            #expect(browser.cookie("vestibule-session") == nil)
        }
    }

    @Test func `another customer's session is never replaced: the page says who it is and has no way on`() async throws
    {
        try await with("accept") { broker in
            let browser = Browser()
            let free = try await browser.question(browser.push("p-alice@acme.example", broker))
            try await browser.signIn(broker, as: "bob@acme.example")
            let blocked = try await browser.send(.GET, free.url)
            #expect(blocked.body.contains("bob@acme.example") && blocked.body.contains("/vestibule/sign-out"))
            #expect(!blocked.body.contains(">Continue</button>"))
            // The page that was open before still has the button.
            let refused = try await browser.answer(free)
            #expect(refused.status == 409 && refused.body.contains("bob@acme.example"))
            #expect(try await browser.askGate(broker).headers.first(name: "X-Vestibule-Email") == "bob@acme.example")
            #expect(try await broker.auditKinds(code: "other_session").map(\.kind) == [.loginFailed])
        }
    }

    @Test func `the same customer's own session goes on as a new one`() async throws {
        try await with("accept") { broker in
            let browser = Browser()
            try await browser.accept("p-alice@acme.example", broker)
            let first = browser.cookie("vestibule-session")
            let question = try await browser.question(browser.push("p-alice@acme.example", broker))
            #expect(question.body.contains(">Continue</button>"))
            #expect(try await browser.answer(question).status == 303)
            #expect(browser.cookie("vestibule-session") != first)
            #expect(try await broker.engine.sessions.list(.all, limit: 9).count == 1)
        }
    }
}
