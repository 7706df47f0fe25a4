import Broker
import BrokerEngine
import BrokerModel
import Testing

@Suite struct HintTests {
    private func connection(_ turn: LoginTurn) -> ConnectionID? {
        if case .step(_, let connection, _) = turn { connection } else { nil }
    }

    @Test func `a login hint with one way goes there, and the IdP is told whom to expect`() async throws {
        let here = try await TestInstallation()
        let login = try await TestBrowser().start(here.engine) { $0.loginHint = "ann@globex.example" }
        #expect(connection(login.next) == "globex-oidc")
        #expect(here.script.requests.last?.loginHint == "ann@globex.example")
    }

    @Test func `a login hint with two ways shows the picker of those two`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine) { $0.loginHint = "ext-bob@acme.example" }
        guard case .choose = login.next else { throw Unexpected("the picker") }
        let view = try await here.engine.login.view(browser.visit(login))
        #expect(view.choices.map(\.id) == ["acme-ext", "acme-staff"])
        #expect(view.organization?.id == "acme")
    }

    @Test(arguments: ["nobody@unknown.example", "not an address", ""])
    func `a login hint that leads nowhere asks`(hint: String) async throws {
        let here = try await TestInstallation()
        let login = try await TestBrowser().start(here.engine) { $0.loginHint = hint }
        guard case .identify = login.next else { throw Unexpected("the first page") }
    }

    @Test func `a connection's name and a domain lead where an address would`() async throws {
        let here = try await TestInstallation()
        let byName = try await TestBrowser().start(here.engine) { $0.connectionHint = "acme-ext" }
        #expect(connection(byName.next) == "acme-ext")
        let byDomain = try await TestBrowser().start(here.engine) { $0.domainHint = "GLOBEX.example" }
        #expect(connection(byDomain.next) == "globex-oidc")
    }

    @Test func `a connection's name is not trusted against the address`() async throws {
        let here = try await TestInstallation()
        let login = try await TestBrowser().start(here.engine) {
            $0.connectionHint = "globex-oidc"
            $0.loginHint = "bob@acme.example"
        }
        #expect(connection(login.next) == "acme-staff")
    }

    @Test func `a disabled or unknown connection is no hint`() async throws {
        let here = try await TestInstallation { $0.connections[2].isEnabled = false }
        for name in ["globex-oidc", "nothing", "../portal"] {
            let login = try await TestBrowser().start(here.engine) { $0.connectionHint = name }
            guard case .identify = login.next else { throw Unexpected("the first page for \(name)") }
        }
    }

    @Test func `a hint proves nothing about who comes back`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("eve@acme.example", connection: "globex-oidc"))
        let browser = TestBrowser()
        let login = try await browser.start(here.engine) { $0.loginHint = "ann@globex.example" }
        let waiting = try browser.waiting(login.next, login)
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == .emailDomainNotOwned)
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `a return target elsewhere becomes the site's own page`() async throws {
        let here = try await TestInstallation()
        for target in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
            let browser = TestBrowser()
            let login = try await browser.start(here.engine) { $0.returnTarget = target }
            let view = try await here.engine.login.view(browser.visit(login))
            #expect(view.returnTarget == "/servicedesk/customer/portals")
        }
    }
}
