import ArgumentParser

/// `vestibule login`.
struct Login: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at one login.", subcommands: [LoginExplain.self])
}
