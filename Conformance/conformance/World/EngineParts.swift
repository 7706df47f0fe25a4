// SPDX-License-Identifier: Apache-2.0

import AzureB2CProvider
import Broker
import BrokerEngine
import BrokerServer
import CognitoProvider
import EmailCodeProvider
import EntraProvider
import GoogleProvider
import JOSE
import JWTWitness
import KeycloakProvider
import OAuth2Provider
import OIDCProvider
import OktaProvider
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

    /// Every kind there is.
    private static let providers: [any IdentityProvider.Type] = [
        OIDCProvider.self, SAMLProvider.self, GoogleProvider.self, CognitoProvider.self, KeycloakProvider.self,
        AzureB2CProvider.self, EntraProvider.self, OktaProvider.self, OAuth2Provider.self, EmailCodeProvider.self,
    ]

    /// The engine's environment: everything real but the clock and the secrets.
    func environment(publicURL: String) throws -> EngineEnvironment {
        let (transport, options) = (transport, options)
        return EngineEnvironment(
            store: store, time: clock.source, randomness: .system,
            registry: try ProviderRegistry(Self.providers + options.further),
            facades: try FacadeRegistry([.openID, .saml]),
            keyring: SealingKeys(current: try KeyEncryptionKey(text: KeyEncryptionKey.generateText())),
            transport: { options.way($0) ?? transport }, siteTransport: { _ in transport }, mail: options.mail,
            secrets: SecretResolver { reference throws(SettingsError) in
                Secret(options.secret(reference) ?? options.clientSecret)
            },
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
