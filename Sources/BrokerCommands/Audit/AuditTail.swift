import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule audit tail`.
struct AuditTail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tail", abstract: "Print the last events.")

    @OptionGroup var options: StoreOptions

    @Option(name: [.customShort("n"), .long], help: "How many.")
    var count = 20

    @Flag(name: .shortAndLong, help: "Go on with events as they come.")
    var follow = false

    @Flag(name: .long, help: "Open sealed personal data too.")
    var personal = false

    func run() async throws {
        try await options.read { installation, output in
            let last = try await installation.engine.environment.store.read { try $0.lastAuditRecord()?.sequence } ?? 0
            var filter = AuditFilter(after: max(0, last - Int64(max(0, count))))
            repeat {
                var reached = filter.after
                try await installation.forEachEvent(filter, personal: personal) { entry in
                    if options.json { output.json(entry.document, isPretty: false) } else { output.line(entry.line) }
                    reached = entry.record.sequence
                }
                filter.after = reached
                if follow { try await Task.sleep(for: .seconds(1)) }
            } while follow
        }
    }
}
