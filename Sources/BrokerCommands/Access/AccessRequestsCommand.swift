import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule access requests`.
struct AccessRequestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests", abstract: "List who asked for a portal that the gate refused them.")

    @OptionGroup var options: StoreOptions

    @Option(name: .long, help: "Only of this site.")
    var site: String?

    @Option(name: .long, help: "Only from this moment: RFC 3339, a day, or how long ago (2h, 7d).")
    var since: Moment?

    func run() async throws {
        try await options.read { installation, output in
            let now = installation.engine.environment.time.now
            let filter = AuditFilter(kinds: [.accessRequested], from: since?.timestamp(at: now))
            var found: [AuditEntry] = []
            try await installation.forEachEvent(filter, personal: true) { entry in
                if site == nil || entry.member("site") == site { found.append(entry) }
            }
            var table = Table("at", "reference", "email", "organization", "site", "portal", "message")
            let emails = try await emails(of: Set(found.compactMap(\.record.customer)), installation)
            for entry in found {
                table.add(
                    entry.record.at.rfc3339, entry.record.reference?.displayed,
                    entry.record.customer.flatMap { emails[$0] } ?? entry.record.customer?.rawValue,
                    entry.record.organization?.rawValue, entry.member("site"), entry.facts["portal"],
                    message(of: entry))
            }
            table.print(to: output, asJSON: options.json, whenEmpty: "nobody has asked for access")
        }
    }

    /// In a row, a message is one line.
    private func message(of entry: AuditEntry) -> String? {
        guard let message = entry.personal?["message"] else { return nil }
        return options.json ? message : message.split(separator: "\n").joined(separator: " / ")
    }

    /// Who they are now; somebody who was erased stays a number.
    private func emails(
        of customers: Set<CustomerID>, _ installation: Installation
    ) async throws -> [CustomerID: String] {
        try await installation.engine.environment.store.read { reader in
            var emails: [CustomerID: String] = [:]
            for id in customers { emails[id] = try reader.customer(id)?.email?.description }
            return emails
        }
    }
}
