import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel

/// `vestibule customer`.
struct Customers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "customer", abstract: "Look at customers, their identities and their data.",
        subcommands: [
            CustomerList.self, CustomerShow.self, CustomerLink.self, CustomerUnlink.self, CustomerDisable.self,
            CustomerEnable.self, CustomerRename.self, CustomerExport.self, CustomerErase.self,
        ])
}

/// The one customer that a command is about.
struct CustomerArgument: ParsableArguments {
    @Argument(help: "The customer, by id or e-mail.")
    var customer: String
}

/// The one identity that a command is about.
struct SubjectOptions: ParsableArguments {
    @Option(name: .long, help: "The connection that proves the identity.")
    var connection: String

    @Option(name: .long, help: "The issuer or entityID.")
    var issuer: String

    @Option(name: .long, help: "The subject, byte for byte.")
    var subject: String

    @Option(name: .long, help: "The tenant within the issuer, where the kind has tenants.")
    var tenant: String?

    var key: SubjectKey {
        SubjectKey(
            connection: ConnectionID(rawValue: connection), issuer: issuer, tenant: tenant, subject: subject)
    }
}
