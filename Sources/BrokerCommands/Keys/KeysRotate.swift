import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule keys rotate`.
struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Publish the next key; it signs once fronts have had time to learn it.",
        discussion: """
            --now is for a key that may be known to others: a new key signs at once, every other key of the use is \
            dropped, and every token that it signed is refused. Sessions stay; browsers get new tokens.
            """)

    @OptionGroup var options: StoreOptions
    @OptionGroup var confirmation: ConfirmOption

    @Option(name: .long, help: "What the keys sign: session, identity or audit.")
    var use: StoredKey.Use = .session

    @Flag(name: .long, help: "Replace the key at once and refuse all that the old ones signed.")
    var now = false

    func run() async throws {
        try await options.change { installation, output in
            if now { try confirmation.confirm("Refuse everything that the \(use.rawValue) keys have signed?") }
            try await installation.engine.keys.rotate(use, emergency: now, actor: .operatorHere)
            for key in try await installation.engine.keys.list(use) {
                output.line("\(key.state.rawValue) \(key.id)")
            }
        }
    }
}
