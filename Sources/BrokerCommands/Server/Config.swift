import ArgumentParser

/// `vestibule config`.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the settings, or print the schema of the files.",
        subcommands: [ConfigCheck.self, ConfigSchema.self])
}
