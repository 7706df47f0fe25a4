import ArgumentParser

/// `vestibule connection`.
struct ConnectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connection", abstract: "Look at connections.",
        subcommands: [ConnectionStatus.self, ConnectionMetadata.self])
}
