import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule sessions list`.
struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List live sessions, newest first.")

    @OptionGroup var options: StoreOptions
    @OptionGroup var sessions: SessionOptions

    @Option(name: .long, help: "At most so many.")
    var limit = 100

    func run() async throws {
        try await options.read { installation, output in
            let selection = try await sessions.selection(nil, in: installation) ?? .all
            var table = Table(
                "session", "customer", "organization", "connection", "site", "opened", "seen", "refreshed", "ends")
            for session in try await installation.engine.sessions.list(selection, limit: max(1, limit)) {
                table.add(
                    session.id.rawValue, session.customer.rawValue, session.organization.rawValue,
                    session.subject.connection.rawValue, session.site.rawValue, session.createdAt.rfc3339,
                    session.lastSeenAt.rfc3339, session.refresh.confirmedAt?.rfc3339,
                    min(session.idleDeadline, session.absoluteDeadline).rfc3339)
            }
            table.print(to: output, asJSON: options.json, whenEmpty: "no live sessions")
        }
    }
}
