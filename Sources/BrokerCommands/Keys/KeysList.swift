import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule keys list`.
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List signing keys and the own keys of connections.")

    @OptionGroup var options: StoreOptions

    @Option(name: .long, help: "Only keys of this use.")
    var use: StoredKey.Use?

    @Option(name: .long, help: "Only the own keys of this connection.")
    var connection: String?

    func run() async throws {
        try await options.read { installation, output in
            var table = Table("use", "id", "algorithm", "state", "published", "activated", "retired")
            for use in use.map({ [$0] }) ?? (connection == nil ? StoredKey.Use.allCases : []) {
                for key in try await installation.engine.keys.list(use) {
                    table.add(
                        use.rawValue, key.id, key.algorithm, key.state.rawValue, key.publishedAt.rfc3339,
                        key.activatedAt?.rfc3339, key.retiredAt?.rfc3339)
                }
            }
            let ofConnections = use == nil ? try await installation.engine.connectionKeys.list() : []
            for key in ofConnections where connection == nil || key.connection.rawValue == connection {
                table.add(
                    "connection \(key.connection)", key.id, key.algorithm.rawValue, key.state.rawValue,
                    key.madeAt.rfc3339, key.activatedAt?.rfc3339, key.retiredAt?.rfc3339)
            }
            table.print(to: output, asJSON: options.json, whenEmpty: "there are no keys yet; serve makes them")
        }
    }
}
