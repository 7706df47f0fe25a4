import Foundation
import Testing

struct ConnectionReplaceTests {
    /// Alice came through `acme-staff`; `acme-new` waits, disabled.
    private func shell() async throws -> Shell {
        let shell = try Shell()
        try shell.write(
            "resources.yaml",
            """
            organizations:
              - {id: acme, name: Acme, domains: [acme.example]}
              - {id: globex, name: Globex, domains: [globex.example]}
            connections:
              - id: acme-staff
                organization: acme
                kind: oidc
                name: Acme staff
                settings: {issuer: "https://idp.acme.example", clientID: vestibule, clientSecret: env:ACME_SECRET}
              - id: acme-new
                organization: acme
                kind: badge
                name: New
                enabled: false
                settings: {building: "https://hq.acme.example", entry: key}
              - id: globex
                organization: globex
                kind: badge
                name: Globex
                settings: {building: "https://hq.globex.example", entry: key}
            sites:
              - {id: portal, kind: data-center, origin: "https://support.example"}
            """)
        let applied = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(applied.status == 0, "\(applied.error)")
        try await shell.signInAlice()
        return shell
    }

    @Test func `a preview says who would be found and changes nothing`() async throws {
        let shell = try await shell()
        let before = await shell.run("export").out
        let preview = await shell.run("connection", "replace", "acme-staff", "acme-new", "--preview")
        #expect(preview.status == 0, "\(preview.error)")
        #expect(
            preview.out.contains("c_alice") && preview.out.contains("alice@acme.example")
                && preview.out.contains("matched"))
        #expect(preview.error.contains("1 matched, 0 moved, 0 ambiguous, 0 unverified, 0 foreign, 0 disabled"))
        #expect(await shell.run("export").out == before)
        #expect(await shell.run("audit", "export", "--kind", "connection.replacement_started").out.isEmpty)
    }

    @Test func `a replacement enables the new connection, and its end disables the old one`() async throws {
        let shell = try await shell()
        let no = await shell.run("connection", "replace", "acme-staff", "acme-new", answer: "no")
        #expect(no.status == 1 && no.error.contains("1 of 1 customers would be found"))
        let started = await shell.run("connection", "replace", "acme-staff", "acme-new", "--yes", "--days", "7")
        #expect(started.status == 0 && started.out.contains("acme-new takes the place of acme-staff until 2"))
        #expect(!(await shell.run("export").out.contains("enabled: false")))
        let lint = await shell.run("connection", "lint", "acme-staff")
        #expect(lint.out.contains("acme-new takes its place until"))
        let chain = await shell.run("connection", "replace", "acme-new", "acme-staff", "--yes")
        #expect(chain.status == 1 && chain.error.contains("finish that first"))
        let finished = await shell.run("connection", "replace", "acme-staff", "--finish", "--yes")
        #expect(finished.status == 0)
        #expect(await shell.run("sessions", "list").out.isEmpty)
        #expect(await shell.run("export").out.contains("enabled: false"))
        let events = await shell.run("audit", "export").out
        #expect(events.contains("connection.replacement_started") && events.contains("connection.replacement_ended"))
        let again = await shell.run("connection", "replace", "acme-staff", "--finish", "--yes")
        #expect(again.status == 1 && again.error.contains("nothing takes the place"))
    }

    @Test(arguments: [
        (["acme-staff", "acme-staff"], 1, "its own place"), (["acme-staff", "globex"], 1, "different organizations"),
        (["acme-staff", "none"], 1, "no connection none"), (["acme-staff"], 2, "name both"),
        (["acme-staff", "acme-new", "--finish"], 2, "name both"),
        (["acme-staff", "acme-new", "--days", "0"], 2, "--days"),
    ])
    func `what cannot be a replacement is refused`(arguments: [String], status: Int32, text: String) async throws {
        let shell = try await shell()
        let refused = await shell.runBare(
            ["connection", "replace"] + arguments + ["--yes", "--config", shell.path("server.yaml")])
        #expect(refused.status == status && refused.error.contains(text), "\(refused.error)")
    }
}
