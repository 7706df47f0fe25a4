import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation
import Testing

struct AccessCommandTests {
    private static let resources = """
        organizations:
          - {id: acme, name: Acme, domains: [acme.example]}
        connections:
          - id: acme-staff
            organization: acme
            kind: oidc
            name: Acme staff
            settings: {issuer: "https://idp.acme.example", clientID: vestibule, clientSecret: env:ACME_SECRET}
        sites:
          - id: portal
            kind: data-center
            origin: https://support.example
            portals:
              - {id: 3, name: IT, requestTypes: [25]}
              - {id: 7, name: Finance, requestTypes: [71], mode: private}
            access:
              rules:
                - name: acme
                  allow: {all: [{emailDomain: acme.example}, {none: [{group: banned}]}]}
                  portals: [7]
                - {name: dept, allow: {attribute: {name: department, is: Finance}}, portals: [7]}
                - {name: no-ext, deny: {connection: acme-staff}, portals: [3]}

        """

    /// A shell where these resources are applied and Alice is signed in; the IdP tells no groups.
    private func shell(_ resources: String = resources) async throws -> Shell {
        let shell = try Shell()
        try shell.write("resources.yaml", resources)
        let applied = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(applied.status == 0, "\(applied.error)")
        try await shell.signInAlice()
        return shell
    }

    // MARK: Explaining

