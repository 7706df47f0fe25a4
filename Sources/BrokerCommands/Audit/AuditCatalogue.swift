import ArgumentParser
import BrokerModel

/// `vestibule audit catalogue`.
struct AuditCatalogue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue", abstract: "Print every kind of event with what it means.")

    @Flag(name: .long, help: "Write JSON instead of text.")
    var json = false

    func run() {
        var table = Table("kind", "meaning")
        for kind in AuditKind.allCases { table.add(kind.rawValue, kind.meaning) }
        table.print(to: CommandContext.current.output, asJSON: json, whenEmpty: "")
    }
}
