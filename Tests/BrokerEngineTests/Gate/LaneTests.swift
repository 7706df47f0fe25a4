import Broker
import BrokerEngine
import BrokerModel
import Testing

/// The ways of staff and of machines, each with what is almost one.
@Suite struct LaneTests {
    private static let secret = "Bearer machine-secret-0123456789"
    private let robot = MachineLane(
        name: "monitor", methods: ["GET", "POST"], paths: ["/rest/api/2/issue", "/rest/api/2/search/*"],
        networks: [range("10.1.0.0/16")], authorization: reference("env:ROBOT"))

    private static func range(_ text: String) -> AddressRange {
        guard let range = AddressRange(text) else { preconditionFailure("\(text) is no block of addresses") }
        return range
    }

    private static func reference(_ text: String) -> SecretReference {
        guard let reference = SecretReference(text) else { preconditionFailure("\(text) is no reference") }
        return reference
    }

    private func machines(
        secret: String? = secret, _ change: (inout Site) -> Void = { _ in }
    ) async throws -> (TestInstallation, Engine) {
        let here = try await GatedSite.installation {
            $0.sites[0].access.machines = [robot]
            change(&$0.sites[0])
        }
        let engine = try await here.otherEngine { environment in
            environment.secrets = SecretResolver { reference throws(SettingsError) in
                guard let secret, reference.description == "env:ROBOT" else {
                    throw SettingsError(at: [], "not set")
                }
                return Secret(secret)
            }
        }
        return (here, engine)
    }

    private func call(_ change: (inout GateRequest) -> Void = { _ in }) -> GateRequest {
        GateRequest(
            site: "portal", method: "POST", target: "/rest/api/2/issue", cookies: "", accept: "application/json",
            authorization: Self.secret, client: IPAddress("10.1.2.3")
        ).with(change)
    }

    // MARK: Machines

    @Test func `a machine passes where method, path, network and credential fit`() async throws {
        let (_, engine) = try await machines()
        #expect(await engine.gate.decide(call()).anonymousPass == .machine("monitor"))
        let search = call {
            $0.method = "GET"
            $0.target = "/rest/api/2/search/deep/er?jql=1"
        }
        #expect(await engine.gate.decide(search).anonymousPass == .machine("monitor"))
        #expect(engine.gate.warmAnswer(call()) == nil)
    }

    @Test func `what is only almost a machine is nobody`() async throws {
        let (_, engine) = try await machines()
        let almost: [(String, GateRequest)] = [
            ("another network", call { $0.client = IPAddress("10.2.0.1") }),
            ("no network that a front vouches for", call { $0.client = nil }),
            ("another family", call { $0.client = IPAddress("::1") }),
            ("another method", call { $0.method = "DELETE" }), ("another case", call { $0.method = "post" }),
            ("another path", call { $0.target = "/rest/api/2/issue/SUP-1" }),
            ("the directory itself", call { $0.target = "/rest/api/2/search" }),
            ("no credential", call { $0.authorization = nil }),
            ("another credential", call { $0.authorization = "Bearer x" }),
            ("a longer one", call { $0.authorization = Self.secret + "0" }),
            ("a shorter one", call { $0.authorization = String(Self.secret.dropLast()) }),
            ("another scheme's case", call { $0.authorization = "bearer machine-secret-0123456789" }),
            ("two", call { $0.authorization = "\(Self.secret), \(Self.secret)" }),
            ("an empty one", call { $0.authorization = "" }),
        ]
        for (what, request) in almost {
            #expect(await engine.gate.decide(request).outcome == .closed, "\(what)")
        }
        #expect(await engine.gate.decide(call { $0.target = "/rest/api/2/./issue" }).outcome == .badRequest)
        #expect(await engine.gate.decide(call()).anonymousPass == .machine("monitor"))
    }

