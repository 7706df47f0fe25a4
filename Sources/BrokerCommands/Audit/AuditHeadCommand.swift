import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule audit head`.
struct AuditHeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "Print the newest signed head, to be kept where the store cannot be reached.")

    @OptionGroup var options: StoreOptions

    func run() async throws {
        try await options.read { installation, output in
            guard let head = try await installation.engine.environment.store.read({ try $0.lastAuditHead() }) else {
                throw CommandFailure("no head was signed yet")
            }
            output.line(head.signature)
        }
    }
}
