// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerServer
import JOSE
import JWTWitness
import OIDCProvider
import OpenIDFacade
import Outbound
import SAMLFacade
import SAMLProvider

/// What a broker in this process hands to its engine.
struct EngineParts: Sendable {
    var store: SwitchableStore
    var clock: MovableClock
    var log: LogCapture
    var metrics: PrometheusMetrics
    var transport: GuardedTransport
    var options: TestBroker.Options

    /// The engine's environment: everything real but the clock and the secrets.
    func environment(publicURL: String) throws -> EngineEnvironment {
        let (transport, secret) = (transport, options.clientSecret)
        return EngineEnvironment(
            store: store, time: clock.source, randomness: .system,
            registry: try ProviderRegistry([OIDCProvider.self, SAMLProvider.self]),
            facades: try FacadeRegistry([.openID, .saml]),
            keyring: SealingKeys(current: try KeyEncryptionKey(text: KeyEncryptionKey.generateText())),
            transport: { _ in transport }, siteTransport: { _ in transport },
            secrets: SecretResolver { _ throws(SettingsError) in Secret(secret) },
            probe: WitnessProbe(), observer: metrics.observer, logger: log.logger,
            settings: EngineSettings(publicURL: publicURL, tokenAlgorithm: options.algorithm))
    }
}

/// libjwt as the engine's witness.
struct WitnessProbe: KeyProbe {
    private let witness = LibJWTWitness()

    func accepts(token: String, publicKeyPEM: String, algorithm: String) -> Bool {
        witness.accepts(token: token, publicKeyPEM: publicKeyPEM, algorithm: algorithm)
    }
}
