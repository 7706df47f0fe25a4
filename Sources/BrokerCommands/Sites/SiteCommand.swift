import ArgumentParser

/// `vestibule site`.
struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "Look at sites, and at what their JSM has to be told about us.",
        subcommands: [SiteList.self, SiteShow.self])
}
