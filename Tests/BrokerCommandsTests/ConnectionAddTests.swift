import Foundation
import Testing

struct ConnectionAddTests {
    private static let callback = "https://support.example/vestibule/cb/acme-badge"

    private func shell() async throws -> Shell {
        let shell = try Shell()
        #expect(await shell.run("apply", "-f", shell.path("resources.yaml")).status == 0)
        return shell
    }

    private func names(_ shell: Shell) async throws -> String { await shell.run("export").out }

    @Test func `at a terminal only what the kind needs is asked, with help and example`() async throws {
        let shell = try await shell()
        let made = await shell.ask(
            "connection", "add", "--kind", "badge", answers: ["", "", "https://hq.acme.example", "key", "north"])
        #expect(made.status == 0, "\(made.error)")
        #expect(made.error.contains("Where the doors are.") && made.error.contains("such as: https://hq.acme.example"))
        #expect(made.error.contains("Id of the connection [acme-badge]:"))
        for other in ["(pin)", "(strict)", "(badges)", "(desk)", "Organization ("] {
            #expect(!made.error.contains(other), "\(other)")
        }
        #expect(made.out.contains("  - id: acme-badge\n") || made.out.contains("- id: acme-badge\n"))
        #expect(
            !made.out.contains("organizations:") && made.out.contains("entry: key") && made.out.contains("door: north"))
        #expect(made.error.contains("\(Self.callback)\n") && made.error.contains("\(Self.callback)/logout"))
        #expect(made.error.contains("\(Self.callback)/metadata"))
        #expect(try await names(shell).contains("name: Acme\n"))
        let events = await shell.run("audit", "export", "--kind", "resource.created").out
        #expect(events.contains("acme-badge") && events.contains("administrator:\(NSUserName())"))
    }

    @Test func `what is made is read by apply as it was printed, and changes nothing`() async throws {
        let shell = try await shell()
        let made = await shell.run(
            "connection", "add", "--kind", "badge", "--set", "building=https://hq.acme.example", "--set", "entry=key")
        #expect(made.status == 0, "\(made.error)")
        try shell.write("made.yaml", made.out)
        let applied = await shell.run("apply", "-f", shell.path("made.yaml"))
        #expect(applied.status == 0 && applied.error.contains("nothing to change"), "\(applied.error)")
    }

    @Test func `an answer that does not fit is asked for again, and an answered field leads to another`() async throws {
        let shell = try await shell()
        let made = await shell.ask(
            "connection", "add", "--kind", "badge", "--id", "hq", "--name", "HQ",
            answers: [
                "not a url", "http://hq.acme.example", "https://hq.acme.example", "window", "pin", "1234", "env:PIN",
            ])
        #expect(made.status == 0, "\(made.error)")
        #expect(made.error.contains("must be an absolute URL") && made.error.contains("must be https"))
        #expect(made.error.contains("must be one of key, pin"))
        #expect(made.error.contains("must say where the secret is") && !made.error.contains("1234"))
        #expect(made.out.contains("pin: env:PIN") || made.out.contains("pin: \"env:PIN\""), "\(made.out)")
    }

    @Test func `what only the module can judge is asked for again too`() async throws {
        let shell = try await shell()
        let made = await shell.ask(
            "connection", "add", "--kind", "badge", "--id", "hq", "--name", "HQ",
            answers: ["https://closed.example", "key", "", "https://hq.acme.example"])
        #expect(made.status == 0, "\(made.error)")
        #expect(made.error.contains("settings.building: this building is closed"))
        #expect(made.out.contains("https://hq.acme.example") && !made.out.contains("door"))
    }

    @Test func `without a terminal what is missing is named, all of it`() async throws {
        let shell = try await shell()
        let missing = await shell.run("connection", "add", "--kind", "badge")
        #expect(missing.status == 2)
        #expect(missing.error.contains("these settings are needed: building, entry;"))
        let pin = await shell.run(
            "connection", "add", "--kind", "badge", "--set", "building=https://hq.acme.example", "--set", "entry=pin")
        #expect(pin.status == 2 && pin.error.contains("settings.pin: is needed to get in by PIN"))
        #expect(await shell.run("connection", "add").error.contains("--kind is needed"))
        #expect(!(try await names(shell)).contains("badge"))
    }

    @Test func `settings of every kind come from the command line`() async throws {
        let shell = try await shell()
        let made = await shell.run(
            "connection", "add", "--kind", "badge", "--organization", "acme", "--id", "hq", "--disabled",
            "--set", "building=https://hq.acme.example", "--set", "entry=key", "--set", "strict=yes",
            "--set", "badges=[red, blue]", "--set", "names.a=Ada", "--set", "desk.floor=3",
            "--set", "desk.token=file:/run/token")
        #expect(made.status == 0, "\(made.error)")
        for line in ["strict: true", "- red", "- blue", "a: Ada", "floor: 3", "file:/run/token", "enabled: false"] {
            #expect(made.out.contains(line), "\(line) in \(made.out)")
        }
    }

    @Test(arguments: [
        ("nosuch=1", "has no setting nosuch"), ("desk.floor=99", "--set desk.floor: must be a whole number"),
        ("pin=hunter2-secret", "--set pin: must say where the secret is"), ("novalue", "--set takes KEY=VALUE"),
        ("entry=window", "--set entry: must be one of key, pin"),
    ])
    func `a setting that does not fit is refused without its value`(setting: String, problem: String) async throws {
        let shell = try await shell()
        let refused = await shell.run(
            "connection", "add", "--kind", "badge", "--set", "building=https://hq.acme.example", "--set", setting)
        #expect(refused.status == 2 && refused.error.contains(problem), "\(refused.error)")
        #expect(!refused.error.contains("hunter2"))
        #expect(!(try await names(shell)).contains("badge"))
    }

    @Test func `a connection that exists is never touched`() async throws {
        let shell = try await shell()
        let before = try await names(shell)
        let refused = await shell.run(
            "connection", "add", "--kind", "badge", "--id", "acme-staff", "--set", "building=https://hq.acme.example",
            "--set", "entry=key")
        #expect(refused.status == 2 && refused.error.contains("connection acme-staff exists"))
        #expect(try await names(shell) == before)
    }

    @Test func `a dry run makes nothing`() async throws {
        let shell = try await shell()
        let before = try await names(shell)
        let dry = await shell.run(
            "connection", "add", "--kind", "badge", "--dry-run", "--set", "building=https://hq.acme.example", "--set",
            "entry=key")
        #expect(dry.status == 0 && dry.error.contains("this was a dry run"))
        #expect(try await names(shell) == before)
    }

    @Test func `unknown kinds and organizations, odd ids and an end of the answers are refused`() async throws {
        let shell = try await shell()
        #expect(await shell.run("connection", "add", "--kind", "none").error.contains("known: badge, keyed, oidc"))
        let organization = await shell.run("connection", "add", "--kind", "badge", "--organization", "none")
        #expect(organization.status == 2 && organization.error.contains("no such organization; known: acme"))
        #expect(await shell.run("connection", "add", "--kind", "badge", "--id", "../x").status == 2)
        let ended = await shell.ask("connection", "add", "--kind", "badge", answers: ["hq"])
        #expect(ended.status == 1 && ended.error.contains("no more answers; nothing was done"))
        let empty = try Shell()
        try empty.write("resources.yaml", "sites: []\n")
        await empty.run("apply", "-f", empty.path("resources.yaml"))
        #expect(await empty.run("connection", "add", "--kind", "badge").error.contains("no organization yet"))
    }
}
