import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation

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
        // Before the store is opened: a file that cannot be read leaves not even an empty one behind.
        let context = CommandContext.current
        let document = try ResourceDocument.load(
            file, providers: try ProviderRegistry(context.providers), facades: try FacadeRegistry(context.facades))
        let work = { (installation: Installation, output: Output) in
            do {
                try checkHosts(document, installation.configuration)
                if prune, !dryRun { try await confirmDeletions(document, installation) }
                let changes = try await apply(document, isDryRun: dryRun, installation)
                // A facade's first key, so that its certificate can be carried to JSM at once.
                if !dryRun { try await installation.engine.keys.maintain() }
                report(changes, to: output)
            } catch let error as SettingsError {
                throw document.located(error)
            }
        }
        if dryRun { try await options.look(work) } else { try await options.change(work) }
    }

    /// A Cloud site is elsewhere by nature.
    ///
    /// Nothing of ours stands before it, and its people come through a facade.
    private func checkHosts(
        _ document: ResourceDocument, _ configuration: ServerConfiguration
    ) throws(SettingsError) {
        let own = URL(string: configuration.engine.publicURL)?.host()
        let problems = document.wanted.sites.enumerated().compactMap { position, site -> SettingsError.Problem? in
            guard site.kind == .cloud, site.facades.isEmpty, URL(string: site.origin)?.host() != own else { return nil }
            return .init(
                path: ["sites", String(position), "origin"],
                text: "sign-in happens at \(own ?? "publicURL"); "
                    + "a cloud site needs a facade, through which its people sign in")
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
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
