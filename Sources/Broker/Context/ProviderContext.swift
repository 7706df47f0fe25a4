public import Foundation
public import Logging

/// Everything that a module may use.
///
/// What is not here, a module does not get.
public struct ProviderContext: Sendable {
    /// This connection's own callback, the base of every endpoint that it registers at the IdP.
    ///
    /// Logout messages arrive at `<callbackURL>/logout`, metadata is published at `<callbackURL>/metadata`.
    public var callbackURL: URL
    /// The guarded way out to the IdP.
    public var transport: any HTTPTransport
    /// Sends mail, where a mail server is configured.
    public var mail: (any MailSender)?
    /// The time.
    public var time: TimeSource
    /// Unpredictable bytes.
    ///
    /// One-time values of a login come with the request, not from here.
    public var randomness: Randomness
    /// This connection's own keys, current one first: request signing, client assertions, decryption.
    public var keys: [PrivateKeyHandle]
    /// What this connection remembers.
    public var memory: any ConnectionMemory
    /// Reads the secrets that settings refer to.
    public var secrets: SecretResolver
    /// Logs with the connection's name attached.
    public var logger: Logger

    /// A context.
    public init(
        callbackURL: URL, transport: any HTTPTransport, mail: (any MailSender)? = nil, time: TimeSource,
        randomness: Randomness,
        keys: [PrivateKeyHandle] = [], memory: any ConnectionMemory, secrets: SecretResolver, logger: Logger
    ) {
        self.callbackURL = callbackURL
        self.transport = transport
        self.mail = mail
        self.time = time
        self.randomness = randomness
        self.keys = keys
        self.memory = memory
        self.secrets = secrets
        self.logger = logger
    }
}
