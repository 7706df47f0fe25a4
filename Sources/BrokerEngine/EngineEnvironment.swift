package import Broker
package import BrokerModel
package import JOSE
package import Logging

/// Everything that the engine is handed from above.
///
/// It opens no socket and no file of its own.
package struct EngineEnvironment: Sendable {
    package var store: any Store
    package var time: TimeSource
    package var randomness: Randomness
    package var registry: ProviderRegistry
    package var facades: FacadeRegistry
    /// Seals private keys, login state and upstream handles at rest.
    package var keyring: SealingKeys
    /// Gives each connection its way out, with the connection's own allowances and trust roots.
    package var transport: @Sendable (ConnectionID) -> any HTTPTransport
    /// Gives each site its way out, with the site's own allowances and trust roots.
    package var siteTransport: @Sendable (SiteID) -> any HTTPTransport
    package var mail: (any MailSender)?
    package var secrets: SecretResolver
    /// Verifies a probe token before a new key signs for real.
    package var probe: any KeyProbe
    package var observer: any EngineObserver
    package var logger: Logger
    /// Where signed audit heads go, out of reach of whoever reaches the store; nil where there is no log stream.
    package var headLogger: Logger?
    package var settings: EngineSettings

    package init(
        store: any Store, time: TimeSource, randomness: Randomness, registry: ProviderRegistry,
        facades: FacadeRegistry, keyring: SealingKeys,
        transport: @escaping @Sendable (ConnectionID) -> any HTTPTransport,
        siteTransport: @escaping @Sendable (SiteID) -> any HTTPTransport, mail: (any MailSender)? = nil,
        secrets: SecretResolver, probe: any KeyProbe, observer: any EngineObserver = NoObserver(), logger: Logger,
        headLogger: Logger? = nil,
        settings: EngineSettings
    ) {
        self.store = store
        self.time = time
        self.randomness = randomness
        self.registry = registry
        self.facades = facades
        self.keyring = keyring
        self.transport = transport
        self.siteTransport = siteTransport
        self.mail = mail
        self.secrets = secrets
        self.probe = probe
        self.observer = observer
        self.logger = logger
        self.headLogger = headLogger
        self.settings = settings
    }
}

/// The engine's own settings.
package struct EngineSettings: Sendable, Hashable {
    /// The issuer and base of every public URL, such as `https://support.example/vestibule`.
    package var publicURL: String
    /// What session tokens are signed with.
    package var tokenAlgorithm: JWAlgorithm
    /// How long a session token lives.
    package var tokenLifetime: Duration
    /// How long a login may take.
    package var loginLifetime: Duration
    /// How long a new key is published before it signs.
    package var keyPublishBefore: Duration
    /// How long a key signs before the next takes over.
    package var keyActiveFor: Duration
    /// How far another machine's clock may be off.
    package var clockSkew: Duration

    package init(
        publicURL: String, tokenAlgorithm: JWAlgorithm = .es256, tokenLifetime: Duration = .seconds(600),
        loginLifetime: Duration = .seconds(600), keyPublishBefore: Duration = .seconds(86400),
        keyActiveFor: Duration = .seconds(90 * 86400), clockSkew: Duration = .seconds(60)
    ) {
        self.publicURL = publicURL
        self.tokenAlgorithm = tokenAlgorithm
        self.tokenLifetime = tokenLifetime
        self.loginLifetime = loginLifetime
        self.keyPublishBefore = keyPublishBefore
        self.keyActiveFor = keyActiveFor
        self.clockSkew = clockSkew
    }

    /// A connection's callback, byte for byte as it is registered at the IdP.
    package func callbackURL(of connection: ConnectionID) -> String { "\(publicURL)/cb/\(connection)" }

    /// Where an IdP sends logout messages, and browsers after a sign-out that began here.
    package func logoutURL(of connection: ConnectionID) -> String { "\(callbackURL(of: connection))/logout" }
}

/// An independent verifier of a new key's probe token.
package protocol KeyProbe: Sendable {
    /// Whether the verifier accepts the token under the key, with the algorithm pinned.
    func accepts(token: String, publicKeyPEM: String, algorithm: String) -> Bool
}

/// Hears what the engine does, for metrics.
///
/// Labels are bounded.
package protocol EngineObserver: Sendable {
    /// A login ended; `code` is nil where it succeeded.
    func loginEnded(kind: ProviderKind?, code: String?, duration: Duration)
    /// The gate answered.
    func gateAnswered(_ outcome: GateOutcome, isWarm: Bool)
    /// Sessions ended.
    func sessionsEnded(_ reason: Session.EndReason, count: Int)
    /// A refresh of a live session ended.
    func sessionRefreshed(kind: ProviderKind, result: RefreshResult)
}

extension EngineObserver {
    /// A refresh of a live session ended.
    package func sessionRefreshed(kind: ProviderKind, result: RefreshResult) {}
}

/// Hears nothing.
package struct NoObserver: EngineObserver {
    package init() {}
    package func loginEnded(kind: ProviderKind?, code: String?, duration: Duration) {}
    package func gateAnswered(_ outcome: GateOutcome, isWarm: Bool) {}
    package func sessionsEnded(_ reason: Session.EndReason, count: Int) {}
}
