import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule audit export`.
struct AuditExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write events as JSON lines or CSV.",
        discussion: """
            CSV cells that a spreadsheet would take for a formula begin with an apostrophe. Personal data stays sealed \
            unless --personal.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case jsonl, csv }

    @OptionGroup var options: StoreOptions
    @OptionGroup var events: AuditOptions

    @Option(name: .long, help: "How to write them.")
    var format: Format = .jsonl

    private static let columns = [
        "actor", "reference", "customer", "organization", "connection", "site", "session", "code",
    ]

    func run() async throws {
        try await options.read { installation, output in
            if format == .csv {
                output.document(
                    (["sequence", "at", "kind"] + Self.columns + ["facts", "personal"]).joined(separator: ","))
            }
            try await installation.forEachEvent(try await events.filter(in: installation), personal: events.personal) {
                if format == .csv { output.line(Self.row($0)) } else { output.json($0.document, isPretty: false) }
            }
        }
    }

    private static func row(_ entry: AuditEntry) -> String {
        let pairs = { (values: [String: String]) in
            values.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; ")
        }
        let cells =
            [String(entry.record.sequence), entry.record.at.rfc3339, entry.record.kind.rawValue]
            + columns.map { entry.member($0) ?? "" } + [pairs(entry.facts), pairs(entry.personal ?? [:])]
        return cells.map(cell).joined(separator: ",")
    }

    /// RFC 4180 2, and no formula (CWE-1236).
    private static func cell(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@".contains($0) } ?? false
        let safe = isFormula ? "'\(text)" : text
        guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
        return "\"\(safe.replacing("\"", with: "\"\""))\""
    }
}
