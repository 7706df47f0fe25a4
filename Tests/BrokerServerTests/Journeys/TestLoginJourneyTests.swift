import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import EmailCodeProvider
import Foundation
import MockIdentityProviders
import NIOHTTP1
import Outbound
import Testing

/// A test login over HTTP, as an operator's browser walks it.
@Suite(.serialized) struct TestLoginJourneyTests {
    private func ticket(_ broker: TestBroker, _ connection: ConnectionID = "acme") async throws -> TestLogins.Ticket {
        try #require(
            try await broker.engine.tests.issue(connection, loginHint: "alice@acme.example", operatorName: "root"))
    }

    private func expectNobody(_ browser: Browser, _ broker: TestBroker) async throws {
        #expect(browser.cookie("vestibule-session") == nil && browser.cookie("vestibule") == nil)
        #expect(try await broker.engine.sessions.list(.all, limit: 9).isEmpty)
        #expect(try await broker.engine.customers.list(limit: 9).isEmpty)
    }

    /// Opens a ticket and stops at the address that would end the test.
    private func callbackAddress(
        _ browser: Browser, _ broker: TestBroker, _ ticket: TestLogins.Ticket
    ) async throws -> String {
        var page = try await browser.send(.GET, ticket.url)
        for _ in 0..<10 {
            let next = Browser.resolve(page.location ?? "", from: page.url)
            if next.contains("/vestibule/cb/") { return next }
            page = try await browser.send(.GET, next)
        }
        throw Browser.TooManyRedirects()
    }

    @Test(arguments: ["query", "form_post"])
    func `a ticket leads to the IdP and back, and the page says that nobody was signed in`(mode: String) async throws {
        try await TestBroker.with(responseMode: mode) { broker in
            let (browser, ticket) = (Browser(), try await ticket(broker))
            let page = try await browser.arrive(from: try await browser.send(.GET, ticket.url))
            #expect(page.status == 200 && page.body.contains("This was a test"))
            #expect(page.body.contains("Nobody was signed in"))
            #expect(page.headers.first(name: "Referrer-Policy") == "no-referrer")
            try await expectNobody(browser, broker)
            let report = try #require(try await broker.engine.tests.takeReport(ticket.reference))
            #expect(report.isAdmitted && report.person?.subject.subject == "acme-alice")
            #expect(report.person?.claims.contains { $0.name == "email" && $0.provenance == .idToken } == true)
            let gate = try await browser.askGate(broker)
            #expect(gate.status == 401)
        }
    }

    @Test func `a disabled connection is walked too, and an ordinary login through it is not`() async throws {
        try await TestBroker.with(change: { $0.connections[0].isEnabled = false }) { broker in
            let (browser, ticket) = (Browser(), try await ticket(broker))
            let page = try await browser.arrive(from: try await browser.send(.GET, ticket.url))
            #expect(page.body.contains("This was a test"))
            let report = try #require(try await broker.engine.tests.takeReport(ticket.reference))
            #expect(report.obstacles.map(\.code) == ["connection_disabled"])
            #expect(try await browser.type("alice@acme.example", on: try await browser.openLogin(broker)).status == 403)
            try await expectNobody(browser, broker)
        }
    }

    @Test func `a ticket is dead after its first use, also for the browser that used it`() async throws {
        try await TestBroker.with { broker in
            let (browser, ticket) = (Browser(), try await ticket(broker))
            #expect(try await browser.send(.GET, ticket.url).status == 303)
            for second in [browser, Browser()] {
                let page = try await second.send(.GET, ticket.url)
                #expect(page.status == 400 && page.body.contains("login_already_used"))
            }
            let guessed = try await Browser().send(.GET, "\(broker.origin)/vestibule/test-login/guessed")
            #expect(guessed.status == 400)
        }
    }

    @Test func `the answer in another browser, at another connection or a second time is refused`() async throws {
        try await TestBroker.with { broker in
            let (browser, ticket) = (Browser(), try await ticket(broker))
            let address = try await callbackAddress(browser, broker, ticket)
            let stranger = try await Browser().send(.GET, address)
            #expect(stranger.status == 400 && stranger.body.contains("browser_mismatch"))
            let mixed = address.replacingOccurrences(of: "/cb/acme?", with: "/cb/globex?")
            #expect(try await browser.send(.GET, mixed).body.contains("state_mismatch"))
            let jar = browser.jar
            #expect(try await browser.send(.GET, address).body.contains("This was a test"))
            browser.jar = jar
            #expect(try await browser.send(.GET, address).body.contains("login_already_used"))
            try await expectNobody(browser, broker)
        }
    }

    @Test func `a code by e-mail is walked like any other, page by page`() async throws {
        let server = try MockMailServer.start()
        defer { server.stop() }
        let sender = try SMTPSender(
            SMTPServer(
                host: "127.0.0.1", port: server.port, security: .noneOnLoopback,
                from: try #require(EmailAddress("no-reply@broker.example")), fromName: "Support"),
            secrets: SecretResolver { _ throws(SettingsError) in throw SettingsError(at: [], "no secrets") })
        let domain = try #require(EmailDomain("initech.example"))
        try await TestBroker.with(
            mail: sender,
            change: { wanted in
                wanted.organizations.append(Organization(id: "initech", name: "Initech", domains: [domain]))
                wanted.connections.append(
                    Connection(
                        id: "initech-mail", organization: "initech", kind: EmailCodeProvider.kind, name: "Code",
                        isEnabled: false, settings: .object(["productName": .string("Acme Support")])))
            }
        ) { broker in
            let ticket = try #require(
                try await broker.engine.tests.issue(
                    "initech-mail", loginHint: "peter@initech.example", operatorName: "root"))
            let browser = Browser()
            let asked = try await browser.send(.GET, ticket.url)
            #expect(asked.status == 200 && asked.body.contains("one-time-code"))
            let code = try #require(server.mails(to: "peter@initech.example").last?.code)
            let page = try await browser.send(
                .POST, Browser.resolve(Browser.action(in: asked.body) ?? "", from: asked.url),
                form: [("transaction", Browser.field("transaction", in: asked.body) ?? ""), ("code", code)])
            #expect(page.body.contains("This was a test"))
            let report = try #require(try await broker.engine.tests.takeReport(ticket.reference))
            #expect(report.person?.email == "peter@initech.example" && report.failure == nil)
            #expect(report.obstacles.map(\.code) == ["connection_disabled"])
            try await expectNobody(browser, broker)
        }
    }

    @Test func `a session that the browser has stays what it was`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let before = (browser.cookie("vestibule-session"), browser.cookie("vestibule"))
            let ticket = try await ticket(broker)
            let page = try await browser.arrive(from: try await browser.send(.GET, ticket.url))
            #expect(page.setCookies.allSatisfy { $0.contains("Max-Age=0") && $0.hasPrefix("vestibule-login") })
            #expect(browser.cookie("vestibule-session") == before.0 && browser.cookie("vestibule") == before.1)
            #expect(try await broker.engine.sessions.list(.all, limit: 9).count == 1)
        }
    }

    @Test func `a login's state with the mark of a test in front is no test, and opens nothing`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            var page = try await browser.type("alice@acme.example", on: try await browser.openLogin(broker))
            while let location = page.location, !location.contains("/vestibule/cb/") {
                page = try await browser.send(.GET, Browser.resolve(location, from: page.url))
            }
            let address = try #require(page.location)
            let marked = address.replacingOccurrences(of: "state=", with: "state=test.")
            #expect(try await browser.send(.GET, marked).body.contains("state_mismatch"))
            try await expectNobody(browser, broker)
            #expect(try await browser.send(.GET, address).status == 303)
        }
    }
}
