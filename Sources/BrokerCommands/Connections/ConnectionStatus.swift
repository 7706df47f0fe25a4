import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule connection status`.
struct ConnectionStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Load connections, ask their identity providers, and say what is wrong.",
        discussion: "Exit status 1 where an enabled connection has an error.")

    @OptionGroup var options: StoreOptions

    @Argument(help: "The connection; all where none is named.")
    var connection: String?

    @Flag(name: .long, help: "Load only; ask nobody.")
    var offline = false

    func run() async throws {
        let hasErrors = try await options.read { installation, output in
            let engine = installation.engine
            // The keys of connections come from here.
            try await engine.live.reload()
            let resources = try await engine.resources.export()
            let chosen = resources.connections.filter { connection == nil || $0.id.rawValue == connection }
            guard !chosen.isEmpty || connection == nil else { throw CommandFailure("there is no such connection") }
            let enabled = Set(resources.organizations.filter(\.isEnabled).map(\.id))
            var reports: [ConnectionReport] = []
            for connection in chosen {
                reports.append(
                    await .make(
                        of: connection, isEnabled: connection.isEnabled && enabled.contains(connection.organization),
                        with: engine, isOffline: offline))
            }
            print(reports, at: engine.environment.time.now, to: output)
            return reports.contains { $0.isEnabled && $0.hasError }
        }
        if hasErrors { throw CommandFailure("an enabled connection has errors") }
    }

    private func print(_ reports: [ConnectionReport], at now: Timestamp, to output: Output) {
        guard !options.json else { return output.json(.array(reports.map { $0.json(at: now) })) }
        var connections = Table(
            "connection", "kind", "organization", "enabled", "loads", "keys", "last good", "finding")
        var (keys, exceptions) = (
            Table("connection", "trusted key", "algorithm", "certificate ends"),
            Table("connection", "exception", "until", "state")
        )
        for report in reports {
            let (id, findings) = (report.connection.id.rawValue, report.findings(at: now))
            for finding in findings.isEmpty ? [nil] : findings.map(Optional.some) {
                connections.add(
                    id, report.connection.kind.rawValue, report.connection.organization.rawValue,
                    report.isEnabled ? "yes" : "no", report.loadingProblems == nil ? "yes" : "no",
                    report.trust.map { String($0.keys.count) }, report.trust?.lastGood?.rfc3339, finding)
            }
            for key in report.trust?.keys ?? [] { keys.add(id, key.id, key.algorithm, key.notAfter?.rfc3339) }
            for exception in report.exceptions {
                exceptions.add(
                    id, exception.name, exception.until.day, exception.until > now ? "active" : "expired")
            }
        }
        connections.print(to: output, asJSON: false, whenEmpty: "there are no connections")
        for table in [keys, exceptions] where !table.rows.isEmpty {
            output.line()
            table.print(to: output, asJSON: false, whenEmpty: "")
        }
    }
}
