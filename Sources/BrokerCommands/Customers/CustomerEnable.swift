import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer enable`.
struct CustomerEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a disabled customer sign in again.")

    @OptionGroup var options: StoreOptions
    @OptionGroup var argument: CustomerArgument

    func run() async throws {
        try await options.change { installation, output in
            let id = try await installation.customer(argument.customer).customer.id
            try await installation.engine.customers.setStatus(.active, of: id, actor: .operatorHere)
            output.line("\(id) is active")
        }
    }
}
