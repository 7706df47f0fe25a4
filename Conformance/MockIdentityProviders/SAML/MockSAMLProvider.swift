// SPDX-License-Identifier: Apache-2.0

import MockServer

/// A running SAML IdP with its tenants.
///
/// Left alone each tenant does everything right, in the manner of its profile. Told to, it makes one mistake in one login:
/// `SAMLFault` lists them, `SAMLLogoutFault` those of logout and `SAMLMetadataFault` those of metadata.
package struct MockSAMLProvider: Sendable {
    /// The port it listens on; the one the system chose when the configuration said 0.
    package let port: Int

    private let host: SAMLHost
    private let server: LoopbackServer

    /// Starts an IdP and returns when it accepts connections.
    package static func start(_ configuration: Configuration) async throws -> MockSAMLProvider {
        let host = try SAMLHost(configuration)
        let router = SAMLRouter(host: host)
        let server = try await LoopbackServer.start(
            address: configuration.address, port: configuration.port, tls: configuration.tls
        ) { request, port in
            await router.respond(to: request, port: port)
        }
        return MockSAMLProvider(port: server.port, host: host, server: server)
    }

    /// The entityID of a tenant; unless configured, `http://idp.localhost:49152/saml/globex/metadata`.
    package func entityID(_ tenant: String) -> String { host.entityID(tenant, port: port) }

    /// What all addresses of a tenant begin with: `metadata`, `sso`, `slo`, `start-login`, `start-logout` follow.
    package func base(_ tenant: String) -> String { host.base(tenant, port: port) }

    /// A tenant's state: faults, keys, SPs, counts.
    ///
    /// Nil for an unknown name.
    package func tenant(_ name: String) -> SAMLTenantState? { host.tenants[name] }

    /// A tenant's metadata as it is published now; nil for an unknown name.
    package func metadata(_ name: String) throws -> [UInt8]? {
        guard let tenant = host.tenants[name] else { return nil }
        return try SAMLMetadataMaker(host: host, tenant: tenant, port: port).document()
    }

    /// Every message, signature and session handle given out so far, for searching logs.
    package var issuedSecrets: [IssuedSecret] { host.secrets.all }

    /// Closes the listener and every connection, and returns when that is done.
    package func stop() async { await server.stop() }
}
