import Broker
import BrokerEngine
import BrokerModel
import Testing

/// What must be true of portals, rules and lanes, each with the path to the fault.
@Suite struct AccessCheckTests {
    typealias Fault = ResourceCheckTests.Fault

    static let portals: [Fault] = [
        Fault("sites.0.portals.2.id", "portal 3 is there twice") {
            $0.sites[0].portals.append(Portal(id: 3, name: "Again", serviceDesk: 99))
        },
        Fault("sites.0.portals.0.id", "a number from 1") { $0.sites[0].portals[0].id = 0 },
        Fault("sites.0.portals.0.serviceDesk", "a number from 1") { $0.sites[0].portals[0].serviceDesk = -1 },
        Fault("sites.0.portals.0.name", "must not be empty") { $0.sites[0].portals[0].name = "" },
        Fault("sites.0.portals.1.serviceDesk", "service desk 3 is portal 3's") {
            $0.sites[0].portals[1].serviceDesk = 3
        },
        Fault("sites.0.portals.1.project", "project IT is portal 3's") { $0.sites[0].portals[1].project = "IT" },
        Fault("sites.0.portals.1.requestTypes", "request type 25 is portal 3's") {
            $0.sites[0].portals[1].requestTypes = [25, 71]
        },
        Fault("sites.0.portals.0.project", "must be a project key") { $0.sites[0].portals[0].project = "it" },
        Fault("sites.0.portals.0.project", "must be a project key") { $0.sites[0].portals[0].project = "IT-1" },
        Fault("sites.0.portals.0.project", "must be a project key") { $0.sites[0].portals[0].project = "1T" },
        Fault("sites.0.portals.0.project", "must be a project key") { $0.sites[0].portals[0].project = "" },
    ]

    static let rules: [Fault] = [
        Fault("sites.0.access.rules.1.name", "a is there twice") { $0.add(.group("g"), .group("h")) },
        Fault("sites.0.access.rules.0.name", "must be 1 to 64") {
            $0.add(.group("g"))
            $0.sites[0].access.rules[0].rule.name = "A rule"
        },
        Fault("sites.0.access.rules.0.portals", "the site has no portal 8") {
            $0.add(.group("g"), portals: [3, 8])
        },
        Fault("sites.0.access.rules.0.portals", "the site has no portal 3") {
            $0.sites[0].portals = []
            $0.add(.group("g"), portals: [3])
        },
        Fault("sites.0.access.rules.0.portals", "must name one at least") { $0.add(.group("g"), portals: []) },
        Fault("sites.0.access.rules.0.requestTypes", "must name one at least") { $0.add(.group("g"), types: []) },
        Fault("sites.0.access.rules.0.requestTypes", "none of the rule's portals lists request type 71") {
            $0.add(.group("g"), portals: [3], types: [25, 71])
        },
        Fault("sites.0.access.rules.0.requestTypes", "no portal lists request type 99") {
            $0.add(.group("g"), types: [99])
        },
        Fault("sites.0.access.rules.0.allow.all", "must name one at least") { $0.add(.all([])) },
        Fault("sites.0.access.rules.0.allow.any", "must name one at least") { $0.add(.any([])) },
        Fault("sites.0.access.rules.0.allow.none", "must name one at least") { $0.add(.none([])) },
        Fault("sites.0.access.rules.0.allow.any.1.all.0.none", "must name one at least") {
            $0.add(.any([.group("g"), .all([.none([])])]))
        },
        Fault("sites.0.access.rules.0.allow.group", "must not be empty") { $0.add(.group("")) },
        Fault("sites.0.access.rules.0.allow.acr", "must not be empty") { $0.add(.authenticationContext("")) },
        Fault("sites.0.access.rules.0.allow.attribute.name", "must not be empty") { $0.add(.attribute("", is: "x")) },
        Fault("sites.0.access.rules.0.allow.authenticatedWithin", "longer than nothing") {
            $0.add(.authenticated(within: .zero))
        },
        Fault("sites.0.access.rules.0.allow.connection", "connection gone does not exist") {
            $0.add(.connection("gone"))
        },
        Fault("sites.0.access.rules.0.allow.none.0.organization", "organization gone does not exist") {
            $0.add(.none([.organization("gone")]))
        },
        Fault(
            "sites.0.access.rules.0.allow.all.0.all.0.all.0.all.0.all.0.all.0.all.0.all.0",
            "no more than 8 deep"
        ) { $0.add(.nested(9)) },
    ]

