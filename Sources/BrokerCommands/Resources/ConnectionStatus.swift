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
            let resources = try await installation.engine.resources.export()
            let chosen = resources.connections.filter { connection == nil || $0.id.rawValue == connection }
            guard !chosen.isEmpty || connection == nil else { throw CommandFailure("there is no such connection") }
            let enabled = Set(resources.organizations.filter(\.isEnabled).map(\.id))
            var table = Table("connection", "kind", "organization", "enabled", "loads", "keys", "finding")
            var hasErrors = false
            for connection in chosen {
                let report = await inspect(connection, with: installation)
                let isEnabled = connection.isEnabled && enabled.contains(connection.organization)
                hasErrors = hasErrors || (isEnabled && report.hasError)
                for finding in report.findings.isEmpty ? [nil] : report.findings.map(Optional.some) {
                    table.add(
                        connection.id.rawValue, connection.kind.rawValue, connection.organization.rawValue,
                        isEnabled ? "yes" : "no", report.loads ? "yes" : "no", report.keys.map(String.init), finding)
                }
            }
            table.print(to: output, asJSON: options.json, whenEmpty: "there are no connections")
            return hasErrors
        }
        if hasErrors { throw CommandFailure("an enabled connection has errors") }
    }

    private struct Report {
        var loads = true
        var keys: Int?
        var findings: [String] = []
        var hasError = false
    }

    private func inspect(_ connection: Connection, with installation: Installation) async -> Report {
        var report = Report()
        let provider: any IdentityProvider
        do throws(SettingsError) {
            provider = try installation.engine.connections.provider(for: connection)
        } catch {
            return Report(loads: false, findings: error.problems.map(\.description), hasError: true)
        }
        guard !offline else { return report }
        if let refresher = provider as? any TrustRefresher {
            let status = await refresher.refreshTrust()
            report.keys = status.keys.count
            if let problem = status.problem {
                report.findings.append("error: \(problem)")
                report.hasError = true
            }
        }
        if let linter = provider as? any SettingsLint {
            for finding in await linter.lint() {
                let place = finding.path.isEmpty ? "" : "\(finding.path.joined(separator: ".")): "
                report.findings.append("\(finding.severity.rawValue): \(place)\(finding.text)")
                report.hasError = report.hasError || finding.severity == .error
            }
        }
        return report
    }
}

extension SettingsError.Problem {
    fileprivate var description: String { "error: \(path.joined(separator: ".")): \(text)" }
}