    @Test func `a credential that cannot be read, or is empty, opens nothing and is told once`() async throws {
        let (here, engine) = try await machines(secret: nil)
        for _ in 0..<3 { #expect(await engine.gate.decide(call()).outcome == .closed) }
        let told = here.log.lines.filter { $0.contains("the credential of a machine lane cannot be read") }
        #expect(told.count == 1)
        #expect(!here.log.lines.contains { $0.contains(Self.secret) })
        let (_, empty) = try await machines(secret: "")
        #expect(await empty.gate.decide(call { $0.authorization = "" }).outcome == .closed)
    }

    // MARK: Staff

    private func staff(_ change: (inout WantedResources) -> Void = { _ in }) async throws -> TestInstallation {
        try await GatedSite.installation {
            $0.sites[0].access.staff = StaffLane(
                connections: ["acme-staff"], networks: [Self.range("192.0.2.0/24")])
            change(&$0)
        }
    }

    private let agentPages = ["/browse/HR-1", "/secure/Dashboard.jspa", "/rest/api/2/search", "/new/unknown"]

    @Test func `who came by a connection of staff may see agents' pages and every portal`() async throws {
        let here = try await staff()
        let agent = try await here.browser(as: "al@acme.example", with: "acme-staff")
        let customer = try await here.browser()
        for target in agentPages + GatedSite.ofSeven {
            let answer = await here.answer(agent.request(target))
            #expect(answer.isAllowed, "\(target)")
            #expect(here.engine.gate.warmAnswer(agent.request(target)) != nil)
            #expect(await here.answer(customer.request(target)).isAllowed == false)
        }
        let models = agent.request("/rest/servicedesk/1/customer/models", method: "POST")
        #expect(await here.outcome(models) == .allowed)
    }

    @Test func `a connection of staff that is disabled, or no longer one, opens nothing`() async throws {
        let here = try await staff()
        let agent = try await here.browser(as: "al@acme.example", with: "acme-staff")
        #expect(await here.outcome(agent.request("/browse/HR-1")) == .allowed)
        try await here.change { $0.sites[0].access.staff.connections = [] }
        #expect(await here.outcome(agent.request("/browse/HR-1")) == .closed)
        try await here.change { $0.sites[0].access.staff.connections = ["acme-staff"] }
        try await here.change { $0.connections[1].isEnabled = false }
        #expect(await here.outcome(agent.request("/browse/HR-1")) == .noSession)
    }

    @Test func `a site that does not admit the staff's organization does not let them in`() async throws {
        let here = try await staff { $0.sites[0].organizations = ["acme", "globex"] }
        let agent = try await here.browser(as: "al@acme.example", with: "acme-staff")
        try await here.change { $0.sites[0].organizations = ["globex"] }
        #expect(await here.outcome(agent.request("/browse/HR-1")) == .notAdmitted)
    }

    @Test func `staff's network passes without a session, as nobody, and only if a front saw it`() async throws {
        let here = try await staff()
        let inside = IPAddress("192.0.2.7")
        for target in agentPages + ["/login.jsp", "/servicedesk/customer/portal/7"] {
            let request = TestBrowser().request(target)
            #expect(await here.answer(request.with { $0.client = inside }).anonymousPass == .staffNetwork)
            #expect(await here.answer(request.with { $0.client = IPAddress("192.0.3.7") }).anonymousPass == nil)
            #expect(await here.answer(request).anonymousPass == nil)
        }
        let post = TestBrowser().request("/login.jsp", method: "POST").with { $0.client = inside }
        #expect(await here.answer(post).anonymousPass == .staffNetwork)
        let basic = TestBrowser().request("/rest/api/2/search").with {
            $0.client = inside
            $0.authorization = "Basic YTpi"
        }
        #expect(await here.answer(basic).anonymousPass == .staffNetwork)
        #expect(await here.outcome(post.with { $0.target = "//login.jsp" }) == .badRequest)
    }

    @Test func `a customer's session takes nothing from staff's network and gets nothing by it`() async throws {
        let here = try await staff()
        let customer = try await here.browser()
        let inside = IPAddress("192.0.2.7")
        let agents = customer.request("/browse/HR-1").with { $0.client = inside }
        #expect(await here.answer(agents).anonymousPass == .staffNetwork)
        let three = customer.request("/servicedesk/customer/portal/3").with { $0.client = inside }
        #expect(await here.answer(three).isAllowed)
        #expect(await here.outcome(customer.request("/browse/HR-1")) == .closed)
    }

    @Test func `a store that does not answer opens no lane of people`() async throws {
        let here = try await staff()
        let agent = try await here.browser(as: "al@acme.example", with: "acme-staff")
        here.clock.advance(by: .seconds(2))
        here.store.readsFail = true
        #expect(await here.outcome(agent.request("/browse/HR-1")) == .unavailable)
        let inside = TestBrowser().request("/browse/HR-1").with { $0.client = IPAddress("192.0.2.7") }
        #expect(await here.outcome(inside) == .unavailable)
    }
}
