import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer link`.
struct CustomerLink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Tie an identity to a customer by hand.",
        discussion: "Whoever proves this identity from now on is this customer. Be sure who that is.")

    @OptionGroup var options: StoreOptions
    @OptionGroup var argument: CustomerArgument
    @OptionGroup var subject: SubjectOptions

    func run() async throws {
        try await options.change { installation, output in
            let customer = try await installation.customer(argument.customer).customer
            let connections = try await installation.engine.resources.export().connections
            guard let connection = connections.first(where: { $0.id == subject.key.connection }) else {
                throw CommandFailure("there is no such connection")
            }
            guard connection.organization == customer.organization else {
                throw CommandFailure("the connection is of organization \(connection.organization), not the customer's")
            }
            try await installation.engine.customers.link(subject.key, to: customer.id, actor: .operatorHere)
            output.line("linked to \(customer.id)")
        }
    }
}
