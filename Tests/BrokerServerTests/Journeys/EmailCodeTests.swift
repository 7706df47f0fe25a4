import Broker
import BrokerEngine
import BrokerModel
import EmailCodeProvider
import Foundation
import MockIdentityProviders
import NIOHTTP1
import Outbound
import Testing

/// People whose company has no IdP: from the e-mail on the page to the session, over real HTTP and real SMTP.
@Suite(.serialized) struct EmailCodeTests {
    private static let peter = "peter@initech.example"

    /// A broker whose organization Initech has nothing but codes by e-mail.
    private func with(
        _ body: (TestBroker, MockMailServer) async throws -> Void
    ) async throws {
        let server = try MockMailServer.start()
        defer { server.stop() }
        let sender = try SMTPSender(
            SMTPServer(
                host: "127.0.0.1", port: server.port, security: .noneOnLoopback,
                from: try #require(EmailAddress("no-reply@broker.example")), fromName: "Süd Support"),
            secrets: SecretResolver { _ throws(SettingsError) in throw SettingsError(at: [], "no secrets") })
        let domain = try #require(EmailDomain("initech.example"))
        try await TestBroker.with(
            mail: sender,
            change: { wanted in
                wanted.organizations.append(
                    Organization(id: "initech", name: "Initech", domains: [domain], support: "it@initech.example"))
                wanted.connections.append(
                    Connection(
                        id: "initech-mail", organization: "initech", kind: EmailCodeProvider.kind,
                        name: "Code by e-mail",
                        settings: .object(["productName": .string("Acme Support")])))
            }
        ) { try await body($0, server) }
    }

    /// From the deep link to the page that asks for the code.
    private func askForCode(
        _ browser: Browser, _ broker: TestBroker, _ email: String = peter
    ) async throws -> Browser.Page {
        try await browser.type(email, on: try await browser.openLogin(broker))
    }

    /// Posts the form of a page, with these fields beside its own.
    private func post(
        _ browser: Browser, _ page: Browser.Page, _ fields: [(String, String)], headers: [(String, String)] = []
    ) async throws -> Browser.Page {
        try await browser.send(
            .POST, Browser.resolve(Browser.action(in: page.body) ?? "", from: page.url), headers: headers,
            form: [("transaction", Browser.field("transaction", in: page.body) ?? "")] + fields)
    }

    private func code(_ server: MockMailServer) throws -> String {
        try #require(server.mails(to: Self.peter).last?.code)
    }

    @Test func `a code that was mailed signs in, after a wrong one and a new one`() async throws {
        try await with { broker, server in
            let browser = Browser()
            let asked = try await askForCode(browser, broker)
            #expect(asked.status == 200)
            #expect(asked.body.contains("autocomplete=\"one-time-code\""))
            #expect(asked.body.contains("name=\"resend\" value=\"1\" formnovalidate>Send a new code</button>"))
            let mail = try #require(server.mails.first)
            #expect(server.mails.count == 1 && mail.recipient == Self.peter)
            #expect(mail.header("From") == "Süd Support <no-reply@broker.example>")
            #expect(mail.header("Subject") == "Your sign-in code")
            let first = try code(server)
            #expect(!asked.body.contains(first))

            let wrong = try await post(browser, asked, [("code", first == "00000000" ? "1" : "00000000")])
            #expect(wrong.status == 200 && wrong.body.contains("aria-invalid=\"true\""))
            broker.clock.advance(by: .seconds(31))
            let again = try await post(browser, wrong, [("resend", "1"), ("code", "")])
            #expect(again.status == 200 && !again.body.contains("aria-invalid"))
            #expect(server.mails.count == 2)
            let old = try await post(browser, again, [("code", first)])
            let second = try code(server)
            try #require(first != second)
            #expect(old.status == 200 && old.body.contains("aria-invalid=\"true\""))

            let end = try await post(browser, old, [("code", "\(second.prefix(4)) \(second.suffix(4))")])
            #expect(end.status == 303 && end.location == "/servicedesk/customer/portal/3")
            let gate = try await browser.askGate(broker)
            #expect(gate.status == 200)
            #expect(gate.headers.first(name: "X-Vestibule-Email") == Self.peter)
            #expect(gate.headers.first(name: "X-Vestibule-Organization") == "initech")
        }
    }

    @Test func `the right code in another browser is refused`() async throws {
        try await with { broker, server in
            let (victim, thief) = (Browser(), Browser())
            let asked = try await askForCode(victim, broker)
            let stolen = try await post(thief, asked, [("code", try code(server))])
            #expect(stolen.status == 400 && stolen.body.contains("browser_mismatch"))
            #expect(thief.cookie("vestibule-session") == nil)
            // The thief burnt nothing.
            let end = try await post(victim, asked, [("code", try code(server))])
            #expect(end.status == 303)
        }
    }

    @Test func `a code that was used does not work again`() async throws {
        try await with { broker, server in
            let browser = Browser()
            let asked = try await askForCode(browser, broker)
            let cookies = browser.jar
            let form = [("code", try code(server))]
            #expect(try await post(browser, asked, form).status == 303)
            let thief = Browser()
            thief.jar = cookies
            #expect(try await post(thief, asked, form).status == 400)
            #expect(thief.cookie("vestibule-session") == nil)
        }
    }

    @Test func `three wrong codes end the login`() async throws {
        try await with { broker, server in
            let browser = Browser()
            var page = try await askForCode(browser, broker)
            let right = try code(server)
            let wrong = (right.first == "9" ? "0" : "9") + right.dropFirst()
            for _ in 1...2 { page = try await post(browser, page, [("code", wrong)]) }
            let end = try await post(browser, page, [("code", wrong)])
            #expect(end.status == 400 && end.body.contains("too_many_rounds"))
            #expect(try await post(browser, page, [("code", right)]).status == 400)
        }
    }

    @Test func `the eleventh mail to one address is not sent, and the page says what to do`() async throws {
        try await with { broker, server in
            for _ in 0..<10 { #expect(try await askForCode(Browser(), broker).status == 200) }
            let refused = try await askForCode(Browser(), broker)
            #expect(refused.status == 429)
            #expect(refused.body.contains("There were too many attempts in a short time"))
            #expect(refused.body.contains("data-code=\"rate_limited\""))
            #expect(refused.body.matches(of: #/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/#).count > 0)
            #expect(server.mails.count == 10)
            let records = try await broker.auditKinds(code: "throttled")
            #expect(records.map(\.kind) == [.mailRefused])
            let other = try await askForCode(Browser(), broker, "samir@initech.example")
            #expect(other.status == 200)
        }
    }

    @Test func `the network is the last one that the proxy names, and an IPv6 network is its first 64 bits`()
        async throws
    {
        try await with { broker, server in
            func begin(_ number: Int, _ forwarded: String) async throws -> Int {
                let browser = Browser()
                // The link alone asks for the address again and sends nothing.
                let headers = [("Accept", "text/html"), ("X-Forwarded-For", forwarded)]
                let asked = try await browser.send(
                    .GET, "\(broker.origin)/vestibule/start?login_hint=p\(number)@initech.example", headers: headers)
                #expect(asked.status == 200)
                let fields = [("email", "p\(number)@initech.example")]
                return try await post(browser, asked, fields, headers: headers).status
            }
            for number in 0..<60 {
                #expect(try await begin(number, "192.0.2.\(number), 2001:db8::\(number + 1)") == 200)
            }
            let same = try await begin(60, "198.51.100.1, 2001:db8::ffff:1")
            let other = try await begin(60, "2001:db8::1, 2001:db8:0:1::1")
            #expect(same == 429 && other == 200)
            #expect(server.mails.count == 61)
        }
    }

    @Test func `a mail server that refuses is an upstream that is away, and no page shows its words`() async throws {
        try await with { broker, server in
            server.refuse(with: "550 5.7.1 go away peter")
            let page = try await askForCode(Browser(), broker)
            #expect(page.status == 502 && !page.body.contains("go away"))
            let records = try await broker.auditKinds(code: "upstream_unavailable")
            #expect(records.first?.body.contains("550 5.7.1 to RCPT TO") == true)
            #expect(records.first?.body.contains("go away") == false)
        }
    }
}
