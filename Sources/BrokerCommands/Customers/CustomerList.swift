import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer list`.
struct CustomerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List customers.")

    @OptionGroup var options: StoreOptions

    @Option(name: .long, help: "Only of this organization.")
    var organization: String?

    @Option(name: .long, help: "Only where name or e-mail has this text.")
    var matching: String?

    @Option(name: .long, help: "At most so many.")
    var limit = 100

    @Option(name: .long, help: "Go on after this customer id.")
    var after: String?

    func run() async throws {
        try await options.read { installation, output in
            let customers = try await installation.engine.customers.list(
                organization: organization.map { OrganizationID(rawValue: $0) }, matching: matching,
                after: after.map { CustomerID(rawValue: $0) }, limit: max(1, limit))
            var table = Table("customer", "status", "organization", "email", "name", "signedIn")
            for customer in customers {
                table.add(
                    customer.id.rawValue, customer.status.rawValue, customer.organization.rawValue,
                    customer.email?.description, customer.displayName, customer.lastLoginAt?.rfc3339)
            }
            table.print(to: output, asJSON: options.json, whenEmpty: "no customers")
        }
    }
}
