import Foundation
import Testing

struct ConnectionLintTests {
    private func shell(
        _ settings: String, kind: String = "badge", organization: String = "domains: [acme.example]", more: String = ""
    ) async throws -> Shell {
        let shell = try Shell()
        try shell.write(
            "resources.yaml",
            """
            organizations:
              - {id: acme, name: Acme, \(organization)}
            connections:
              - {id: hq, organization: acme, kind: \(kind), name: HQ, \(more)settings: \(settings)}
            """)
        let applied = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(applied.status == 0, "\(applied.error)")
        return shell
    }

    private static let good = #"building: "https://hq.acme.example", entry: key"#

    @Test func `a connection with nothing wrong says so`() async throws {
        let lint = await (try await shell("{\(Self.good)}")).run("connection", "lint", "hq")
        #expect(lint.status == 0 && lint.out.isEmpty && lint.error == "nothing is wrong\n")
    }

    @Test func `what the module finds is told with its setting, and a warning is no failure`() async throws {
        let shell = try await shell("{\(Self.good), finding: the roof leaks}")
        let lint = await shell.run("connection", "lint", "hq")
        #expect(lint.status == 0)
        #expect(lint.out.contains("warning   settings.building  the roof leaks"), "\(lint.out)")
        let json = await shell.run("connection", "lint", "--all", "--json").out
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: String]])
        #expect(
            rows == [
                [
                    "connection": "hq", "severity": "warning", "setting": "settings.building",
                    "finding": "the roof leaks",
                ]
            ])
    }

    @Test func `an organization that owns nothing lets nobody in`() async throws {
        let lint = await (try await shell("{\(Self.good)}", organization: "support: x")).run("connection", "lint", "hq")
        #expect(lint.status == 1 && lint.out.contains("owns no domain and no address"))
    }

    @Test func `a pattern of a domain that is not spoken for lets nobody in`() async throws {
        let other = await (try await shell("{\(Self.good)}", more: "addressPattern: \"*@other.example\", "))
            .run("connection", "lint", "hq")
        #expect(other.status == 1 && other.out.contains("addresses of other.example only"))
        let own = await (try await shell("{\(Self.good)}", more: "addressPattern: \"ext-*@acme.example\", "))
            .run("connection", "lint", "hq")
        #expect(own.status == 0)
    }

    @Test func `no evidence lets nobody in`() async throws {
        let lint = await (try await shell("{\(Self.good), emailEvidence: none}")).run("connection", "lint", "hq")
        #expect(lint.status == 1 && lint.out.contains("settings.emailEvidence"))
        #expect(lint.out.contains("email_unverified"))
    }

    @Test func `a secret that cannot be read is named by its place, in nested forms too`() async throws {
        let shell = try await shell("{\(Self.good), desk: {floor: 1, token: \"env:NOT_THERE\"}}")
        let lint = await shell.run("connection", "lint", "hq")
        #expect(lint.status == 1 && lint.out.contains("settings.desk.token") && lint.out.contains("cannot be read"))
        let there = try await self.shell("{\(Self.good), desk: {floor: 1, token: \"env:ACME_SECRET\"}}")
        #expect(await there.run("connection", "lint", "hq").status == 0)
        #expect(!there.transcript.contains(Shell.secret))
    }

    @Test func `a disabled connection is a note, and its certificate's end a warning`() async throws {
        let shell = try await shell("{certificateEndsIn: 3600}", kind: "keyed", more: "enabled: false, ")
        let lint = await shell.run("connection", "lint", "hq")
        #expect(lint.status == 0 && lint.out.contains("note") && lint.out.contains("It is disabled"))
        #expect(lint.out.contains("certificate c0ffee ends within a day"))
        let broken = try await self.shell("{problem: it is away}", kind: "keyed")
        let error = await broken.run("connection", "lint", "hq")
        #expect(error.status == 1 && error.out.contains("error     -        it is away"), "\(error.out)")
    }

    @Test func `a name that is not there and a missing name are refused`() async throws {
        let shell = try await shell("{\(Self.good)}")
        #expect(await shell.run("connection", "lint", "none").status == 1)
        #expect(await shell.run("connection", "lint").status == 2)
        #expect(await shell.run("connection", "lint", "hq", "--all").status == 2)
    }
}
