import Broker
import BrokerModel
import Foundation
import MockServiceManagement
import Testing

@Suite(.serialized) struct AccessPushTests {
    /// A shell where Alice and Bob of Acme are known, and the JSM of the site is this portal.
    private func run(
        _ kind: String = "cloud", rules: String = "", jsm: String = "", _ test: (Shell, MockPortal) async throws -> Void
    ) async throws {
        let portal = try await MockPortal.start(
            .init(
                controlSecret: "control", flavour: kind == "cloud" ? .cloud : .dataCenter,
                signIn: kind == "cloud" ? .saml(identityProvider: .metadata("<none/>")) : .trustedHeader,
                rest: .init(authorization: "Bearer \(Shell.secret)", closedDesks: [3, 5, 7], pageLimit: 1)))
        let shell = try Shell()
        try shell.write(
            "server.yaml",
            """
            publicURL: https://support.example/vestibule
            outbound: {allow: [{host: jsm.localhost, cidr: 127.0.0.0/8, site: portal}]}

            """)
        try shell.write("resources.yaml", Self.resources(kind, portal.url, rules: rules, jsm: jsm))
        let applied = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(applied.status == 0, "\(applied.error)")
        try await shell.signInAlice()
        try await shell.addCustomer("c_bob", "bob@acme.example", named: "bob@acme.example")
        let result: Result<Void, any Error>
        do { result = .success(try await test(shell, portal)) } catch { result = .failure(error) }
        await portal.stop()
        try result.get()
    }

    private static func resources(_ kind: String, _ url: String, rules: String = "", jsm: String = "") -> String {
        Shell.resources.replacing(
            #"  - {id: portal, kind: data-center, origin: "https://support.example"}"#,
            with: """
                  - id: portal
                    kind: \(kind)
                    origin: https://support.example
                    facades: {saml: {entityID: "urn:atlassian"}}
                    portals:
                      - {id: 3, name: IT}
                      - {id: 7, name: Finance, mode: private}
                    access:
                      rules: [\(rules.isEmpty ? alone : rules)]
                    jsm:
                      url: \(url)
                      account: {token: env:ACME_SECRET}
                      foreign: [Partners]
                \(jsm)
                """)
    }

    /// Alice alone came through a connection.
    private static let alone = "{name: staff, allow: {connection: acme-staff}, portals: [7]}"

