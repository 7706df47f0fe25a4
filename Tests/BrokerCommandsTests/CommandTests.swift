import BrokerModel
import Foundation
import Testing

struct CommandTests {
    // MARK: Exit status

    @Test func `help is no failure and documents the exit status`() async throws {
        let help = try await Shell().runBare(["--help"])
        #expect(help.status == 0 && help.error.isEmpty)
        #expect(help.out.contains("3  the store cannot be used"))
        let commands = [
            "serve", "reload", "config", "apply", "export", "connection", "site", "customer", "sessions", "login",
            "keys", "audit", "kek",
        ]
        for command in commands { #expect(help.out.contains("  \(command)"), "\(command)") }
    }

    @Test(arguments: [["sevre"], ["apply"], ["config", "schema", "nothing"], ["sessions", "list", "--limit", "x"]])
    func `wrong usage ends with 2`(arguments: [String]) async throws {
        let result = try await Shell().runBare(arguments)
        #expect(result.status == 2 && !result.error.isEmpty && result.out.isEmpty)
    }

    @Test func `a configuration that does not hold ends with 2 and names file, line and key`() async throws {
        let shell = try Shell()
        try shell.write("server.yaml", "publicURL: http://support.example/vestibule\nlog: {level: loud}\n")
        for command in [["config", "check"], ["serve"], ["export"], ["reload"]] {
            let result = await shell.runBare(command + ["--config", shell.path("server.yaml")])
            #expect(result.status == 2)
            #expect(result.error.contains("server.yaml:1:1: publicURL: "))
            #expect(result.error.contains("server.yaml:2:7: log.level: must be one of"))
        }
    }

    @Test func `a store that is not there ends with 3`() async throws {
        let shell = try Shell()
        #expect(await shell.run("sessions", "list").status == 3)
        #expect(!FileManager.default.fileExists(atPath: shell.path("vestibule.sqlite")))
    }

    @Test func `a store that is no database ends with 3`() async throws {
        let shell = try Shell()
        try shell.write("vestibule.sqlite", String(repeating: "not a database ", count: 100))
        #expect(await shell.run("sessions", "list").status == 3)
    }

    @Test func `what is not there ends with 1`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(await shell.run("customer", "show", "nobody@acme.example").status == 1)
        #expect(await shell.run("sessions", "revoke", "s_none").status == 1)
        #expect(await shell.run("connection", "status", "none").status == 1)
        #expect(await shell.run("login", "explain", "0000-0000-0000").status == 1)
        #expect(await shell.run("reload").status == 2)
    }

    // MARK: Configuration

    @Test func `a configuration that holds is said to`() async throws {
        let result = try await Shell().run("config", "check")
        #expect(result.status == 0 && result.out.contains("holds: https://support.example/vestibule"))
    }

    @Test(arguments: ["server", "resources"])
    func `a schema is JSON`(file: String) async throws {
        let result = try await Shell().runBare(["config", "schema", file])
        #expect(result.status == 0)
        #expect(try JSONSerialization.jsonObject(with: Data(result.out.utf8)) is [String: Any])
    }

