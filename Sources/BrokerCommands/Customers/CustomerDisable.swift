import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer disable`.
struct CustomerDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Sign a customer out everywhere and let them in no more, until enabled again."
    )

    @OptionGroup var options: StoreOptions
    @OptionGroup var argument: CustomerArgument

    func run() async throws {
        try await options.change { installation, output in
            let id = try await installation.customer(argument.customer).customer.id
            try await installation.engine.customers.setStatus(.disabled, of: id, actor: .operatorHere)
            output.line("\(id) is disabled")
        }
    }
}
