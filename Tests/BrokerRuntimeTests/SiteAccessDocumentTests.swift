import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Logging
import OIDCProvider
import Testing

@testable import BrokerRuntime

/// Portals, rules, lanes and modes of a site in the resources file.
struct SiteAccessDocumentTests {
    static let whole = """
        organizations:
          - {id: acme, name: Acme, domains: [acme.example], enforcement: {from: 2026-12-01}}
          - {id: globex, name: Globex, domains: [globex.example], enforcement: observe}
        connections:
          - id: acme-staff
            organization: acme
            kind: oidc
            name: Acme staff
            settings: {issuer: "https://idp.acme.example", clientID: vestibule, clientSecret: env:ACME_SECRET}
        sites:
          - id: portal
            kind: data-center
            origin: https://portal.example
            portals:
              - {id: 3, name: IT, project: IT, requestTypes: [25, 26]}
              - id: 7
                name: Finance
                serviceDesk: 12
                project: FIN_2
                requestTypes: [71]
                mode: private
                enforcement: {from: "2026-12-01T08:00:00+01:00"}
              - {id: 5, name: Ideas, mode: public, enforcement: enforce}
            access:
              policy: deny
              ssoOnly: false
              enforcement: observe
              rules:
                - name: acme-staff
                  allow:
                    any:
                      - group: "all staff"
                      - emailDomain: bücher.example
                      - all: [{attribute: {name: department, is: "Finance: EU"}}, {organization: acme}]
                      - none: [{connection: acme-staff}]
                  portals: [5, 3]
                  requestTypes: [26, 25]
                - {name: fresh, allow: {authenticatedWithin: 15m}, portals: [7]}
                - {name: strong, allow: {acr: "urn:mfa"}, requestTypes: [71]}
                - {name: no-guests, deny: {organization: globex}}
              staff: {connections: [acme-staff], networks: [10.0.0.0/8, "fd00::/8"]}
              machines:
                - name: monitoring
                  methods: [POST, GET]
                  paths: [/rest/servicedeskapi/request, /rest/api/2/issue/*]
                  networks: [192.0.2.7/32]
                  authorization: env:MONITORING
          - {id: plain, kind: cloud, origin: "https://acme.atlassian.net", facades: {test: {clientID: a, redirectURIs: ["https://a.example/cb"]}}}

        """

    private func site(_ text: String = whole) throws -> Site {
        try #require(try Workshop.resources(text).wanted.sites.first)
    }

    @Test func `portals are read`() throws {
        let portals = try site().portals
        #expect(portals.map(\.id) == [3, 7, 5] && portals.map(\.name) == ["IT", "Finance", "Ideas"])
        #expect(portals.map(\.serviceDesk) == [3, 12, 5] && portals.map(\.project) == ["IT", "FIN_2", nil])
        #expect(portals.map(\.requestTypes) == [[25, 26], [71], []])
        #expect(portals.map(\.mode) == [.standard, .closed, .open])
        // 08:00 at +01:00 is 07:00 in UTC.
        let start = Timestamp(seconds: 1_796_083_200 + 7 * 3600)
        #expect(portals.map(\.enforcement) == [nil, .enforceFrom(start), .enforce])
    }

    @Test func `policy, modes and lanes are read`() throws {
        let access = try site().access
        #expect(access.policy == .deny && !access.isSSOOnly && access.enforcement == .observe)
        #expect(access.staff.connections == ["acme-staff"])
        #expect(access.staff.networks == Set(["10.0.0.0/8", "fd00::/8"].compactMap { AddressRange($0) }))
        let machine = try #require(access.machines.first)
        #expect(machine.name == "monitoring" && machine.methods == ["GET", "POST"])
        #expect(machine.paths == ["/rest/servicedeskapi/request", "/rest/api/2/issue/*"])
        #expect(machine.networks == Set(["192.0.2.7/32"].compactMap { AddressRange($0) }))
        #expect(machine.authorization == SecretReference("env:MONITORING"))
        let organizations = try Workshop.resources(Self.whole).wanted.organizations
        #expect(organizations.map(\.enforcement) == [.enforceFrom(Timestamp(seconds: 1_796_083_200)), .observe])
    }

