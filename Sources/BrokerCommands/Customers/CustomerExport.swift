import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule customer export`.
struct CustomerExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write everything that is held about a customer, as JSON, for them.",
        discussion: "The export itself is recorded in the audit log.")

    @OptionGroup var options: StoreOptions
    @OptionGroup var argument: CustomerArgument

    func run() async throws {
        try await options.change { installation, output in
            let id = try await installation.customer(argument.customer).customer.id
            let (record, events) = try await installation.engine.customers.export(id, actor: .operatorHere)
            guard case .object(var members) = record.document else { return }
            members["events"] = .array(events.map { AuditEntry($0.record, personal: $0.personal).document })
            output.json(.object(members))
        }
    }
}
