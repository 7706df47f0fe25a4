import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule connection lint`.
struct ConnectionLint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Say what is wrong with a connection before a customer finds out.",
        discussion: """
            Loads it, asks its identity provider, reads its secrets and looks at what the organization owns. An error \
            means that logins fail, a warning that they will, or are weaker than they could be. Exit status 1 where \
            there is an error.
            """)

    @OptionGroup var options: StoreOptions

    @Argument(help: "The connection.") var connection: String?
    @Flag(help: "Every connection.") var all = false

    func validate() throws {
        guard all != (connection != nil) else { throw ValidationError("name a connection, or say --all") }
    }

    func run() async throws {
        let errors = try await options.read { installation, output in
            let engine = installation.engine
            try await engine.live.reload()
            let resources = engine.live.resources
            let chosen = resources.connections.values.filter { all || $0.id.rawValue == connection }
                .sorted { $0.id < $1.id }
            guard !chosen.isEmpty || all else { throw CommandFailure("there is no such connection") }
            var found: [(Connection, [LintFinding])] = []
            for connection in chosen { found.append((connection, await findings(of: connection, installation))) }
            print(found, to: output)
            return found.reduce(0) { sum, entry in sum + entry.1.count { $0.severity == .error } }
        }
        guard errors == 0 else { throw CommandFailure(errors == 1 ? "1 error" : "\(errors) errors") }
    }

    private func findings(of connection: Connection, _ installation: Installation) async -> [LintFinding] {
        let (engine, resources) = (installation.engine, installation.engine.live.resources)
        let own = EngineFindings(
            connection: connection, organization: resources.organizations[connection.organization],
            form: installation.registry.type(of: connection.kind)?.form, secrets: engine.environment.secrets,
            replacement: resources.replacement(of: connection.id)
        ).all
        let report = await ConnectionReport.make(
            of: connection, isEnabled: connection.isEnabled, with: engine, isOffline: false)
        let told = report.lintFindings(at: engine.environment.time.now)
        // A secret that cannot be read also keeps the module from loading; it is told once, where it is wrong.
        let known = Set(own.filter { $0.severity == .error }.map(\.path))
        return (own + told.filter { !known.contains($0.path) || $0.severity != .error })
            .enumerated().sorted { ($0.element.severity.rank, $0.offset) < ($1.element.severity.rank, $1.offset) }
            .map(\.element)
    }

    private func print(_ found: [(Connection, [LintFinding])], to output: Output) {
        var table = Table("connection", "severity", "setting", "finding")
        for (connection, findings) in found {
            for finding in findings {
                table.add(
                    connection.id.rawValue, finding.severity.rawValue,
                    finding.path.isEmpty ? nil : finding.path.joined(separator: "."), finding.text)
            }
        }
        table.print(to: output, asJSON: options.json, whenEmpty: "nothing is wrong")
    }
}

extension LintFinding.Severity {
    fileprivate var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
    }
}

extension ConnectionReport {
    /// What loading it and asking its identity provider found, paths from the connection's own members.
    func lintFindings(at now: Timestamp) -> [LintFinding] {
        (loadingProblems ?? []).map {
            LintFinding(.error, path: $0.path.isEmpty ? [] : ["settings"] + $0.path, text: $0.text)
        }
            + [trust?.problem].compactMap { $0 }.map { LintFinding(.error, path: [], text: $0) }
            + (trust?.keys ?? []).compactMap { CertificateEnd.warning(of: $0, at: now) }
            .map { LintFinding(.warning, path: [], text: $0) }
            + exceptions.filter { $0.until > now }.map {
                LintFinding(.warning, path: [], text: "exception \($0.name) is active until \($0.until.day)")
            }
            + lint.map {
                LintFinding($0.severity, path: $0.path.isEmpty ? [] : ["settings"] + $0.path, text: $0.text)
            }
    }
}
