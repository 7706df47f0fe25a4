import ArgumentParser

/// `vestibule gate`.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "See what the gate does.", subcommands: [GateReportCommand.self])
}
