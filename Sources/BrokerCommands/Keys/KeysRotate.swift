import ArgumentParser
import Broker
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

            A SAML service provider knows a key by its certificate. After --use saml give it the next one (`vestibule \
            site show`) beside the present one: the key signs once it was published for keys.publishBefore.

            --connection is for the keys that a connection has of its own: its next key, which its metadata has \
            published, signs at once; the one before still decrypts for 30 days.
            """)

    @OptionGroup var options: StoreOptions
    @OptionGroup var confirmation: ConfirmOption

    @Option(name: .long, help: "What the keys sign: session, identity, audit, openid or saml.")
    var use: StoredKey.Use = .session

    @Flag(name: .long, help: "Replace the key at once and refuse all that the old ones signed.")
    var now = false

    @Option(name: .long, help: "Rotate the own keys of this connection instead.")
    var connection: String?

    func validate() throws {
        guard connection != nil, now || use != .session else { return }
        throw ValidationError("--connection stands without --use and --now")
    }

    func run() async throws {
        guard let connection else { return try await rotateSigningKeys() }
        try await options.change { installation, output in
            let id = ConnectionID(rawValue: connection)
            try await installation.engine.connectionKeys.rotate(id, actor: .operatorHere)
            for key in try await installation.engine.connectionKeys.list() where key.connection == id {
                output.line("\(key.state.rawValue) \(key.id)")
            }
        }
    }

    /// A key that no facade needs would be looked after by nobody.
    private func checkUse(_ installation: Installation) async throws {
        guard let kind = use.facade else { return }
        let sites = try await installation.engine.resources.export().sites
        guard sites.contains(where: { $0.facade(kind) != nil }) else {
            throw CommandFailure("no site has the facade \(kind)")
        }
    }

    private func rotateSigningKeys() async throws {
        try await options.change { installation, output in
            try await checkUse(installation)
            if now { try confirmation.confirm("Refuse everything that the \(use.rawValue) keys have signed?") }
            try await installation.engine.keys.rotate(use, emergency: now, actor: .operatorHere)
            for key in try await installation.engine.keys.list(use) {
                output.line("\(key.state.rawValue) \(key.id)")
            }
        }
    }
}
