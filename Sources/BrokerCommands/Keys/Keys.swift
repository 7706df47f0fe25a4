import ArgumentParser
import BrokerModel

/// `vestibule keys`.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at signing keys, rotate them, or print their public halves.",
        subcommands: [KeysList.self, KeysRotate.self, KeysExport.self])
}

extension StoredKey.Use: ExpressibleByArgument {}
