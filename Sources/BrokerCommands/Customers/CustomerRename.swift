import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer rename`.
struct CustomerRename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Change the name under which JSM knows a customer.",
        discussion: """
            The name is fixed at the first sign-in to a site and does not follow the e-mail: to JSM another name is \
            another person, with none of the requests that the first one made. Rename the account in JSM too, at the \
            same time.
            """)

    @OptionGroup var options: StoreOptions
    @OptionGroup var confirmation: ConfirmOption
    @OptionGroup var argument: CustomerArgument

    @Argument(help: "The new name: an address that the customer's organization owns.")
    var address: String

    func run() async throws {
        guard let name = EmailAddress(typed: address) else {
            throw CommandFailure("\(address) is not an e-mail address", .usage)
        }
        try await options.change { installation, output in
            let record = try await installation.customer(argument.customer)
            let (id, before) = (record.customer.id, record.portalName?.description ?? "nobody yet")
            guard record.portalName != name else { return output.note("JSM knows \(id) as \(name) already") }
            output.note(
                "JSM knows \(id) as \(before). Under the name \(name) it sees another person at the next sign-in, "
                    + "without any request made so far, unless the account in JSM is renamed too.")
            try confirmation.confirm("Rename \(id) from \(before) to \(name)?")
            let old = try await installation.engine.customers.rename(id, to: name, actor: .operatorHere)
            output.line("\(id) is \(name) to JSM, and was \(old?.description ?? "nobody yet")")
        }
    }
}
