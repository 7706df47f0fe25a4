import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule connection metadata`.
struct ConnectionMetadata: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metadata", abstract: "Print what a connection publishes for its identity provider's operator.",
        discussion: "The same document as at {publicURL}/cb/<connection>/metadata, for an operator who wants a file.")

    @OptionGroup var options: StoreOptions

    @Argument(help: "The connection.")
    var connection: String

    func run() async throws {
        try await options.read { installation, output in
            let engine = installation.engine
            try await engine.live.reload()
            guard let connection = engine.live.resources.connections[ConnectionID(rawValue: connection)] else {
                throw CommandFailure("there is no such connection")
            }
            let document: PublishedDocument?
            do throws(LoginError) {
                document = try await engine.connections.metadata(of: connection)
            } catch {
                throw CommandFailure("\(error.code.rawValue): \(error.detail)")
            }
            guard let document else { throw CommandFailure("connections of kind \(connection.kind) publish nothing") }
            output.document(String(decoding: document.body, as: UTF8.self))
        }
    }
}
