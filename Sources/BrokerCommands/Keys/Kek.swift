import ArgumentParser
import BrokerRuntime

/// `vestibule kek`.
struct Kek: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a key-encryption key.", subcommands: [KekGenerate.self])
}

/// `vestibule kek generate`.
struct KekGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Print 32 random octets for VESTIBULE_KEK or a file of mode 0600.",
        discussion: "Keep a copy apart from the store: without it nothing sealed in the store can be read again.")

    func run() { CommandContext.current.output.line(KeyEncryptionKeys.generateText()) }
}
