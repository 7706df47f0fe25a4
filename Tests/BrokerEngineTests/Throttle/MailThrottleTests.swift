import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// What the engine looks at before a message leaves.
@Suite struct MailThrottleTests {
    /// Globex has no other connection than the one by mail.
    private func start(
        _ mail: TestMailServer, _ configure: @escaping (inout WantedResources) -> Void = { _ in }
    ) async throws -> (TestInstallation, Engine) {
        try await TestInstallation.withMail(mail) { wanted in
            wanted.connections.removeAll { $0.id == "globex-oidc" }
            configure(&wanted)
        }
    }

    /// Types an address on the first page, in a browser of a network.
    private func type(_ engine: Engine, _ email: String, from network: String? = nil) async throws {
        let browser = TestBrowser()
        let login = try await browser.start(engine) { $0.network = network.map { ClientNetwork($0) } }
        _ = try await engine.login.identify(email, browser.visit(login))
    }

    /// The same; the code of the refusal, if any.
    private func begin(
        _ engine: Engine, _ email: String, from network: String? = nil
    ) async throws -> LoginError.Code? {
        do {
            try await type(engine, email, from: network)
            return nil
        } catch let failure as LoginFailure {
            return failure.code
        }
    }

    @Test func `the eleventh message to one address waits until a quarter of an hour is over`() async throws {
        let mail = TestMailServer()
        let (here, engine) = try await start(mail)
        for number in 0..<10 {
            // Neither case nor network makes another address of it.
            let email = number.isMultiple(of: 2) ? "ann@globex.example" : "Ann@GLOBEX.example"
            #expect(try await begin(engine, email, from: "10.0.0.\(number)/32") == nil)
        }
        #expect(try await begin(engine, "ANN@globex.example", from: "10.0.0.99/32") == .rateLimited)
        #expect(mail.recipients.count == 10)
        #expect(try await begin(engine, "bob@globex.example") == nil)
        here.clock.advance(by: .seconds(899))
        #expect(try await begin(engine, "ann@globex.example") == .rateLimited)
        here.clock.advance(by: .seconds(1))
        #expect(try await begin(engine, "ann@globex.example") == nil)
        #expect(try await begin(engine, "ann@globex.example") == .rateLimited)
    }

