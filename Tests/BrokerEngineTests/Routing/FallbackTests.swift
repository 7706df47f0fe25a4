import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// A connection for people without an IdP stands back for a domain that has one.
@Suite struct FallbackTests {
    private let ann = EmailAddress.address("ann@globex.example")

    @Test func `routing offers the IdP alone`() async throws {
        let (_, engine) = try await TestInstallation.withMail(TestMailServer())
        let resources = engine.live.resources
        #expect(resources.fallbackKinds == [MailingProvider.kind])
        guard case .connection(let connection) = RealmRouting.route(ann, in: resources) else {
            throw Unexpected("one connection")
        }
        #expect(connection.id == "globex-oidc")
        guard case .connection(let hinted) = RealmRouting.route(domain: .globex, in: resources) else {
            throw Unexpected("one connection")
        }
        #expect(hinted.id == "globex-oidc")
        let mail = try #require(resources.connections["globex-mail"])
        #expect(!RealmRouting.mayPick(mail, for: ann, in: resources))
    }

    @Test(arguments: [0, 1, 2])
    func `routing offers it where no enabled IdP speaks for the address`(way: Int) async throws {
        let mail = TestMailServer()
        let (_, engine) = try await TestInstallation.withMail(mail) { wanted in
            switch way {
            case 0: wanted.connections[2].isEnabled = false
            case 1: wanted.connections[2].addressPattern = "staff-*"
            default: wanted.connections[2].domains = [.domain("globex.test")]
            }
            if way == 2 { wanted.organizations[1].domains.append(.domain("globex.test")) }
        }
        guard case .connection(let connection) = RealmRouting.route(ann, in: engine.live.resources) else {
            throw Unexpected("one connection")
        }
        #expect(connection.id == "globex-mail")
        let browser = TestBrowser()
        let waiting = try await browser.go(engine, "ann@globex.example")
        #expect(mail.recipients == ["ann@globex.example"])
        guard case .signedIn = try await answer(engine, browser, waiting, "email=ann%40globex.example") else {
            throw Unexpected("a session")
        }
    }

    // MARK: Attacks

    @Test func `a login that names it is refused at its beginning`() async throws {
        let mail = TestMailServer()
        let (here, engine) = try await TestInstallation.withMail(mail) {
            $0.organizations[1].loginSlug = "globex-link-slug"
        }
        let browser = TestBrowser()
        // The organization's own link knows no address, so it offers both; what was typed before is known.
        let login = try await browser.start(engine) {
            $0.organizationSlug = "globex-link-slug"
            $0.loginHint = "ann@globex.example"
        }
        let failure = try await here.refusal {
            try await engine.login.pick("globex-mail", browser.visit(login))
        }
        #expect(failure.code == .connectionDisabled)
        let record = try await here.records(.loginFailed).last
        #expect(record?.body.contains("idp_takes_precedence") == true)
        #expect(mail.recipients.isEmpty)
    }

    @Test func `a module that finds the address later sends nothing and signs nobody in`() async throws {
        let mail = TestMailServer()
        let (here, engine) = try await TestInstallation.withMail(mail)
        for (body, code) in [
            ("email=ann%40globex.example&write=1", LoginError.Code.emailDomainNotOwned),
            ("email=ann%40globex.example", .connectionDisabled),
        ] {
            let browser = TestBrowser()
            let login = try await browser.start(engine) { $0.connectionHint = "globex-mail" }
            let waiting = try browser.waiting(login.next, login)
            let failure = try await here.refusal { try await answer(engine, browser, waiting, body) }
            #expect(failure.code == code)
        }
        #expect(mail.recipients.isEmpty)
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `an IdP that is enabled while a code is on its way takes over`() async throws {
        let (here, engine) = try await TestInstallation.withMail(TestMailServer()) {
            $0.connections[2].isEnabled = false
        }
        let browser = TestBrowser()
        let waiting = try await browser.go(engine, "ann@globex.example")
        var wanted = try await engine.resources.export()
        for index in wanted.connections.indices where wanted.connections[index].id == "globex-oidc" {
            wanted.connections[index].isEnabled = true
        }
        _ = try await engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
        let failure = try await here.refusal {
            try await answer(engine, browser, waiting, "email=ann%40globex.example")
        }
        #expect(failure.code == .connectionDisabled)
        #expect(try await here.sessionCount() == 0)
    }
}
