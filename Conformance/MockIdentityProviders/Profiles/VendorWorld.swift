// SPDX-License-Identifier: Apache-2.0

package import Broker
import Foundation
import JOSE
package import MockServer

/// Every vendor's mock on one loopback port, under the vendors' own addresses.
///
/// A request is a vendor's by its `Host` and path. It gets there through `transport`, through a TLS front that keeps
/// the host, or from a browser that resolves the hosts to this machine.
package struct VendorWorld: Sendable {
    /// The provider below: `tenant(profile.name)` has the switches.
    package let provider: MockOpenIDProvider
    /// The vendors.
    package let profiles: [OPProfile]
    private let clientSecrets: [String: String]

    /// Starts all vendors, or those that are named, and returns when they accept connections.
    ///
    /// - Parameters:
    ///   - redirectURIs: The broker's callbacks, for a profile: `https://broker.example/vestibule/cb/google`. They are
    ///     the addresses to return to after a logout too, with `/logout` behind them.
    ///   - controlSecret: Value of `X-Mock-Control` that opens `/__mock/`; empty keeps it closed.
    package static func start(
        _ profiles: [OPProfile] = OPProfile.vendors, controlSecret: String = "", port: Int = 0, tls: MockTLS? = nil,
        autoLogin: Bool = false, offersFaults: Bool = false, now: (@Sendable () -> Int64)? = nil,
        redirectURIs: (OPProfile) -> [String]
    ) async throws -> VendorWorld {
        var secrets: [String: String] = [:]
        let tenants = profiles.map { profile in
            let secret = Base64URL.encode(RandomBytes.system(24))
            secrets[profile.name] = secret
            return tenant(profile, secret, redirectURIs(profile), autoLogin: autoLogin, offersFaults: offersFaults)
        }
        var configuration = MockOpenIDProvider.Configuration(
            tenants: tenants, controlSecret: controlSecret, port: port, tls: tls)
        if let now { configuration.now = now }
        return VendorWorld(
            provider: try await MockOpenIDProvider.start(configuration), profiles: profiles, clientSecrets: secrets)
    }

    private static func tenant(
        _ profile: OPProfile, _ secret: String, _ redirectURIs: [String], autoLogin: Bool, offersFaults: Bool
    ) -> OPTenant {
        let returns = redirectURIs.flatMap { [$0, "\($0)/logout"] }
        let client = OPClient(
            clientID: profile.clientID, clientSecret: secret, redirectURIs: redirectURIs,
            postLogoutRedirectURIs: returns)
        return OPTenant(
            name: profile.name, title: profile.title, clients: [client], users: profile.people, autoLogin: autoLogin,
            requiresPKCE: false, sendsIssuer: profile.sendsIssuer, offersFaults: offersFaults, profile: profile)
    }

    /// The port.
    package var port: Int { provider.port }

    /// The loopback port that answers for a host; nil for a host that is no vendor's here.
    package func resolve(_ host: String) -> Int? { publicHosts.contains(host.lowercased()) ? port : nil }

    /// Every host that a vendor's mock answers for.
    package var publicHosts: Set<String> { Set(profiles.flatMap(\.publicHosts)) }

    /// A way out that leads every vendor's host here, and nothing anywhere else.
    package var transport: ReroutingTransport {
        let hosts = publicHosts
        let port = port
        return ReroutingTransport { hosts.contains($0) ? port : nil }
    }

    /// The switches of a vendor: faults, people, keys, counts.
    package func vendor(_ name: String) -> OPTenantState? { provider.tenant(name) }

    /// Closes the listener and every connection, and returns when that is done.
    package func stop() async { await provider.stop() }
}

// MARK: What a broker is configured with

extension VendorWorld {
    /// What a broker needs to use one vendor's mock.
    package struct SampleConnection: Sendable {
        /// The profile's name, fit for a connection's.
        package let name: String
        /// The provider kind.
        package let kind: String
        /// The connection's settings; secrets in it are `env:` and a name.
        package let settings: SettingsValue
        /// The organization's domain.
        package let domain: String
        /// Who can sign in: a name to pick at the sign-in page, and the address.
        package let people: [(userName: String, email: String)]

        /// The settings as JSON text.
        package var json: String { String(decoding: settings.canonicalJSON, as: UTF8.self) }
    }

    /// One for each vendor.
    package var sampleConnections: [SampleConnection] {
        profiles.map { profile in
            SampleConnection(
                name: profile.name, kind: profile.kind, settings: Self.value(profile.settings),
                domain: profile.emailDomain,
                people: profile.people.compactMap { user in user.email.map { (user.userName, $0) } })
        }
    }

    /// What the variables of `sampleConnections` hold: client secrets, and key files of service accounts.
    package var sampleSecrets: [String: String] {
        // Cognito's API takes any pair: its mock looks for a signature and does not check it.
        var secrets = ["MOCK_COGNITO_ACCESS_KEY": "AKIAMOCKMOCKMOCKMOCK", "MOCK_COGNITO_SECRET_KEY": "mock"]
        for profile in profiles {
            secrets[profile.secretName] = clientSecrets[profile.name]
            secrets[profile.keyFileName] = keyFile(profile)
        }
        return secrets
    }

    /// Reads `sampleSecrets`.
    package var secretResolver: SecretResolver {
        let secrets = sampleSecrets
        return SecretResolver { reference throws(SettingsError) in
            guard case .environment(let name) = reference.place, let value = secrets[name] else {
                throw SettingsError(at: [], "\(reference) is not set")
            }
            return Secret(value)
        }
    }

    private static func value(_ settings: JSONObject) -> SettingsValue {
        (try? JSONDecoder().decode(SettingsValue.self, from: Data(settings.serialized()))) ?? .null
    }

    private static func pem(_ der: [UInt8]) -> String {
        let lines = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN PRIVATE KEY-----\n\(lines)\n-----END PRIVATE KEY-----\n"
    }

    private func keyFile(_ profile: OPProfile) -> String? {
        guard let style = profile.serviceAccount, let key = provider.tenant(profile.name)?.serviceAccountKey else {
            return nil
        }
        let file: JSONObject = [
            "type": "service_account", "project_id": "acme-sso", "private_key_id": .string(key.kid),
            "private_key": .string(Self.pem(key.pkcs8DER)), "client_email": .string(style.email),
            "client_id": "100000000000000000001", "token_uri": .string(style.audience),
            "universe_domain": "googleapis.com",
        ]
        return file.text
    }
}

extension OPProfile {
    /// Every vendor's.
    package static let vendors = [
        google, cognito, keycloak, keycloakLegacy, azureB2C, azureB2CPolicyIssuer, entra, okta, oktaCustom, auth0,
        oneLogin, jumpCloud, pingOne, adfs, github, oauth2,
    ]

    /// One by its name.
    package static func named(_ name: String) -> OPProfile? { vendors.first { $0.name == name } }
}
