import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule login explain`.
struct LoginExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell the whole story of a login or refusal, by its reference id.",
        discussion: "The reference id is on every error page. Personal data is opened, unless it was erased.")

    @OptionGroup var options: StoreOptions

    @Argument(help: "The reference id, in any spelling: 01AB-CD23-EF45, 01abcd23ef45.")
    var reference: String

    func run() async throws {
        guard let typed = Reference(typed: reference) else {
            throw CommandFailure("\(reference) is not a reference id: twelve letters and digits", .usage)
        }
        try await options.read { installation, output in
            let entries = try await installation.events(
                AuditFilter(reference: typed), personal: true, limit: 1000)
            guard let first = entries.first else {
                throw CommandFailure("nothing is recorded under \(typed.displayed)")
            }
            guard !options.json else { return output.json(.array(entries.map(\.document))) }
            output.line("\(typed.displayed), \(first.record.at.rfc3339)")
            for entry in entries {
                output.line("\(Self.since(first, entry))  \(LoginStory.sentence(entry))")
            }
        }
    }

    /// How long after the first event, to a hundredth of a second.
    private static func since(_ first: AuditEntry, _ entry: AuditEntry) -> String {
        let hundredths = (entry.record.at - first.record.at).wholeMicroseconds / 10_000
        let rest = String(hundredths % 100)
        return "+\(hundredths / 100).\(rest.count == 1 ? "0" : "")\(rest) s"
    }
}