    @Test func `a dry run tells what would be written and writes nothing`() async throws {
        try await run { shell, portal in
            let result = await shell.run("access", "push", "portal", "--dry-run")
            #expect(result.status == 0, "\(result.error)")
            #expect(
                result.out == """
                    site portal: 6 steps to write, 0 to look at
                      + customer.create: alice@acme.example
                      + customer.create: bob@acme.example
                      + organization.create, organization Acme
                      + organization.add_members, organization Acme: alice@acme.example, bob@acme.example
                      + desk.attach_organization, organization Acme, desk 3
                      + desk.add_customers, desk 7: alice@acme.example

                    """)
            #expect(portal.desks.snapshot.writes == 0)
            #expect(await shell.run("audit", "tail").out.contains("access.pushed") == false)
        }
    }

    @Test func `a push writes, tells and audits; a second one writes nothing`() async throws {
        try await run { shell, portal in
            let first = await shell.run("access", "push", "portal")
            #expect(first.status == 0 && first.out.hasPrefix("site portal: 6 of 6 steps written"), "\(first)")
            let (book, writes) = (portal.desks.snapshot, portal.desks.snapshot.writes)
            let acme = try #require(book.organizations.first)
            #expect(acme.name == "Acme" && acme.members.count == 2)
            #expect(book.desks.map(\.organizations) == [[acme.id], [], []])
            #expect(book.desks.map(\.customers.count) == [0, 0, 1])
            let second = await shell.run("access", "push", "portal")
            #expect(second.out == "site portal: 0 of 0 steps written, 0 to look at\n", "\(second)")
            #expect(portal.desks.snapshot.writes == writes)
            let log = await shell.run("audit", "export").out
            #expect(log.matches(of: /"kind":"access.pushed"/).count == 2)
            #expect(log.matches(of: /"kind":"access.written"/).count == 7)
            #expect(!log.contains("alice@acme.example") && !shell.transcript.contains(Shell.secret))
        }
    }

    @Test func `on Data Center a second push writes nothing either, and who should go is told`() async throws {
        try await run("data-center") { shell, portal in
            #expect(await shell.run("access", "push", "portal").status == 0)
            let writes = portal.desks.snapshot.writes
            let again = await shell.run("access", "push", "portal")
            #expect(again.out.hasPrefix("site portal: 0 of 0 steps written, 2 to look at\n"), "\(again)")
            #expect(portal.desks.snapshot.writes == writes)
            try shell.write(
                "resources.yaml",
                Self.resources(
                    "data-center", portal.url, rules: "{name: none, deny: {organization: acme}, portals: [7]}"))
            await shell.run("apply", "-f", shell.path("resources.yaml"))
            for _ in 0..<2 {
                let told = await shell.run("access", "push", "portal")
                #expect(told.out.contains("  ! cannot_remove, desk 7: alice@acme.example\n"), "\(told)")
                #expect(told.status == 0 && portal.desks.snapshot.writes == writes)
            }
        }
    }

    private static let nobody = "{name: none, deny: {organization: acme}}"

    @Test func `much is removed at once only where somebody says so`() async throws {
        try await run { shell, portal in
            #expect(await shell.run("access", "push", "portal").status == 0)
            let before = portal.desks.snapshot
            try shell.write("resources.yaml", Self.resources("cloud", portal.url, rules: Self.nobody))
            await shell.run("apply", "-f", shell.path("resources.yaml"))
            let refused = await shell.run("access", "push", "portal")
            #expect(refused.status == 1 && refused.out.contains("  - desk.detach_organization"), "\(refused)")
            #expect(refused.error.contains("2 of 2 people would lose a way in; nothing was written"))
            #expect(portal.desks.snapshot == before)
            #expect(await shell.run("access", "push", "portal", "--dry-run").status == 0)
            let done = await shell.run("access", "push", "portal", "--yes")
            #expect(done.status == 0 && done.out.hasPrefix("site portal: 2 of 2 steps written"), "\(done)")
            let desks = portal.desks.snapshot.desks
            #expect(desks.allSatisfy { $0.organizations.isEmpty && $0.customers.isEmpty })
        }
    }

    @Test func `a JSM that throttles, refuses or is away is told, and nothing is lost`() async throws {
        try await run { shell, portal in
            portal.desks.order(.init(status: 429, headers: ["Retry-After": "30"]))
            let throttled = await shell.run("access", "push", "portal")
            #expect(throttled.status == 1 && throttled.error.contains("throttled, GET"), "\(throttled)")
            #expect(throttled.error.contains("try again in 31 s"))
            #expect(await shell.run("access", "push", "portal").status == 0)
            await portal.stop()
            let away = await shell.run("access", "push", "portal", "--dry-run")
            #expect(away.status == 1 && away.error.contains("JSM could not be read: unreachable"), "\(away)")
        }
    }

    @Test func `the plan as JSON has the same`() async throws {
        try await run { shell, portal in
            portal.desks.change { book in
                book.accounts.append(
                    .init(id: "qm:x", username: "x@other.example", email: "x@other.example", displayName: "X"))
                if let desk = book.desk(7) { book.desks[desk].customers = ["qm:x"] }
            }
            let text = await shell.run("access", "push", "portal", "--json").out
            let json = try JSONDecoder().decode(SettingsValue.self, from: Data(text.utf8))
            #expect(json["written"] == .integer(6) && json["failed"] == .integer(0) && json["losing"] == .integer(0))
            guard case .array(let drift) = json["drift"], case .array(let steps) = json["steps"] else {
                return #expect(Bool(false))
            }
            #expect(steps.count == 6 && steps.last?["desk"] == .integer(7))
            #expect(drift.map { $0["kind"]?.text } == ["strangers"])
            #expect(drift.first?["people"] == .array([.string("x@other.example")]))
            let swept = await shell.run("access", "push", "portal", "--strangers")
            #expect(swept.out.contains("  - desk.remove_customers, desk 7: x@other.example\n"), "\(swept)")
            #expect(portal.desks.snapshot.desks.last?.customers.count == 1)
        }
    }

    @Test func `without jsm or portals there is nothing to push to`() async throws {
        let shell = try Shell()
        #expect(await shell.run("apply", "-f", shell.path("resources.yaml")).status == 0)
        let none = await shell.run("access", "push", "portal")
        #expect(none.status == 2 && none.error.contains("site portal has no jsm"), "\(none)")
        #expect(await shell.run("access", "push", "other").status == 1)
        try shell.write(
            "resources.yaml",
            Shell.resources.replacing(
                #"origin: "https://support.example"}"#,
                with: #"origin: "https://support.example", jsm: {url: "https://jsm.example", account: {token: env:X}}}"#
            ))
        #expect(await shell.run("apply", "-f", shell.path("resources.yaml")).status == 0)
        let empty = await shell.run("access", "push", "portal")
        #expect(empty.status == 2 && empty.error.contains("site portal lists no portals"), "\(empty)")
    }

    @Test func `what says where a JSM is reads, writes and is checked`() async throws {
        try await run { shell, portal in
            let exported = await shell.run("export").out
            #expect(
                exported.contains("url: \(portal.url)") || exported.contains("url: \"\(portal.url)\""), "\(exported)")
            #expect(exported.contains("foreign: [Partners]") && exported.contains("env:ACME_SECRET"))
            try shell.write("exported.yaml", exported)
            let again = await shell.run("apply", "-f", shell.path("exported.yaml"), "--prune")
            #expect(again.status == 0 && again.error.contains("nothing to change"), "\(again)")
            for wrong in ["https://jsm.example/", "http://jsm.example", "https://jsm.example/?a=b", "jsm.example"] {
                try shell.write("wrong.yaml", Self.resources("cloud", "\"\(wrong)\""))
                let refused = await shell.run("apply", "-f", shell.path("wrong.yaml"))
                #expect(refused.status == 2 && refused.error.contains("sites[0].jsm.url"), "\(wrong): \(refused)")
            }
        }
    }
}
