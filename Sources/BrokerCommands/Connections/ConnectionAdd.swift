import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule connection add`.
struct ConnectionAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a connection, asking only for what its kind needs.",
        discussion: """
            At a terminal it asks for what --set leaves open, with help and an example, and checks each answer at once. \
            Elsewhere everything comes from options, and what is missing is named. A secret is given as the place where \
            it is kept, env:NAME or file:PATH. What is made is printed as apply reads it, and applied as apply does; a \
            connection that exists is never touched. Settings of nested forms: --set groups.scope=direct.
            """)

    @OptionGroup var options: StoreOptions

    @Option(help: "The kind of identity provider.") var kind: String?
    @Option(help: "The organization whose people sign in through it.") var organization: String?
    @Option(help: "The connection's id, also in its callback URL; ORGANIZATION-KIND unless said.") var id: String?
    @Option(help: "Its name on the picker; the organization's unless said.") var name: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("One setting.", valueName: "key=value")) var given: [String] =
        []
    @Flag(help: "Make it disabled: nobody can sign in through it until it was tested and enabled.") var disabled = false
    @Flag(name: .long, help: "Say what would be made and leave it.") var dryRun = false

    func run() async throws {
        let context = CommandContext.current
        let registry = try ProviderRegistry(context.providers)
        let stored = try await options.read { installation, _ in try await installation.engine.resources.export() }
        let draft = try ConnectionDraft(registry: registry, stored: stored, questions: Questions(context))
        var connection = try draft.connection(
            kind: kind, organization: organization, id: id, name: name, isEnabled: !disabled)
        guard let type = registry.type(of: connection.kind) else { throw CommandFailure("no such kind", .usage) }
        var interview = SettingsInterview(
            kind: connection.kind, form: type.form, given: try settings(), questions: draft.questions)
        connection.settings = try interview.run()
        let work = { [connection] (installation: Installation, output: Output) in
            let made = try await make(connection, &interview, installation, output)
            try await report(made, installation, output)
        }
        if dryRun { try await options.look(work) } else { try await options.change(work) }
    }

    private func settings() throws -> [String: String] {
        var settings: [String: String] = [:]
        for text in given {
            let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty else {
                throw CommandFailure("--set takes KEY=VALUE", .usage)
            }
            guard settings.updateValue(String(pair[1]), forKey: String(pair[0])) == nil else {
                throw CommandFailure("--set \(pair[0]) is there twice", .usage)
            }
        }
        return settings
    }

    /// Applies the connection; what its module objects to is asked for again.
    private func make(
        _ draft: Connection, _ interview: inout SettingsInterview, _ installation: Installation, _ output: Output
    ) async throws -> Connection {
        var connection = draft
        while true {
            do {
                let wanted = WantedResources(connections: [connection])
                let changes = try await installation.engine.resources.apply(
                    wanted, prune: false, isDryRun: true, actor: .operatorHere)
                guard changes.first?.action == .create else {
                    throw CommandFailure("connection \(connection.id) exists; change it with apply")
                }
                if !dryRun {
                    _ = try await installation.engine.resources.apply(
                        wanted, prune: false, isDryRun: false, actor: .operatorHere)
                }
                return connection
            } catch let error as SettingsError {
                let keys = Set(error.problems.compactMap(Self.settingsKey))
                let problems = error.problems.map(Self.text).joined(separator: "\n")
                guard interview.questions.canAsk, !keys.isEmpty else { throw CommandFailure(problems, .usage) }
                output.note(problems)
                interview.again = keys
                connection.settings = try interview.run()
            }
        }
    }

    /// The top key of a problem in the settings, such as `connections.0.settings.issuer`.
    private static func settingsKey(_ problem: SettingsError.Problem) -> String? {
        let path = problem.path
        return path.count > 3 && path[2] == "settings" ? path[3] : nil
    }

    private static func text(_ problem: SettingsError.Problem) -> String {
        let path = problem.path.dropFirst(2).joined(separator: ".")
        return path.isEmpty ? problem.text : "\(path): \(problem.text)"
    }

    private func report(_ made: Connection, _ installation: Installation, _ output: Output) async throws {
        if !dryRun { try await installation.engine.live.reload() }
        let places = try await VendorPlaces(of: made, in: installation)
        guard !options.json else { return output.json(places.json) }
        let document = ResourceDocument.write(WantedResources(connections: [made]))
        output.document(
            document.split(separator: "\n").filter { $0 != "organizations: []" && $0 != "sites: []" }
                .joined(separator: "\n"))
        output.note(places.lines.joined(separator: "\n"))
        output.note(
            dryRun
                ? "nothing was changed: this was a dry run"
                : "made; check it with: vestibule connection lint \(made.id), and try it with: vestibule connection test "
                    + "\(made.id)")
    }
}
