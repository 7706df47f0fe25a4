import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation
import Testing

struct AuditCommandTests {
    private func prepared() async throws -> Shell {
        let shell = try Shell()
        await shell.run("apply", "-f", shell.path("resources.yaml"))
        try await shell.signInAlice()
        try await flush(shell)
        return shell
    }

    private var store: String { "vestibule.sqlite" }

    /// Has SQLite move everything into the one file, as an erasure does.
    private func flush(_ shell: Shell) async throws {
        let installation = try shell.installation()
        try await installation.engine.environment.store.write { try $0.deletePersonalKey("login/nothing") }
        await installation.close()
    }

    /// Puts an older copy of the file in place of the present one.
    private func restore(_ copy: Data, in shell: Shell) throws {
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: shell.path(store + suffix)) }
        try copy.write(to: URL(fileURLWithPath: shell.path(store)))
    }

    /// Replaces octets in the store's file, as somebody with access to the disk would.
    private func replace(_ old: Data, by new: Data, in shell: Shell) throws -> Int {
        precondition(old.count == new.count)
        let url = URL(fileURLWithPath: shell.path(store))
        var octets = try Data(contentsOf: url)
        var (count, start) = (0, octets.startIndex)
        while let found = octets.range(of: old, in: start..<octets.endIndex) {
            octets.replaceSubrange(found, with: new)
            (count, start) = (count + 1, found.upperBound)
        }
        try octets.write(to: url)
        return count
    }

    private func record(_ shell: Shell, _ kind: AuditKind) async throws -> AuditRecord {
        let installation = try shell.installation()
        let records = try await installation.engine.environment.store.read {
            try $0.auditRecords(AuditFilter(kinds: [kind]), limit: 1)
        }
        await installation.close()
        return try #require(records.first)
    }

    @Test func `a log that nobody touched is whole`() async throws {
        let shell = try await prepared()
        let verdict = await shell.run("audit", "verify")
        #expect(verdict.status == 0 && verdict.out.contains("the audit log is whole"))
    }

    @Test func `one edited octet of a body is found`() async throws {
        let shell = try await prepared()
        let count = try replace(Data("signature_invalid".utf8), by: Data("signature_invalie".utf8), in: shell)
        #expect(count == 1)
        let verdict = await shell.run("audit", "verify")
        #expect(verdict.status == 1 && verdict.error.contains("was edited"))
    }

    @Test func `a column that no longer says what the body says is found`() async throws {
        let shell = try await prepared()
        let record = try await record(shell, .loginRouted)
        // The kind stands once in the body and once beside it; only the second is changed.
        let body = Data(record.body.utf8)
        let url = URL(fileURLWithPath: shell.path(store))
        var octets = try Data(contentsOf: url)
        let place = try #require(octets.range(of: body))
        let name = Data("login.routed".utf8)
        let column = try #require(
            octets.range(of: name, in: octets.startIndex..<place.lowerBound)
                ?? octets.range(of: name, in: place.upperBound..<octets.endIndex))
        octets.replaceSubrange(column, with: Data("login.denied".utf8))
        try octets.write(to: url)
        let verdict = await shell.run("audit", "verify")
        #expect(verdict.status == 1)
    }

    @Test func `a chain that was computed anew is found by its signed head`() async throws {
        let shell = try await prepared()
        let installation = try shell.installation()
        let all = try await installation.engine.environment.store.read {
            try $0.auditRecords(AuditFilter(), limit: 100)
        }
        await installation.close()
        var previous: Data?
        for record in all {
            let body = record.body.replacing("signature_invalid", with: "signature_invalie")
            _ = try replace(Data(record.body.utf8), by: Data(body.utf8), in: shell)
            let hash = AuditChain.hash(
                sequence: record.sequence, previous: previous ?? record.previousHash, body: body)
            if hash != record.hash { _ = try replace(record.hash, by: hash, in: shell) }
            previous = hash
        }
        let verdict = await shell.run("audit", "verify")
        #expect(verdict.status == 1 && verdict.error.contains("head"), "\(verdict)")
    }

    @Test func `a tail that was cut is found with a head kept elsewhere`() async throws {
        let shell = try await prepared()
        let backup = try Data(contentsOf: URL(fileURLWithPath: shell.path(store)))
        await shell.run("sessions", "revoke", "s_alice")
        let head = await shell.run("audit", "head").out
        try shell.write("heads.log", "noise\n{\"message\":\"audit head\",\"audit_head\":\"\(head.dropLast())\"}\n")
        try restore(backup, in: shell)
        #expect(await shell.run("audit", "verify").status == 0)
        let verdict = await shell.run("audit", "verify", "--head", shell.path("heads.log"))
        #expect(verdict.status == 1 && verdict.error.contains("the tail was cut"))
    }

    @Test func `a log rewritten after a cut is found with a head kept elsewhere`() async throws {
        let shell = try await prepared()
        let backup = try Data(contentsOf: URL(fileURLWithPath: shell.path(store)))
        await shell.run("sessions", "revoke", "s_alice")
        try shell.write("head", await shell.run("audit", "head").out)
        try restore(backup, in: shell)
        await shell.run("customer", "disable", "c_alice")
        #expect(await shell.run("audit", "verify").status == 0)
        let verdict = await shell.run("audit", "verify", "--head", shell.path("head"))
        #expect(verdict.status == 1 && verdict.error.contains("rewritten"))
    }

    @Test func `a head that this installation did not sign is found`() async throws {
        let (shell, other) = (try await prepared(), try await prepared())
        try shell.write("head", await other.run("audit", "head").out)
        #expect(await shell.run("audit", "verify", "--head", shell.path("head")).status == 1)
        #expect(await shell.run("audit", "verify", "--head", shell.path("nothing")).status == 2)
    }

    @Test func `erasing a customer leaves the log whole and the person unreadable`() async throws {
        let shell = try await prepared()
        #expect(await shell.run("audit", "tail", "--personal").out.contains("alice@acme.example"))
        #expect(await shell.run("customer", "erase", "c_alice", answer: "no").status == 1)
        #expect(await shell.run("customer", "erase", "alice@acme.example", "--yes").status == 0)
        #expect(await shell.run("audit", "verify").status == 0)
        #expect(await !shell.run("audit", "tail", "-n", "1000", "--personal").out.contains("alice@acme.example"))
        #expect(await !shell.run("login", "explain", "01abcdefgh12").out.contains("alice@acme.example"))
        #expect(await shell.run("customer", "list").out.contains("erased"))
        let file = try Data(contentsOf: URL(fileURLWithPath: shell.path(store)))
        #expect(file.range(of: Data("alice@acme.example".utf8)) == nil)
    }

    @Test func `a customer's export holds their events and is recorded`() async throws {
        let shell = try await prepared()
        let export = await shell.run("customer", "export", "c_alice")
        #expect(export.status == 0 && export.out.contains("alice@acme.example"))
        #expect(export.out.contains("login.succeeded"))
        #expect(await shell.run("audit", "tail").out.contains("customer.exported"))
    }

    @Test func `events are filtered and written as JSON lines`() async throws {
        let shell = try await prepared()
        let lines = await shell.run("audit", "export", "--reference", "01ABCDEFGH12").out.split(separator: "\n")
        #expect(lines.count == 4)
        for line in lines { #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any]) }
        #expect(await shell.run("audit", "export", "--customer", "c_alice").out.contains("login.succeeded"))
        #expect(await shell.run("audit", "export", "--connection", "other").out.isEmpty)
        #expect(await !shell.run("audit", "export", "--from", "1h").out.isEmpty)
        #expect(await shell.run("audit", "export", "--to", "2020-01-01").out.isEmpty)
        #expect(await shell.run("audit", "export", "--kind", "login.nothing").status == 2)
        #expect(await shell.run("audit", "export", "--from", "yesterday").status == 2)
    }

    @Test func `CSV cells are quoted and none is a formula`() async throws {
        let shell = try await prepared()
        let installation = try shell.installation()
        try await installation.engine.audit.record(
            AuditEvent(.loginFailed, at: .init(seconds: 1), actor: .anonymous, code: "=1+1", facts: ["a": "x, \"y\""]))
        await installation.close()
        let rows = await shell.run("audit", "export", "--format", "csv").out.split(separator: "\n")
        #expect(rows.first?.hasPrefix("sequence,at,kind,actor,reference,") == true)
        let last = try #require(rows.last)
        #expect(last.contains(",'=1+1,") && last.hasSuffix("\"a=x, \"\"y\"\"\","))
    }

    @Test func `the catalogue has every kind`() async throws {
        let catalogue = try await Shell().runBare(["audit", "catalogue"]).out
        for kind in AuditKind.allCases { #expect(catalogue.contains(kind.rawValue)) }
    }
}
