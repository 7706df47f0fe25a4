import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer erase`.
struct CustomerErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase a customer's personal data, also from the past of the audit log.",
        discussion: """
            Names, e-mails and identities go, sessions end, and the key of their sealed audit data is destroyed. The \
            pseudonym stays, and the audit log still verifies. This cannot be undone.
            """)

    @OptionGroup var options: StoreOptions
    @OptionGroup var confirmation: ConfirmOption
    @OptionGroup var argument: CustomerArgument

    func run() async throws {
        try await options.change { installation, output in
            let customer = try await installation.customer(argument.customer).customer
            try confirmation.confirm("Erase \(customer.email?.description ?? customer.id.rawValue) for good?")
            try await installation.engine.customers.erase(customer.id, actor: .operatorHere)
            output.line("\(customer.id) is erased")
        }
    }
}
