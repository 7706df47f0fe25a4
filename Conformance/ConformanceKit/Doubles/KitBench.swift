public import Broker
public import Foundation

/// Everything that the engine hands to a module, each part a double that a test moves and reads.
public struct KitBench: Sendable {
    /// The clock.
    public let clock: KitClock
    /// The network.
    public let transport: ScriptedTransport
    /// What the connection remembers.
    public let memory: KitMemory
    /// The mail server.
    public let mailbox = KitMailbox()
    /// The log.
    public let log = LogCapture()
    /// Randomness.
    public var randomness = KitRandomness()
    /// The connection's name.
    public var connection: ConnectionID = "acme"
    /// Whether a mail server is configured.
    public var hasMail = true
    /// Secrets by reference, such as `env:ACME`; nil answers every reference with `clientSecret`.
    public var secrets: [String: String]?
    /// The secret that references give unless `secrets` says otherwise.
    public var clientSecret = "S3CR3T-client-value"
    /// The connection's keys.
    public var keys: [PrivateKeyHandle] = []

    /// A bench with empty doubles.
    public init(clock: KitClock = KitClock(), transport: ScriptedTransport = ScriptedTransport()) {
        self.clock = clock
        self.transport = transport
        memory = KitMemory(clock: clock)
    }

    /// Where the connection's callback is.
    public var callbackURL: URL {
        URL(string: "https://b.example/vestibule/cb/\(connection)") ?? URL(filePath: "/")
    }

    /// Where the connection's logout answers come to.
    public var signedOutURL: URL {
        URL(string: "\(callbackURL.absoluteString)/logout") ?? URL(filePath: "/")
    }

    /// What a module is made with.
    public var context: ProviderContext {
        ProviderContext(
            callbackURL: callbackURL, transport: transport, mail: hasMail ? mailbox : nil, time: clock.source,
            randomness: randomness.source, keys: keys, memory: memory,
            secrets: SecretResolver { [secrets, clientSecret] reference throws(SettingsError) in
                guard let secrets else { return Secret(clientSecret) }
                guard let value = secrets[reference.description] else {
                    throw SettingsError(at: [], "\(reference) is not set")
                }
                return Secret(value)
            },
            logger: log.logger)
    }

    /// Every secret that the module can read.
    public var secretValues: [String] { secrets.map { Array($0.values) } ?? [clientSecret] }
}

extension LoginSecrets {
    /// Secrets that are the same in every run, with marks that are found again in a log.
    public static let kit = LoginSecrets(
        state: "STAT3-value", nonce: "N0NCE-value", codeVerifier: "V3RIFIER-value-that-is-long-enough-for-rfc-7636",
        requestID: "_1")

    /// Secrets of one login among many, with the same marks.
    public static func marked(_ randomness: KitRandomness) -> LoginSecrets {
        let random = randomness.source
        return LoginSecrets(
            state: "STAT3-\(random.token(bytes: 16))", nonce: "N0NCE-\(random.token(bytes: 16))",
            codeVerifier: "V3RIFIER-\(random.token())-\(random.token(bytes: 12))",
            requestID: "_" + random.token(bytes: 16))
    }
}