    @Test func `a generated key holds and two differ`() async throws {
        let shell = try Shell()
        let (first, second) = (
            await shell.runBare(["kek", "generate"]).out, await shell.runBare(["kek", "generate"]).out
        )
        #expect(first != second)
        try shell.write("kek", first)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: shell.path("kek"))
        try shell.write("server.yaml", "publicURL: https://support.example/vestibule\nkeys: {kek: \"file:kek\"}\n")
        #expect(await shell.run("config", "check").status == 0)
    }

    // MARK: Resources

    @Test func `apply creates, says what, and changes nothing the second time`() async throws {
        let shell = try Shell()
        let dry = await shell.run("apply", "-f", shell.path("resources.yaml"), "--dry-run")
        #expect(dry.status == 0 && dry.out.contains("create  connection    acme-staff"))
        let first = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(first.out == dry.out)
        let second = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(second.status == 0 && second.out.isEmpty && second.error.contains("nothing to change"))
    }

    @Test func `what was exported applies without a change`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        let exported = await shell.run("export")
        try shell.write("exported.yaml", exported.out)
        let again = await shell.run("apply", "-f", shell.path("exported.yaml"), "--prune")
        #expect(again.status == 0 && again.error.contains("nothing to change"))
    }

    @Test func `a site may be on another host than the sign-in`() async throws {
        let shell = try Shell()
        let elsewhere = Shell.resources.replacing("https://support.example", with: "https://help.example")
        try shell.write("resources.yaml", elsewhere)
        let result = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(result.status == 0 && result.out.contains("create"))
    }

    @Test func `a dry run leaves no store behind and nothing in one`() async throws {
        let shell = try Shell()
        let dry = await shell.run("apply", "-f", shell.path("resources.yaml"), "--dry-run")
        #expect(dry.status == 0 && dry.out.contains("create"))
        #expect(!FileManager.default.fileExists(atPath: shell.path("vestibule.sqlite")))
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        let before = await shell.run("audit", "export").out
        await shell.run("apply", "-f", shell.path("resources.yaml"), "--dry-run")
        #expect(await shell.run("audit", "export").out == before)
    }

    @Test func `another key-encryption key than the store's is refused, and nothing is made with it`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        try shell.write("kek", "9uF3b7kQmZc1Xr5tVy8wNa2sHd4gJeLpTiOxRqBvE6M\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: shell.path("kek"))
        try shell.write("server.yaml", "publicURL: https://support.example/vestibule\nkeys: {kek: \"file:kek\"}\n")
        for command in [["apply", "-f", shell.path("resources.yaml")], ["keys", "list"], ["serve"]] {
            let result = await shell.runBare(command + ["--config", shell.path("server.yaml")])
            #expect(result.status == 2 && result.error.contains("keys.kek: does not open"), "\(command)")
        }
    }

    @Test func `a resource that does not hold names file, line and key`() async throws {
        let shell = try Shell()
        try shell.write("resources.yaml", Shell.resources.replacing("clientID: vestibule", with: "clientId: vestibule"))
        let result = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(result.status == 2)
        #expect(result.error.contains("resources.yaml:8:52: connections[0].settings.clientId: is not a setting here"))
    }

    @Test func `pruning asks, and a no leaves everything`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        try shell.write("less.yaml", "organizations: [{id: acme, name: Acme, domains: [acme.example]}]\n")
        let no = await shell.run("apply", "-f", shell.path("less.yaml"), "--prune", answer: "no")
        #expect(no.status == 1 && no.error.contains("Delete connection acme-staff, site portal"))
        #expect(await shell.run("export").out.contains("acme-staff"))
        let unattended = await shell.run("apply", "-f", shell.path("less.yaml"), "--prune")
        #expect(unattended.status == 1)
        #expect(await shell.run("apply", "-f", shell.path("less.yaml"), "--prune", "--yes").status == 0)
        #expect(await !shell.run("export").out.contains("acme-staff"))
    }

    @Test func `the status of connections says whether they load`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        let result = await shell.run("connection", "status", "--offline", "--json")
        #expect(result.status == 0 && result.out.contains("\"loads\" : true"))
    }

    // MARK: Keys

    @Test func `keys are listed, rotated and exported`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        let before = await shell.run("keys", "list", "--use", "session").out
        #expect(before.contains("active"))
        #expect(await shell.run("keys", "rotate").out.contains("next "))
        #expect(await shell.run("keys", "rotate", "--now", answer: "no").status == 1)
        let now = await shell.run("keys", "rotate", "--now", "--yes")
        #expect(now.status == 0 && now.out.contains("active "))
        let pem = await shell.run("keys", "export", "--pem")
        #expect(pem.out.contains("-----BEGIN PUBLIC KEY-----") && !pem.out.contains("PRIVATE"))
        let jwks = await shell.run("keys", "export").out
        #expect(jwks.contains("\"keys\"") && !jwks.contains("\"d\""))
        #expect(await shell.run("audit", "verify").status == 0)
    }

    // MARK: Customers and sessions

    @Test func `a customer is shown, and hostile text cannot move the cursor`() async throws {
        let shell = try Shell()
        try await shell.signInAlice()
        let shown = await shell.run("customer", "show", "alice@acme.example").out
        #expect(shown.contains("c_alice") && shown.contains("alice-sub") && shown.contains("s_alice"))
        #expect(shown.contains("Ångström") && !shown.contains("\u{1B}"))
        let json = await shell.run("customer", "show", "alice@acme.example", "--json").out
        #expect(json.contains("Ångström") && json.contains("\\u009b2J\\u202e\\u2028"))
        #expect(!json.unicodeScalars.contains { ["\u{1B}", "\u{9B}", "\u{202E}", "\u{2028}"].contains($0) })
        #expect(await shell.run("customer", "list", "--matching", "alice").out.contains("c_alice"))
        #expect(await shell.run("customer", "list", "--organization", "other").out.isEmpty)
    }

    @Test func `sessions are listed and revoked, and the end is recorded`() async throws {
        let shell = try Shell()
        try await shell.signInAlice()
        #expect(await shell.run("sessions", "list", "--customer", "alice@acme.example").out.contains("s_alice"))
        #expect(await shell.run("sessions", "revoke").status == 2)
        #expect(await shell.run("sessions", "revoke", "--all", "--connection", "x").status == 2)
        #expect(await shell.run("sessions", "revoke", "--all", answer: "n").status == 1)
        let revoked = await shell.run("sessions", "revoke", "s_alice")
        #expect(revoked.status == 0 && revoked.out == "1 sessions ended\n")
        #expect(await shell.run("sessions", "list").out.isEmpty)
        let events = await shell.run("audit", "export", "--kind", "session.ended").out
        #expect(events.contains("\"code\":\"revoked\"") && events.contains("administrator:\(NSUserName())"))
    }

    @Test func `a customer is disabled and enabled, and an identity moved by hand`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        try await shell.signInAlice()
        #expect(await shell.run("customer", "disable", "c_alice").out == "c_alice is disabled\n")
        #expect(await shell.run("sessions", "list").out.isEmpty)
        #expect(await shell.run("customer", "enable", "c_alice").out == "c_alice is active\n")
        let identity = ["--connection", "acme-staff", "--issuer", "https://idp.acme.example", "--subject"]
        let config = ["--config", shell.path("server.yaml")]
        let unlink = ["customer", "unlink"] + identity + ["alice-sub"] + config
        #expect(await shell.runBare(unlink).status == 0)
        #expect(await shell.runBare(unlink).status == 1)
        let link = ["customer", "link", "c_alice"] + identity + ["alice-new"] + config
        #expect(await shell.runBare(link).status == 0)
        #expect(await shell.runBare(link).status == 1)
        #expect(await shell.run("customer", "show", "c_alice").out.contains("alice-new"))
    }

    @Test func `a customer's name at JSM is changed by hand, and what it means is said before`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        try await shell.signInAlice()
        try await shell.tellSite(of: Shell.session, as: "alice@acme.example")
        let before = await shell.run("customer", "show", "c_alice").out
        #expect(before.contains("name at JSM: alice@acme.example\n"))
        #expect(before.contains("told: openid/portal of session s_alice under the name alice@acme.example, first "))
        let no = await shell.run("customer", "rename", "c_alice", "alice.new@acme.example", answer: "no")
        #expect(no.status == 1 && no.out.isEmpty)
        #expect(no.error.contains("JSM knows c_alice as alice@acme.example. Under the name alice.new@acme.example it"))
        #expect(no.error.contains("unless the account in JSM is renamed too"))
        #expect(no.error.contains("Rename c_alice from alice@acme.example to alice.new@acme.example? [yes/no]"))
        #expect(await shell.run("customer", "show", "c_alice").out == before)
        let yes = await shell.run("customer", "rename", "alice@acme.example", "alice.new@acme.example", "--yes")
        #expect(yes.status == 0, "\(yes.error)")
        #expect(await shell.run("customer", "show", "c_alice").out.contains("name at JSM: alice.new@acme.example\n"))
        let events = await shell.run("audit", "export", "--kind", "customer.renamed").out
        #expect(events.contains("administrator:\(NSUserName())") && !events.contains("alice.new"))
        let again = await shell.run("customer", "rename", "c_alice", "alice.new@acme.example", "--yes")
        #expect(again.status == 0 && again.error.contains("as alice.new@acme.example already"))
        let json = await shell.run("customer", "show", "c_alice", "--json").out
        #expect(
            json.contains("\"portalName\" : \"alice.new@acme.example\"") && json.contains("\"facade\" : \"openid\""))
    }

    @Test func `a name that is foreign, taken or no address is refused`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        try await shell.signInAlice()
        #expect(await shell.run("customer", "show", "c_alice").out.contains("name at JSM: -\n"))
        let rename = ["customer", "rename", "c_alice"]
        let config = ["--yes", "--config", shell.path("server.yaml")]
        #expect(await shell.runBare(rename + ["alice"] + config).status == 2)
        let foreign = await shell.runBare(rename + ["alice@globex.example"] + config)
        #expect(foreign.status == 1 && foreign.error.contains("the customer's organization does not own this address"))
        try await shell.addCustomer("c_bob", "bob@acme.example", named: "bob@acme.example")
        let taken = await shell.runBare(rename + ["bob@acme.example"] + config)
        #expect(taken.status == 1 && taken.error.contains("JSM knows somebody else by this address"))
        #expect(await shell.runBare(["customer", "rename", "c_none", "x@acme.example"] + config).status == 1)
        #expect(await shell.run("customer", "show", "c_alice").out.contains("name at JSM: -\n"))
    }

    // MARK: One login

    @Test func `a login is explained from its reference in any spelling`() async throws {
        let shell = try Shell()
        try await shell.signInAlice()
        let story = await shell.run("login", "explain", "O1AB-CDEF-GHL2")
        #expect(story.status == 0)
        let lines = story.out.split(separator: "\n").map(String.init)
        #expect(lines.count == 5 && lines[0].hasPrefix("01AB-CDEF-GH12, "))
        #expect(lines[1] == "+0.00 s  A browser without a session began a login for site portal.")
        #expect(
            lines[2]
                == "+1.50 s  It was sent to connection acme-staff of acme, because the e-mail that was typed belongs there."
        )
        #expect(
            lines[3]
                == "+2.00 s  A check refused the login: signature_invalid at connection acme-staff (=no key verified the ID token)."
        )
        #expect(
            lines[4]
                == "+9.00 s  alice@acme.example (customer c_alice) signed in through acme-staff of acme and got session s_alice, e-mail evidence idpVerified, 3 groups (complete)."
        )
        #expect(await shell.run("login", "explain", "not-a-reference").status == 2)
    }

    // MARK: Secrets

    @Test func `no command prints a secret`() async throws {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        try await shell.signInAlice()
        for command in [
            ["export"], ["connection", "status", "--offline"], ["keys", "list"], ["keys", "export", "--pem"],
            ["audit", "tail", "--personal"], ["audit", "export"], ["customer", "export", "c_alice"],
            ["sessions", "list", "--json"], ["config", "check"], ["audit", "head"],
        ] {
            let result = await shell.runBare(command + ["--config", shell.path("server.yaml")])
            #expect(result.status == 0, "\(command): \(result.error)")
        }
        for secret in [Shell.secret, Shell.kek, "PRIVATE KEY", "sealedPrivateKey"] {
            #expect(!shell.transcript.contains(secret), "\(secret)")
        }
    }
}
