import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule apply`.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring organizations, connections and sites to what a file says.",
        discussion: """
            Checks all of it first and changes what differs in one transaction; a second time nothing changes. What is \
            stored and not in the file stays, unless --prune. Sessions of what is disabled or deleted end at once.
            """)

    @OptionGroup var options: StoreOptions
    @OptionGroup var confirmation: ConfirmOption

    @Option(name: [.customShort("f"), .long], help: "The resources file.")
    var file: String

    @Flag(name: .long, help: "Say what would change and leave it.")
    var dryRun = false

    @Flag(name: .long, help: "Delete what is stored and not in the file.")
    var prune = false

    func run() async throws {
        try await options.change { installation, output in
            let document = try ResourceDocument.load(file, providers: installation.registry)
            do {
                if prune, !dryRun { try await confirmDeletions(document, installation) }
                let changes = try await apply(document, isDryRun: dryRun, installation)
                report(changes, to: output)
            } catch let error as SettingsError {
                throw document.located(error)
            }
        }
    }

    private func apply(
        _ document: ResourceDocument, isDryRun: Bool, _ installation: Installation
    ) async throws -> [ResourceChange] {
        try await installation.engine.resources.apply(
            document.wanted, prune: prune, isDryRun: isDryRun, actor: .operatorHere)
    }

    private func confirmDeletions(_ document: ResourceDocument, _ installation: Installation) async throws {
        let deletions = try await apply(document, isDryRun: true, installation).filter { $0.action == .delete }
        guard !deletions.isEmpty else { return }
        let names = deletions.map { "\($0.kind) \($0.id)" }.joined(separator: ", ")
        try confirmation.confirm("Delete \(names), and end the sessions that they opened?")
    }

    private func report(_ changes: [ResourceChange], to output: Output) {
        var table = Table("action", "kind", "id", "members")
        for change in changes {
            table.add(
                change.action.rawValue, change.kind, change.id,
                change.members.isEmpty ? nil : change.members.joined(separator: ","))
        }
        table.print(to: output, asJSON: options.json, whenEmpty: "nothing to change")
        if dryRun, !changes.isEmpty { output.note("nothing was changed: this was a dry run") }
    }
}
