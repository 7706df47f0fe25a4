import Foundation
import Testing

/// `gate report`, `break-glass` and `posture` as operators type them.
struct OperatorReportTests {
    private func shell() async throws -> Shell {
        let shell = try Shell()
        try shell.write(
            "resources.yaml",
            """
            organizations:
              - {id: acme, name: Acme, domains: [acme.example]}
            sites:
              - id: portal
                kind: data-center
                origin: https://support.example
                access: {enforcement: observe}
            """)
        let applied = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(applied.status == 0, "\(applied.error)")
        return shell
    }

    @Test func `an emergency is opened, listed, reported as an open door, and closed once`() async throws {
        let shell = try await shell()
        let opened = await shell.run("break-glass", "open", "--for", "30m", "--reason", "the IdP is down")
        #expect(opened.status == 0, "\(opened.error)")
        #expect(opened.out.contains("address: https://support.example/vestibule/break-glass"))
        let reference = try #require(opened.out.firstMatch(of: #/reference: (\S+)/#)?.1)
        let code = try #require(opened.out.firstMatch(of: #/browser: (\S+)/#)?.1)
        let list = await shell.run("break-glass", "list")
        #expect(list.out.contains(reference) && list.out.contains("the IdP is down") && !list.out.contains(code))
        let report = await shell.run("gate", "report")
        #expect(report.status == 0, "\(report.error)")
        #expect(report.out.contains("the IdP is down") && report.out.contains("the site only observes"))
        #expect(await shell.run("break-glass", "close", String(reference)).status == 0)
        #expect(await shell.run("break-glass", "close", String(reference)).status == 1)
        #expect(await shell.run("gate", "report").out.contains("the IdP is down") == false)
    }

    @Test(arguments: [["--for", "13h", "--reason", "x"], ["--for", "soon", "--reason", "x"], ["--reason", " "]])
    func `an emergency without end or reason is not opened`(_ arguments: [String]) async throws {
        let shell = try await shell()
        #expect(
            await shell.runBare(
                ["break-glass", "open"] + arguments + ["--config", shell.path("server.yaml")]
            ).status == 2)
        #expect(await shell.run("break-glass", "list").out.isEmpty)
    }

    @Test func `a report is JSON for a script, and of a site that is there`() async throws {
        let shell = try await shell()
        let report = await shell.run("gate", "report", "--json")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.out.utf8)) as? [String: Any])
        #expect(json["site"] as? String == "portal" && (json["doors"] as? [Any])?.count == 1)
        #expect(await shell.run("gate", "report", "--site", "other").status == 1)
    }

    @Test func `posture says that it must be told where JSM is, and fails nothing that it cannot ask`() async throws {
        let shell = try await shell()
        #expect(await shell.run("posture", "portal").status == 2)
        let unheard = await shell.run("posture", "portal", "--url", "https://127.0.0.1:9")
        #expect(unheard.status == 0, "\(unheard.error)")
        #expect(unheard.out.contains("UNKNOWN  login-free") && !unheard.out.contains("PASS  login-free"))
    }
}
