import ArgumentParser

/// `vestibule provider`.
struct ProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider", abstract: "Write modules for further kinds of identity providers.",
        subcommands: [ProviderNew.self])
}
