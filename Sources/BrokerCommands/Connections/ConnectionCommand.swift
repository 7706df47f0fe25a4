import ArgumentParser

/// `vestibule connection`.
struct ConnectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connection", abstract: "Add, check, test and replace connections.",
        subcommands: [
            ConnectionAdd.self, ConnectionLint.self, ConnectionTest.self, ConnectionReplace.self, ConnectionStatus.self,
            ConnectionMetadata.self,
        ])
}