    static let lanes: [Fault] = [
        Fault("sites.0.access.staff.connections", "connection gone does not exist") {
            $0.sites[0].access.staff.connections = ["acme-staff", "gone"]
        },
        Fault("sites.0.access.staff.networks", "0.0.0.0/0 is almost everybody") {
            $0.sites[0].access.staff.networks = .ranges("10.0.0.0/8", "0.0.0.0/0")
        },
        Fault("sites.0.access.staff.networks", "128.0.0.0/1 is almost everybody") {
            $0.sites[0].access.staff.networks = .ranges("0.0.0.0/1", "128.0.0.0/1")
        },
        Fault("sites.0.access.staff.networks", "/0 is almost everybody") {
            $0.sites[0].access.staff.networks = .ranges("::/0")
        },
        Fault("sites.0.access.machines.0.networks", "0.0.0.0/0 is almost everybody") {
            $0.machine { $0.networks = .ranges("0.0.0.0/0") }
        },
        Fault("sites.0.access.machines.0.networks", "/0 is almost everybody") {
            $0.machine { $0.networks = .ranges("::/0") }
        },
        Fault("sites.0.access.machines.0.networks", "must name one at least") { $0.machine { $0.networks = [] } },
        Fault("sites.0.access.machines.0.paths", "must name one at least") { $0.machine { $0.paths = [] } },
        Fault("sites.0.access.machines.0.methods", "must name one at least") { $0.machine { $0.methods = [] } },
        Fault("sites.0.access.machines.0.name", "must be 1 to 64") { $0.machine { $0.name = "" } },
        Fault("sites.0.access.machines.1.name", "monitoring is there twice") {
            $0.machine { _ in }
            $0.machine { _ in }
        },
        Fault("sites.0.access.machines.0.paths.1", "is not a path pattern") {
            $0.machine { $0.paths = ["/rest/x", "rest"] }
        },
    ]

    /// Patterns that leave nothing out, at a site below a context path.
    static let broad = [
        "/*", "/**", "/**/*", "/**/**", "/*/*", "/*/**", "/jira/*", "/jira/**", "/jira/**/*", "/jira*/**", "/*/*/*",
    ].map { pattern in
        Fault("sites.0.access.machines.0.paths.0", "covers everything") {
            $0.sites[0].defaultPath = "/jira/servicedesk/customer/portals"
            $0.machine { $0.paths = [pattern] }
        }
    }

    private func problems(_ wanted: WantedResources) async throws -> [SettingsError.Problem] {
        let here = try await TestInstallation()
        do { try await here.apply(wanted) } catch let error as SettingsError { return error.problems }
        return []
    }

    private func wanted() async throws -> WantedResources {
        var wanted = try await TestInstallation().standardResources()
        wanted.sites[0].portals = [
            Portal(id: 3, name: "IT", project: "IT", requestTypes: [25, 26]),
            Portal(id: 7, name: "Finance", project: "FIN", requestTypes: [71]),
        ]
        return wanted
    }

    @Test(arguments: portals + rules + lanes + broad) func `a fault is found at its place`(fault: Fault) async throws {
        var wanted = try await wanted()
        fault.spoil(&wanted)
        let found = try await problems(wanted)
        #expect(found.contains { $0.path == fault.path && $0.text.contains(fault.text) }, "found \(found)")
    }

    @Test func `what holds is applied`() async throws {
        var wanted = try await wanted()
        wanted.add(.nested(8), portals: [3, 7], types: [25, 71])
        wanted.sites[0].access.rules[0].rule.condition = .any([
            .nested(7), .connection("globex-oidc"), .organization("acme"), .none([.group("g")]),
        ])
        wanted.sites[0].access.staff = StaffLane(
            connections: ["acme-staff"], networks: .ranges("10.0.0.0/8", "fc00::/7"))
        wanted.machine { $0.paths = ["/rest/api/2/issue/*", "/rest/**/status", "/jira/*", "/s*"] }
        #expect(try await problems(wanted).isEmpty)
    }

    @Test func `a site without portals may have rules about request types`() async throws {
        var wanted = try await wanted()
        wanted.sites[0].portals = []
        wanted.add(.group("g"), types: [99])
        #expect(try await problems(wanted).isEmpty)
    }

    @Test func `connections and organizations that are stored count too`() async throws {
        let here = try await TestInstallation()
        var wanted = WantedResources(sites: here.standardResources().sites)
        wanted.add(.all([.connection("acme-staff"), .organization("globex")]))
        wanted.sites[0].access.staff.connections = ["acme-ext"]
        #expect(try await here.apply(wanted).map(\.members) == [["access"]])
    }
}

extension WantedResources {
    /// Adds allow rules named `a` to the first site.
    fileprivate mutating func add(
        _ conditions: AccessCondition..., portals: Set<PortalID>? = nil, types: Set<RequestTypeID>? = nil
    ) {
        sites[0].access.rules += conditions.map {
            PortalRule(AccessRule("a", .allow, $0), portals: portals, requestTypes: types)
        }
    }

    /// Adds a machine to the first site.
    fileprivate mutating func machine(_ change: (inout MachineLane) -> Void) {
        guard let authorization = SecretReference("env:MONITORING") else { return }
        var machine = MachineLane(
            name: "monitoring", methods: ["GET"], paths: ["/rest/api/2/issue/*"], networks: .ranges("192.0.2.7/32"),
            authorization: authorization)
        change(&machine)
        sites[0].access.machines.append(machine)
    }
}

extension Set<AddressRange> {
    fileprivate static func ranges(_ texts: String...) -> Self { Set(texts.compactMap { AddressRange($0) }) }
}

extension AccessCondition {
    /// A condition of this depth.
    fileprivate static func nested(_ depth: Int) -> Self {
        (1..<depth).reduce(.group("g")) { condition, _ in .all([condition]) }
    }
}