    @Test func `rules are read with every kind of condition`() throws {
        let rules = try site().access.rules
        #expect(rules.map(\.rule.name) == ["acme-staff", "fresh", "strong", "no-guests"])
        #expect(rules.map(\.rule.effect) == [.allow, .allow, .allow, .deny])
        #expect(rules.map(\.portals) == [[3, 5], [7], nil, nil])
        #expect(rules.map(\.requestTypes) == [[25, 26], nil, [71], nil])
        let domain = try #require(EmailDomain("xn--bcher-kva.example"))
        #expect(
            rules[0].rule.condition
                == .any([
                    .group("all staff"), .emailDomain(domain),
                    .all([.attribute("department", is: "Finance: EU"), .organization("acme")]),
                    .none([.connection("acme-staff")]),
                ]))
        #expect(rules[1].rule.condition == .authenticated(within: .seconds(900)))
        #expect(rules[2].rule.condition == .authenticationContext("urn:mfa"))
    }

    @Test func `a site that says nothing of access has the standard`() throws {
        let site = try #require(try Workshop.resources(Self.whole).wanted.sites.last)
        #expect(site.portals.isEmpty && site.access == SiteAccess())
        #expect(site.access.isSSOOnly && site.access.policy == .allow && site.access.enforcement == .enforce)
    }

    @Test func `what is written is read back as it was, without what is standard`() throws {
        let wanted = try Workshop.resources(Self.whole).wanted
        let text = ResourceDocument.write(wanted)
        #expect(try Workshop.resources(text).wanted == wanted, "\(text)")
        #expect(ResourceDocument.write(try Workshop.resources(text).wanted) == text)
        #expect(text.contains("requestTypes: [25, 26]") && text.contains("portals: [3, 5]"))
        #expect(text.contains("enforcement: {from: \"2026-12-01T07:00:00Z\"}"))
        #expect(text.contains("enforcement: {from: \"2026-12-01\"}"))
        #expect(text.components(separatedBy: "access:").count == 2 && text.components(separatedBy: "mode:").count == 3)
        var plain = wanted
        plain.sites[0].access = SiteAccess()
        plain.sites[0].portals = [Portal(id: 3, name: "IT")]
        let short = ResourceDocument.write(plain)
        #expect(short.contains("    portals:\n      - id: 3\n        name: IT\n") || short.contains("- id: 3\n"))
        for key in ["access:", "serviceDesk:", "mode:", "requestTypes:", "project:"] { #expect(!short.contains(key)) }
    }

    @Test func `applying an export of it changes nothing, and a change of it is told by its member`() async throws {
        let workshop = try Workshop()
        let installation = try Installation(
            try workshop.load(minimal), providers: [OIDCProvider.self], facades: [FacadeModule(TestFacade.self)],
            environment: workshop.environment, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let resources = installation.engine.resources
        _ = try await resources.apply(
            try Workshop.resources(Self.whole).wanted, prune: false, isDryRun: false, actor: .system)
        let exported = ResourceDocument.write(try await resources.export())
        var again = try Workshop.resources(exported).wanted
        #expect(try await resources.apply(again, prune: true, isDryRun: false, actor: .system).isEmpty)
        again.sites[again.sites.count - 1].theme.productName = "Help"
        again.organizations[0].enforcement = nil
        #expect(
            try await resources.apply(again, prune: true, isDryRun: false, actor: .system) == [
                ResourceChange(.change, kind: "organization", id: "acme", members: ["enforcement"]),
                ResourceChange(.change, kind: "site", id: "portal", members: ["theme"]),
            ])
        again.sites[again.sites.count - 1].access.rules.removeLast()
        #expect(
            try await resources.apply(again, prune: true, isDryRun: false, actor: .system) == [
                ResourceChange(.change, kind: "site", id: "portal", members: ["access"])
            ])
        await installation.close()
    }

    // MARK: Refusals of the file

    /// Problems of one member of a site.
    private func refusal(_ member: String) throws -> [String] {
        try Workshop.resourceRefusal(
            "sites:\n  - id: portal\n    kind: data-center\n    origin: https://portal.example\n    \(member)\n")
    }

    @Test(arguments: [
        ("portals: [{id: 0, name: A}]", "portals[0].id: must be a whole number from 1 to"),
        ("portals: [{id: seven, name: A}]", "portals[0].id: must be a whole number from 1 to"),
        ("portals: [{name: A}]", "portals[0].id: is required"),
        ("portals: [{id: 3}]", "portals[0].name: is required"),
        ("portals: [{id: 3, name: A, project: it}]", "portals[0].project: must be a project key such as ACME"),
        ("portals: [{id: 3, name: A, project: \"IT-1\"}]", "portals[0].project: must be a project key such as ACME"),
        ("portals: [{id: 3, name: A, project: I}]", "portals[0].project: must be a project key such as ACME"),
        ("portals: [{id: 3, name: A, mode: open}]", "portals[0].mode: must be one of default, public, private"),
        ("portals: [{id: 3, name: A, requestTypes: [-1]}]", "portals[0].requestTypes[0]: must be a whole number"),
        ("portals: [{id: 3, name: A, enforcement: off}]", "portals[0].enforcement: must be one of enforce, observe"),
        ("portals: [{id: 3, name: A, colour: red}]", "portals[0].colour: is not a key here"),
        ("access: {policy: maybe}", "access.policy: must be one of allow, deny"),
        ("access: {ssoOnly: \"yes\"}", "access.ssoOnly: must be true or false"),
        ("access: {enforcement: {}}", "access.enforcement.from: is required"),
        ("access: {enforcement: {from: 2026-02-30}}", "access.enforcement.from: must be a day such as 2026-12-01"),
        ("access: {enforcement: {from: 2026-12-01T08:00:00}}", "access.enforcement.from: must be a day"),
        ("access: {enforcement: {from: 2026-12-01T24:00:00Z}}", "access.enforcement.from: must be a day"),
        ("access: {enforcement: {from: tomorrow}}", "access.enforcement.from: must be a day"),
        ("access: {rules: [{allow: {group: a}}]}", "access.rules[0].name: is required"),
        ("access: {rules: [{name: A b, allow: {group: a}}]}", "access.rules[0].name: must be 1 to 64 of a-z"),
        ("access: {rules: [{name: a}]}", "access.rules[0]: must have exactly one of allow, deny"),
        (
            "access: {rules: [{name: a, allow: {group: a}, deny: {group: b}}]}",
            "access.rules[0]: must have exactly one of allow, deny"
        ),
        ("access: {rules: [{name: a, allow: {group: a}, portal: 3}]}", "access.rules[0].portal: is not a key here"),
        (
            "access: {rules: [{name: a, allow: {group: a}, portals: []}]}",
            "access.rules[0].portals: must name one at least"
        ),
        (
            "access: {rules: [{name: a, allow: {group: a}, requestTypes: []}]}",
            "access.rules[0].requestTypes: must name one at least"
        ),
        ("access: {rules: [{name: a, allow: {}}]}", "access.rules[0].allow: must have exactly one of all, any, none"),
        ("access: {rules: [{name: a, deny: everybody}]}", "access.rules[0].deny: must be a mapping"),
        (
            "access: {rules: [{name: a, allow: {group: a, acr: b}}]}",
            "access.rules[0].allow: must have exactly one of all"
        ),
        ("access: {rules: [{name: a, allow: {all: []}}]}", "access.rules[0].allow.all: must name one at least"),
        (
            "access: {rules: [{name: a, allow: {any: [{none: []}]}}]}",
            "access.rules[0].allow.any[0].none: must name one at least"
        ),
        ("access: {rules: [{name: a, allow: {groups: [a]}}]}", "access.rules[0].allow.groups: is not a key here"),
        ("access: {rules: [{name: a, allow: {group: \"\"}}]}", "access.rules[0].allow.group: must be text that is not"),
        (
            "access: {rules: [{name: a, allow: {emailDomain: acme}}]}",
            "access.rules[0].allow.emailDomain: must be a mail"
        ),
        (
            "access: {rules: [{name: a, allow: {attribute: {name: unit}}}]}",
            "access.rules[0].allow.attribute.is: is required"
        ),
        (
            "access: {rules: [{name: a, allow: {authenticatedWithin: 0s}}]}",
            "access.rules[0].allow.authenticatedWithin: must be a duration from 10s to 30d"
        ),
        ("access: {staff: {networks: [10.0.0.1/8]}}", "access.staff.networks[0]: must be a block of addresses"),
        ("access: {machines: [{name: a}]}", "access.machines[0].networks: is required"),
        ("access: {machines: [{name: a}]}", "access.machines[0].paths: is required"),
        ("access: {machines: [{name: a}]}", "access.machines[0].methods: is required"),
        ("access: {machines: [{name: a}]}", "access.machines[0].authorization: is required"),
        ("access: {machines: [{name: a, methods: []}]}", "access.machines[0].methods: must name one at least"),
        ("access: {machines: [{name: a, paths: []}]}", "access.machines[0].paths: must name one at least"),
        ("access: {machines: [{name: a, networks: []}]}", "access.machines[0].networks: must name one at least"),
        ("access: {machines: [{name: a, methods: [get]}]}", "access.machines[0].methods[0]: must be one of GET"),
        ("access: {machines: [{name: a, paths: [rest]}]}", "access.machines[0].paths[0]: must be a path pattern"),
        (
            "access: {machines: [{name: a, authorization: \"Bearer hunter2\"}]}",
            "access.machines[0].authorization: must say where the secret is"
        ),
    ])
    func `what does not hold names line and key`(member: String, problem: String) throws {
        let refusal = try refusal(member)
        #expect(
            refusal.contains { $0.hasPrefix("resources.yaml:5:") && $0.contains(": sites[0].\(problem)") }, "\(refusal)"
        )
        #expect(!refusal.description.contains("hunter2"))
    }

    @Test func `an organization's enforcement that does not hold is named`() throws {
        let refusal = try Workshop.resourceRefusal("organizations:\n  - {id: a, name: A, enforcement: never}\n")
        #expect(refusal == ["resources.yaml:2:22: organizations[0].enforcement: must be one of enforce, observe"])
    }

    @Test func `conditions as deep as a file can be are refused and not walked`() throws {
        let deep = String(repeating: "{all: [", count: 20) + "{group: a}" + String(repeating: "]}", count: 20)
        let refusal = try refusal("access: {rules: [{name: a, allow: \(deep)}]}")
        #expect(refusal.count == 1 && refusal.first?.contains("is nested too deeply") == true)
    }

    // MARK: Moments

    @Test(arguments: [
        ("1970-01-01", 0), ("2026-12-01", 1_796_083_200), ("2024-02-29", 1_709_164_800),
        ("2026-12-01T00:00:00Z", 1_796_083_200), ("2026-12-01T01:02:03Z", 1_796_083_200 + 3723),
        ("2026-12-01T00:00:00+14:00", 1_796_083_200 - 14 * 3600), ("2026-12-01T00:00:00-00:30", 1_796_085_000),
    ])
    func `a moment is read, and written so that it is read as the same`(text: String, seconds: Int) throws {
        let moment = try #require(MomentText.parse(text))
        #expect(moment.seconds == Int64(seconds) && MomentText.parse(MomentText.write(moment)) == moment)
    }

    @Test(arguments: [
        "", "2026", "2026-12", "2026-13-01", "2026-00-10", "2026-02-29", "2026-12-32", "26-12-01", "2026-12-01 ",
        "2026-12-01T", "2026-12-01 08:00:00Z", "2026-12-01t08:00:00Z", "2026-12-01T08:00Z", "2026-12-01T08:60:00Z",
        "2026-12-01T08:00:60Z", "2026-12-01T08:00:00", "2026-12-01T08:00:00z", "2026-12-01T08:00:00+0100",
        "2026-12-01T08:00:00+1:00", "2026-12-01T08:00:00.5Z", "2026-12-01T08:00:00ZZ", "2026-12-01T+8:00:00Z",
        "２０２６-12-01",
    ])
    func `is no moment`(text: String) { #expect(MomentText.parse(text) == nil) }
}
