import Broker
import BrokerEngine
import BrokerModel
import Testing

@Suite struct DiscoveryTests {
    private static let slug = "k3v9x0q7m2t8w4z6"

    private func installation(_ discovery: Discovery) async throws -> TestInstallation {
        try await TestInstallation { wanted in
            wanted.sites[0].discovery = discovery
            wanted.organizations[0].loginSlug = Self.slug
        }
    }

    /// A turn in one word.
    private func name(_ turn: LoginTurn) -> String {
        switch turn {
        case .depart: "depart"
        case .identify: "identify"
        case .choose: "choose"
        case .linkSent: "linkSent"
        case .continueUniformly: "continueUniformly"
        case .step(_, let connection, _): "step \(connection)"
        }
    }

    @Test func `open: a known domain goes to its IdP, an unknown one to the choices`() async throws {
        let here = try await installation(.open)
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let turn = try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        #expect(name(turn) == "step globex-oidc")
        let unknown = try await here.engine.login.identify("ann@unknown.example", browser.visit(login))
        #expect(name(unknown) == "choose")
        #expect(try await here.engine.login.view(browser.visit(login)).choices.isEmpty)
    }

    @Test(arguments: ["ann@globex.example", "ext-bob@acme.example", "ann@unknown.example"])
    func `uniform: every address gets the same turn, and nothing is seen before the look-up`(
        email: String
    ) async throws {
        let here = try await installation(.uniform)
        let browser = TestBrowser()
        let login = try await browser.start(here.engine) { $0.loginHint = email }
        #expect(name(login.next) == "identify")
        let visit = browser.visit(login)
        let before = try await here.engine.login.view(visit)
        #expect(before.organization == nil && before.choices.isEmpty)
        #expect(name(try await here.engine.login.identify(email, visit)) == "continueUniformly")
        let after = try await here.engine.login.view(visit)
        #expect(after.organization == nil && after.choices.isEmpty)
        #expect(here.script.requests.isEmpty)
    }

    @Test func `uniform: the look-up tells, and a pick before it is refused`() async throws {
        let here = try await installation(.uniform)
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let visit = browser.visit(login)
        _ = try await here.engine.login.identify("ext-bob@acme.example", visit)
        let early = try await here.refusal { try await here.engine.login.pick("acme-ext", visit) }
        #expect(early.code == .connectionDisabled)
        #expect(name(try await here.engine.login.continueUniformly(visit)) == "choose")
        #expect(try await here.engine.login.view(visit).choices.map(\.id) == ["acme-ext", "acme-staff"])
        #expect(name(try await here.engine.login.pick("acme-ext", visit)) == "step acme-ext")
    }

    @Test func `uniform: without an address there is nothing to look up`() async throws {
        let here = try await installation(.uniform)
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        #expect(name(try await here.engine.login.continueUniformly(browser.visit(login))) == "identify")
    }

    @Test(arguments: ["ann@globex.example", "ann@unknown.example", "not an address", ""])
    func `link-only: whatever was typed, the page is the same and nothing is known`(typed: String) async throws {
        let here = try await installation(.linkOnly)
        let browser = TestBrowser()
        let login = try await browser.start(here.engine) {
            ($0.loginHint, $0.connectionHint, $0.domainHint) = (typed, "globex-oidc", "globex.example")
        }
        #expect(name(login.next) == "identify")
        #expect(name(try await here.engine.login.identify(typed, browser.visit(login))) == "linkSent")
        let view = try await here.engine.login.view(browser.visit(login))
        #expect(view.organization == nil && view.choices.isEmpty)
        #expect(here.script.requests.isEmpty)
    }

    @Test func `link-only: the organization's own link shows its connections and no others`() async throws {
        let here = try await installation(.linkOnly)
        let browser = TestBrowser()
        let login = try await browser.start(here.engine) { $0.organizationSlug = Self.slug }
        #expect(name(login.next) == "choose")
        let visit = browser.visit(login)
        #expect(try await here.engine.login.view(visit).choices.map(\.id) == ["acme-ext", "acme-staff"])
        let foreign = try await here.refusal { try await here.engine.login.pick("globex-oidc", visit) }
        #expect(foreign.code == .connectionDisabled)
        #expect(name(try await here.engine.login.pick("acme-staff", visit)) == "step acme-staff")
    }

    @Test func `another organization's link is one of nobody`() async throws {
        let here = try await installation(.linkOnly)
        let login = try await TestBrowser().start(here.engine) { $0.organizationSlug = "acme" }
        #expect(name(login.next) == "identify")
    }

    @Test func `a closed organization is refused with whom to ask`() async throws {
        let here = try await TestInstallation {
            $0.organizations[0].isEnabled = false
            $0.connections[2].isEnabled = false
        }
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let acme = try await here.refusal {
            try await here.engine.login.identify("bob@acme.example", browser.visit(login))
        }
        #expect(acme.code == .organizationDisabled)
        #expect(acme.organization?.support == "help@acme.example")
        let globex = try await here.refusal {
            try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        }
        #expect(globex.code == .connectionDisabled)
    }

    @Test func `a pick that the address does not allow is refused`() async throws {
        let here = try await TestInstallation { $0.connections[2].isPublic = true }
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        _ = try await here.engine.login.identify("ext-bob@acme.example", browser.visit(login))
        for id: ConnectionID in ["globex-oidc", "nothing"] {
            let failure = try await here.refusal { try await here.engine.login.pick(id, browser.visit(login)) }
            #expect(failure.code == .connectionDisabled)
        }
    }

    @Test func `a slip in the address leaves the login open`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let slip = try await here.refusal {
            try await here.engine.login.identify("ann@globex,example", browser.visit(login))
        }
        #expect(slip.code == .emailMalformed)
        let turn = try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        #expect(name(turn) == "step globex-oidc")
    }
}
