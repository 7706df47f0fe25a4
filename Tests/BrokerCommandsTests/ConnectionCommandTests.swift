import Foundation
import Testing

struct ConnectionCommandTests {
    private static let day = 86400

    /// A shell with one connection of the module under the test's hand.
    private func shell(_ settings: String = "{}", isEnabled: Bool = true) async throws -> Shell {
        let shell = try Shell()
        try shell.write(
            "resources.yaml",
            """
            organizations:
              - {id: acme, name: Acme, domains: [acme.example]}
            connections:
              - {id: acme-saml, organization: acme, kind: keyed, name: Acme, enabled: \(isEnabled), settings: \(settings)}
            """)
        let applied = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(applied.status == 0, "\(applied.error)")
        return shell
    }

    private func rows(_ shell: Shell) async throws -> [[String: Any]] {
        let json = await shell.run("connection", "status", "--json").out
        return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    }

    // MARK: Status

    @Test func `trusted keys are shown with id, algorithm and the end of their certificate`() async throws {
        let shell = try await shell("{certificateEndsIn: \(400 * Self.day)}")
        let status = await shell.run("connection", "status")
        #expect(status.status == 0)
        #expect(status.out.contains("2026-05-28T20:26:40"))
        let key = try #require(status.out.split(separator: "\n").last)
        #expect(key.hasPrefix("acme-saml") && key.contains("c0ffee") && key.contains("RSA-SHA256"))
        #expect(!status.out.contains("warning"))
        let report = try #require(try await rows(shell).first)
        let keys = try #require(report["keys"] as? [[String: Any]])
        #expect(keys.first?["id"] as? String == "c0ffee" && keys.first?["notAfter"] is String)
        #expect(report["lastGood"] is String && report["loads"] as? Bool == true)
    }

    @Test func `a certificate that ends soon or has ended is a warning and no failure`() async throws {
        let soon = try await shell("{certificateEndsIn: \(12 * Self.day + 3600)}").run("connection", "status")
        #expect(soon.status == 0)
        #expect(soon.out.contains("warning: certificate c0ffee ends in 12 days; ask the IdP for the next one"))
        let ended = try await shell("{certificateEndsIn: -1}").run("connection", "status")
        #expect(ended.status == 0 && ended.out.contains("warning: certificate c0ffee has ended on "))
    }

    @Test func `a problem is an error with the last good time beside it`() async throws {
        let shell = try await shell("{problem: it is away}")
        let status = await shell.run("connection", "status")
        #expect(status.status == 1)
        #expect(status.out.contains("error: it is away") && status.out.contains("2026-05-28T20:26:40"))
        #expect(try await rows(shell).first?["problem"] as? String == "it is away")
    }

    @Test func `an exception is shown as active with its day, and as expired afterwards`() async throws {
        let active = try await shell("{exceptionEndsIn: \(9 * Self.day)}").run("connection", "status", "--offline")
        #expect(active.status == 0)
        #expect(active.out.contains("warning: exception sha1 is active until 2"))
        #expect(active.out.split(separator: "\n").last?.hasSuffix("active") == true)
        let shell = try await shell("{exceptionEndsIn: -1}")
        let expired = await shell.run("connection", "status", "--offline")
        #expect(!expired.out.contains("warning"))
        #expect(expired.out.split(separator: "\n").last?.hasSuffix("expired") == true)
        let exceptions = try await rows(shell).first?["exceptions"] as? [[String: Any]]
        #expect(exceptions?.first?["active"] as? Bool == false)
        #expect(await shell.run("audit", "export", "--kind", "connection.exception").out.contains("sha1"))
    }

    // MARK: Metadata

    @Test(arguments: [true, false])
    func `metadata is printed as it is published, enabled or not`(isEnabled: Bool) async throws {
        let printed = try await shell(isEnabled: isEnabled).run("connection", "metadata", "acme-saml")
        #expect(printed.status == 0 && printed.error.isEmpty)
        #expect(
            printed.out.wholeMatch(
                of: #/<sp acs="https://support\.example/vestibule/cb/acme-saml">(<key>[0-9a-f]{64}</key>){2}</sp>\n/#)
                != nil, "\(printed.out)")
    }

    @Test func `what publishes nothing, is not there or fails ends with 1 and says why`() async throws {
        let shell = try await shell("{failsToPublish: true}")
        let failed = await shell.run("connection", "metadata", "acme-saml")
        #expect(failed.status == 1 && failed.out.isEmpty && failed.error.contains("the entityID is odd"))
        #expect(await shell.run("connection", "metadata", "none").status == 1)
        let other = try Shell()
        await other.run("apply", "-f", other.path("resources.yaml"))
        let nothing = await other.run("connection", "metadata", "acme-staff")
        #expect(nothing.status == 1 && nothing.error.contains("kind oidc publish nothing"))
    }

    // MARK: Keys

    @Test func `a connection's keys are listed and rotated, and the rotation is recorded`() async throws {
        let shell = try await shell()
        let before = await shell.run("keys", "list", "--connection", "acme-saml").out.split(separator: "\n")
        #expect(before.count == 3 && before[1].hasPrefix("connection acme-saml"))
        let rotated = await shell.run("keys", "rotate", "--connection", "acme-saml")
        #expect(rotated.status == 0)
        let states = rotated.out.split(separator: "\n").map { $0.split(separator: " ")[0] }
        #expect(states.sorted() == ["active", "next", "retired"])
        let events = await shell.run("audit", "export", "--kind", "connection.keys_rotated").out
        #expect(events.contains("administrator:\(NSUserName())"))
        #expect(await shell.run("audit", "verify").status == 0)
        #expect(!shell.transcript.contains("PRIVATE KEY"))
    }

    @Test func `a rotation of what has no keys, and options that do not fit, are refused`() async throws {
        let shell = try await shell()
        #expect(await shell.run("keys", "rotate", "--connection", "none").status == 1)
        #expect(await shell.run("keys", "rotate", "--connection", "acme-saml", "--now").status == 2)
        #expect(await shell.run("keys", "rotate", "--connection", "acme-saml", "--use", "audit").status == 2)
    }
}
