import Broker
import BrokerEngine
import BrokerRuntime
import Foundation
import Synchronization
import Testing

struct ConnectionTestTests {
    private func shell(_ email: String = "email: ada@acme.example, ", isEnabled: Bool = true) async throws -> Shell {
        let shell = try Shell()
        try shell.write(
            "resources.yaml",
            """
            organizations:
              - {id: acme, name: Acme, domains: [acme.example]}
            connections:
              - id: hq
                organization: acme
                kind: badge
                name: HQ
                enabled: \(isEnabled)
                mapping: [{attribute: colour, claim: colour, values: first}, {attribute: tint, claim: colour}]
                settings: {\(email)building: "https://hq.acme.example", entry: key}
            sites:
              - {id: portal, kind: data-center, origin: "https://support.example"}
            """)
        let applied = await shell.run("apply", "-f", shell.path("resources.yaml"))
        #expect(applied.status == 0, "\(applied.error)")
        return shell
    }

    /// What the operator's browser and a running server do: open the address, answer.
    private static func walk(_ shell: Shell, _ written: String) async throws {
        let address = try #require(written.split(separator: "\n").first { $0.contains("/vestibule/test-login/") })
        let installation = try shell.installation()
        try await installation.engine.start()
        let tests = installation.engine.tests
        let opened = try await tests.open(ticket: String(address.split(separator: "/").last ?? ""), locales: [])
        guard case .turn(.step(_, let connection, let state)) = opened.next else { return await installation.close() }
        _ = try await tests.complete(
            LoginReturn(
                connection: connection,
                callback: try LoginCallback(
                    method: .post, endpoint: .answer, rawQuery: Data(),
                    rawBody: Data("transaction=\(state.reveal())".utf8)), binding: { _ in opened.binding.reveal() }))
        await installation.close()
    }

    @Test func `what arrived is printed claim by claim, with what the mapping made of it`() async throws {
        let shell = try await shell()
        let test = await shell.run("connection", "test", "hq") { [shell] in try await Self.walk(shell, $0) }
        #expect(test.status == 0, "\(test.error)")
        #expect(test.error.contains("https://support.example/vestibule/test-login/"))
        for text in [
            "subject           badge-1", "e-mail            ada@acme.example", "e-mail evidence   idpVerified",
            "groups            overage, 1: staff", "colour     red", "tint       not mapped: ",
            "id_token  id_token  (not shown)",
            "a real login would be admitted, as a new customer, to: portal",
        ] { #expect(test.out.contains(text), "\(text) in \(test.out)") }
        #expect(!shell.transcript.contains(BadgeProvider.token) && !shell.transcript.contains("\u{1B}"))
        #expect(await shell.run("customer", "list").out.isEmpty)
        #expect(await shell.run("sessions", "list").out.isEmpty)
        let events = await shell.run("audit", "export").out
        #expect(events.contains("connection.test_started") && events.contains("connection.tested"))
        #expect(events.contains("administrator:\(NSUserName())") && !events.contains("login.succeeded"))
        #expect(await shell.run("audit", "verify").status == 0)
    }

    @Test func `as JSON it is the same, for a script`() async throws {
        let shell = try await shell()
        let test = await shell.run("connection", "test", "hq", "--json") { [shell] in try await Self.walk(shell, $0) }
        let report = try #require(try JSONSerialization.jsonObject(with: Data(test.out.utf8)) as? [String: Any])
        #expect(report["admitted"] as? Bool == true && report["connection"] as? String == "hq")
        #expect((report["attributes"] as? [String: [String]])?["colour"] == ["red"])
        #expect(!test.out.contains(BadgeProvider.token))
    }

    @Test func `a disabled connection is tested, which is when one tests`() async throws {
        let shell = try await shell(isEnabled: false)
        let test = await shell.run("connection", "test", "hq") { [shell] in try await Self.walk(shell, $0) }
        #expect(test.status == 0)
        #expect(test.out.contains("a real login would be refused\n  connection_disabled: it is disabled"))
    }

    @Test func `what is refused comes with its cause, and the exit status says so`() async throws {
        let nobody = try await shell("")
        let failed = await nobody.run("connection", "test", "hq") { [nobody] in try await Self.walk(nobody, $0) }
        #expect(failed.status == 1 && failed.out.contains("upstream_error: nobody came (badge_missing)"))
        let foreign = try await shell("email: ada@other.example, ")
        let refused = await foreign.run("connection", "test", "hq") { [foreign] in try await Self.walk(foreign, $0) }
        #expect(refused.status == 1 && refused.out.contains("email_domain_not_owned"))
    }

    @Test func `a test that nobody walks is cancelled, and its address is dead`() async throws {
        let shell = try await shell()
        let address = Mutex("")
        let stopped = await shell.run("connection", "test", "hq") { written in
            address.withLock { $0 = written }
            throw CancellationError()
        }
        #expect(stopped.status == 1 && stopped.out.isEmpty)
        await #expect(throws: LoginFailure.self) { try await Self.walk(shell, address.withLock { $0 }) }
    }

    @Test func `a connection that is not there and an odd time to wait are refused`() async throws {
        let shell = try await shell()
        #expect(await shell.run("connection", "test", "none").status == 1)
        #expect(await shell.run("connection", "test", "hq", "--timeout", "601").status == 2)
    }
}
