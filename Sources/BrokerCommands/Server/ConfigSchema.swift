import ArgumentParser
import Broker
import BrokerEngine
import BrokerRuntime

/// `vestibule config schema`.
struct ConfigSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a file, for editors.")

    enum File: String, ExpressibleByArgument, CaseIterable { case server, resources }

    @Argument(help: "Which file.")
    var file: File

    func run() throws {
        let context = CommandContext.current
        switch file {
        case .server: context.output.document(JSONSchema.server())
        case .resources:
            context.output.document(
                JSONSchema.resources(
                    try ProviderRegistry(context.providers), facades: try FacadeRegistry(context.facades)))
        }
    }
}
