import ArgumentParser
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule keys export`.
struct KeysExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print public keys: the JWK set, or PEM for fronts that read none.")

    @OptionGroup var options: StoreOptions

    @Flag(name: .long, help: "PEM instead of a JWK set.")
    var pem = false

    @Option(name: .long, help: "What the keys sign, for --pem.")
    var use: StoredKey.Use = .session

    func run() async throws {
        try await options.read { installation, output in
            guard pem else {
                try await installation.engine.live.reload()
                output.document(String(decoding: installation.engine.live.keys.publicJWKS, as: UTF8.self))
                return
            }
            for key in try await installation.engine.keys.publicPEM(use) {
                output.document("# \(key.id) \(key.state.rawValue)\n\(key.pem)")
            }
        }
    }
}