    @Test func `another process and a restart count on`() async throws {
        let mail = TestMailServer()
        let (here, engine) = try await start(mail)
        for _ in 0..<10 { #expect(try await begin(engine, "ann@globex.example") == nil) }
        let other = try await here.otherEngine(seed: 7) { environment in
            environment.mail = mail
            environment.registry =
                (try? ProviderRegistry([TestProvider.self, MailingProvider.self])) ?? environment.registry
        }
        #expect(try await begin(other, "ann@globex.example") == .rateLimited)
    }

    @Test func `one network has sixty messages, whomever they are to, and another has its own`() async throws {
        let mail = TestMailServer()
        let (_, engine) = try await start(mail)
        for number in 0..<60 {
            #expect(try await begin(engine, "p\(number)@globex.example", from: "192.0.2.1/32") == nil)
        }
        #expect(try await begin(engine, "p60@globex.example", from: "192.0.2.1/32") == .rateLimited)
        #expect(try await begin(engine, "p60@globex.example", from: "192.0.2.2/32") == nil)
        #expect(mail.recipients.count == 61)
    }

    @Test func `one organization has three hundred messages, and another has its own`() async throws {
        let mail = TestMailServer()
        let (_, engine) = try await start(mail) { wanted in
            wanted.organizations.append(
                Organization(id: "initech", name: "Initech", domains: [.domain("initech.example")]))
            wanted.connections.append(
                Connection(
                    id: "initech-mail", organization: "initech", kind: MailingProvider.kind, name: "Code",
                    settings: .object([:])))
        }
        for number in 0..<300 { #expect(try await begin(engine, "p\(number)@globex.example") == nil) }
        #expect(try await begin(engine, "p300@globex.example") == .rateLimited)
        #expect(try await begin(engine, "peter@initech.example") == nil)
    }

    @Test func `who is over one limit drains no other`() async throws {
        let mail = TestMailServer()
        let (_, engine) = try await start(mail)
        for _ in 0..<10 { #expect(try await begin(engine, "ann@globex.example", from: "192.0.2.1/32") == nil) }
        for _ in 0..<80 { #expect(try await begin(engine, "ann@globex.example", from: "192.0.2.1/32") == .rateLimited) }
        for number in 0..<50 {
            #expect(try await begin(engine, "p\(number)@globex.example", from: "192.0.2.1/32") == nil)
        }
        #expect(try await begin(engine, "p50@globex.example", from: "192.0.2.1/32") == .rateLimited)
    }

    @Test func `the audit log says which limit was reached, under the login's reference`() async throws {
        let (here, engine) = try await start(TestMailServer())
        for _ in 0..<10 { _ = try await begin(engine, "ann@globex.example") }
        let failure = try await here.refusal { try await type(engine, "ann@globex.example") }
        let records = try await here.records(.mailRefused)
        #expect(records.map(\.reference) == [failure.reference])
        #expect(records.first?.body.contains("mails_per_address") == true)
        #expect(records.first?.body.contains("\"code\":\"throttled\"") == true)
        #expect(records.first?.body.contains("ann") == false)
    }

    @Test func `what stands behind a plus sign makes no other mailbox`() async throws {
        let mail = TestMailServer()
        let (_, engine) = try await start(mail)
        for number in 0..<10 { #expect(try await begin(engine, "ann+\(number)@globex.example") == nil) }
        #expect(try await begin(engine, "ann+10@globex.example") == .rateLimited)
        #expect(try await begin(engine, "ann@globex.example") == .rateLimited)
        #expect(try await begin(engine, "anna@globex.example") == nil)
    }

    @Test(arguments: [nil, "globex-mail"])
    func `a link that names an address sends nobody a mail before it is posted`(connection: String?) async throws {
        let mail = TestMailServer()
        let (_, engine) = try await start(mail)
        let browser = TestBrowser()
        let login = try await browser.start(engine) {
            ($0.loginHint, $0.connectionHint) = ("ann@globex.example", connection)
        }
        #expect(mail.recipients.isEmpty)
        try await answer(engine, browser, try browser.waiting(login.next, login), "email=ann@globex.example&write=1")
        #expect(mail.recipients == ["ann@globex.example"])
    }

    // MARK: To whom

    @Test(arguments: [
        "eve@evil.example", "eve@sub.globex.example", "bob@acme.example", "eve@freelance.example",
    ])
    func `no module writes to an address that its organization does not own`(email: String) async throws {
        let mail = TestMailServer()
        let (here, engine) = try await start(mail)
        let browser = TestBrowser()
        let login = try await browser.start(engine) { $0.connectionHint = "globex-mail" }
        let waiting = try browser.waiting(login.next, login)
        let failure = try await here.refusal { try await answer(engine, browser, waiting, "email=\(email)&write=1") }
        #expect(failure.code == .emailDomainNotOwned)
        #expect(mail.recipients.isEmpty)
        #expect(try await here.records(.mailRefused).first?.body.contains("recipient_not_allowed") == true)
    }

    @Test func `a single address is owned in any case of letters`() async throws {
        let mail = TestMailServer()
        let (_, engine) = try await start(mail) {
            $0.organizations[1].addresses = [.address("Jo.Doe@Freelance.example")]
        }
        #expect(try await begin(engine, "jo.doe@freelance.example") == nil)
        #expect(try await begin(engine, "JO.DOE@FREELANCE.EXAMPLE") == nil)
        #expect(mail.recipients == ["jo.doe@freelance.example", "JO.DOE@freelance.example"])
    }

    @Test func `outside a login no message leaves`() async throws {
        let mail = TestMailServer()
        let (_, engine) = try await start(mail)
        let context = try engine.connections.context(for: "globex-mail")
        await #expect(throws: MailError.self) {
            try await context.mail?.send(
                OutgoingMail(recipient: .address("ann@globex.example"), subject: "x", text: "x"))
        }
        #expect(mail.recipients.isEmpty)
    }
}

/// Posts the form of a module's question.
@discardableResult
func answer(
    _ engine: Engine, _ browser: TestBrowser, _ waiting: TestBrowser.Waiting, _ body: String
) async throws -> LoginResult {
    let callback = try LoginCallback(
        method: .post, endpoint: .answer, rawQuery: Data(),
        rawBody: Data("transaction=\(waiting.state)&\(body)".utf8))
    return try await engine.login.complete(
        LoginReturn(connection: waiting.connection, callback: callback, binding: browser.binding))
}