    @Test func `an explanation names the verdict, what decides, every rule and what it looked at`() async throws {
        let shell = try await shell()
        let result = await shell.run("access", "explain", "alice@acme.example", "3")
        #expect(result.status == 0, "\(result.error)")
        #expect(
            result.out.hasPrefix(
                """
                alice@acme.example (c_alice) at portal 3 (IT) of site portal: refused
                because: rule no-ext keeps out
                enforcement: enforce
                organization: acme
                connection: acme-staff
                email: alice@acme.example
                groups: - (unsupported)
                attribute department: -
                session: s_alice, opened
                """), "\(result.out)")
        #expect(
            result.out.hasSuffix(
                """
                acr: -
                signed in: -

                rule acme (allow, portals 7, not about this place): unknown
                  all: unknown
                    emailDomain acme.example: true (acme.example)
                    none: unknown
                      group banned: unknown (0 groups, not told in full)

                rule dept (allow, portals 7, not about this place): false
                  attribute department is Finance: false (no such attribute)

                rule no-ext (deny, portals 3): true: fires
                  connection acme-staff: true (acme-staff)

                """), "\(result.out)")
    }

    @Test func `a customer is found by id, and a portal by its name`() async throws {
        let shell = try await shell()
        let result = await shell.run("access", "explain", "c_alice", "finance", "--site", "portal")
        #expect(result.out.contains("at portal 7 (Finance) of site portal: refused\n"), "\(result.error)")
        #expect(result.out.contains("because: no rule lets in, and the portal's mode is private\n"))
    }

    @Test func `a portal that the site does not list is refused, and a request type too`() async throws {
        let shell = try await shell()
        let unknown = await shell.run("access", "explain", "c_alice", "8")
        #expect(unknown.out.contains("at portal 8 of site portal: refused\n"))
        #expect(unknown.out.contains("because: the site lists no such portal or request type\n"))
        let type = await shell.run("access", "explain", "c_alice", "7", "--request-type", "25")
        #expect(type.out.contains("at portal 7 (Finance), request type 25 of site portal: refused\n"))
    }

    @Test func `a sign-in that would open the portal is told`() async throws {
        let shell = try await shell(
            Self.resources.replacing("{attribute: {name: department, is: Finance}}", with: "{authenticatedWithin: 15m}")
        )
        let result = await shell.run("access", "explain", "c_alice", "7")
        #expect(result.out.contains("of site portal: step-up\n"), "\(result.out)")
        #expect(result.out.contains("because: rule dept asks for a sign-in no older than 15m\n"))
        #expect(result.out.contains("  authenticatedWithin 900 s: unknown (no time is known)\n"))
    }

    @Test func `an organization that the site does not admit, and one that is only observed, are told`() async throws {
        let shell = try await shell(
            Self.resources.replacing(
                "    access:", with: "    organizations: [other]\n    access:\n      enforcement: observe"
            )
            .replacing("connections:\n", with: "  - {id: other, name: Other}\nconnections:\n"))
        let result = await shell.run("access", "explain", "c_alice", "7")
        #expect(result.out.contains("because: the site does not admit organization acme\n"), "\(result.out)")
        #expect(result.out.contains("enforcement: observe: what is refused passes, and is counted\n"))
    }

    @Test func `an explanation as JSON has the same`() async throws {
        let shell = try await shell()
        let text = await shell.run("access", "explain", "c_alice", "3", "--json").out
        let json = try JSONDecoder().decode(SettingsValue.self, from: Data(text.utf8))
        #expect(json["verdict"]?.text == "refused" && json["rule"]?.text == "no-ext" && json["portal"] == .integer(3))
        #expect(json["enforced"] == .bool(true) && json["enforcement"] == .array([.string("enforce")]))
        #expect(json["inputs"]?["groupsCompleteness"]?.text == "unsupported")
        #expect(json["inputs"]?["connection"]?.text == "acme-staff" && json["inputs"]?["session"]?.text == "s_alice")
        guard case .array(let rules) = json["rules"] else { return #expect(Bool(false)) }
        #expect(rules.map { $0["result"]?.text } == ["unknown", "false", "true"])
        #expect(rules.map { $0["fires"] } == [.bool(false), .bool(false), .bool(true)])
        #expect(rules.last?["condition"]?["found"]?.text == "acme-staff")
    }

    @Test func `nobody of that name, no such site and no such portal are said`() async throws {
        let shell = try await shell()
        #expect(await shell.run("access", "explain", "nobody@acme.example", "3").status == 1)
        let site = await shell.run("access", "explain", "c_alice", "3", "--site", "other")
        #expect(site.status == 1 && site.error.contains("there is no site other"))
        let portal = await shell.run("access", "explain", "c_alice", "sales")
        #expect(portal.status == 2 && portal.error.contains("known: 3 (IT), 7 (Finance)"))
        let type = await shell.run("access", "explain", "c_alice", "3", "--request-type", "x")
        #expect(type.status == 2)
    }

    @Test func `of several sites one must be named`() async throws {
        let second = """
              - {id: cloud, kind: cloud, origin: "https://a.atlassian.net", facades: {saml: {entityID: "urn:atlassian"}}}

            """
        let shell = try await shell(Self.resources + second)
        let result = await shell.run("access", "explain", "c_alice", "3")
        #expect(result.status == 2 && result.error.contains("say which site with --site: cloud, portal"))
        #expect(await shell.run("access", "explain", "c_alice", "3", "--site", "cloud").out.contains(": allowed\n"))
    }

    // MARK: Simulating

    @Test func `a simulation tells who gains and loses, and changes nothing`() async throws {
        let shell = try await shell()
        let before = await shell.run("export").out
        try shell.write(
            "new.yaml",
            "sites:\(Self.resources.split(separator: "sites:").last ?? "")"
                .replacing("group: banned", with: "organization: acme"))
        let same = await shell.run("access", "simulate", "-f", shell.path("new.yaml"))
        #expect(same.status == 0, "\(same.error)")
        #expect(
            same.out == """
                site portal, portal 3 (IT): 0 would gain it, 0 would lose it, 0 of 1 would see it
                site portal, portal 7 (Finance): 0 would gain it, 0 would lose it, 0 of 1 would see it

                """)
        try shell.write(
            "new.yaml",
            Self.resources.replacing(
                "{all: [{emailDomain: acme.example}, {none: [{group: banned}]}]}", with: "{organization: acme}"))
        let gain = await shell.run("access", "simulate", "-f", shell.path("new.yaml"), "--site", "portal")
        #expect(
            gain.out == """
                site portal, portal 3 (IT): 0 would gain it, 0 would lose it, 0 of 1 would see it
                site portal, portal 7 (Finance): 1 would gain it, 0 would lose it, 1 of 1 would see it
                  + alice@acme.example (c_alice, acme): rule acme lets in

                """, "\(gain.error)")
        #expect(await shell.run("export").out == before)
        await shell.run("apply", "-f", shell.path("new.yaml"))
        let loss = await shell.run("access", "simulate", "-f", shell.path("resources.yaml"), "--json")
        let json = try JSONDecoder().decode(SettingsValue.self, from: Data(loss.out.utf8))
        guard case .array(let shifts) = json, let last = shifts.last else { return #expect(Bool(false)) }
        #expect(last["portal"] == .integer(7) && last["admitted"] == .integer(0) && last["total"] == .integer(1))
        guard case .array(let losers) = last["loses"] else { return #expect(Bool(false)) }
        #expect(losers.map { $0["customer"]?.text } == ["c_alice"])
        #expect(losers.first?["reason"]?.text == "no rule lets in, and the portal's mode is private")
    }

    @Test func `a file that apply refuses is refused with its line`() async throws {
        let shell = try await shell()
        try shell.write("new.yaml", Self.resources.replacing("portals: [3]", with: "portals: [9]"))
        let result = await shell.run("access", "simulate", "-f", shell.path("new.yaml"))
        #expect(result.status == 2 && result.out.isEmpty)
        #expect(
            result.error.contains(":22:")
                && result.error.contains("sites[0].access.rules[2].portals: the site has no portal 9"),
            "\(result.error)")
        try shell.write("new.yaml", "organizations: []\n")
        #expect(await shell.run("access", "simulate", "-f", shell.path("new.yaml")).status == 2)
        #expect(
            await shell.run("access", "simulate", "-f", shell.path("resources.yaml"), "--site", "other").status == 2)
    }

    @Test func `what was exported of portals and rules applies without a change`() async throws {
        let shell = try await shell()
        try shell.write("exported.yaml", await shell.run("export").out)
        let again = await shell.run("apply", "-f", shell.path("exported.yaml"), "--prune")
        #expect(again.status == 0 && again.error.contains("nothing to change"), "\(again.error)")
    }
}
