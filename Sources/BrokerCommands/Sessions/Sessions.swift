import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule sessions`.
struct Sessions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at live sessions, or end them.", subcommands: [SessionsList.self, SessionsRevoke.self])
}

/// Which sessions a command is about.
struct SessionOptions: ParsableArguments {
    @Option(name: .long, help: "All of a customer, by id or e-mail.")
    var customer: String?

    @Option(name: .long, help: "All that a connection opened.")
    var connection: String?

    @Option(name: .long, help: "All of an organization.")
    var organization: String?

    @Flag(name: .long, help: "Every session.")
    var all = false

    /// What was selected; nil where nothing was.
    func selection(_ session: String?, in installation: Installation) async throws -> SessionSelection? {
        var selections: [SessionSelection] = []
        if let session { selections.append(.session(SessionID(rawValue: session))) }
        if let customer { selections.append(.customer(try await installation.customer(customer).customer.id)) }
        if let connection { selections.append(.connection(ConnectionID(rawValue: connection))) }
        if let organization { selections.append(.organization(OrganizationID(rawValue: organization))) }
        if all { selections.append(.all) }
        guard selections.count <= 1 else { throw CommandFailure("select by one thing only", .usage) }
        return selections.first
    }
}
