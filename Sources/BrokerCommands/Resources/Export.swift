import ArgumentParser
import BrokerEngine
import BrokerRuntime

/// `vestibule export`.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write organizations, connections and sites as a file that apply reads.",
        discussion: "Secrets are references there too. Applying what was exported changes nothing.")

    @OptionGroup var options: StoreOptions

    func run() async throws {
        try await options.read { installation, output in
            output.document(ResourceDocument.write(try await installation.engine.resources.export()))
        }
    }
}
