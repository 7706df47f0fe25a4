// SPDX-License-Identifier: Apache-2.0

import JOSE
import MockServer

/// A running OpenID provider with its tenants.
package struct MockOpenIDProvider: Sendable {
    /// The port it listens on; the one the system chose when the configuration said 0.
    package let port: Int

    private let host: OPHost
    private let server: LoopbackServer

    /// Starts a provider and returns when it accepts connections.
    package static func start(_ configuration: Configuration) async throws -> MockOpenIDProvider {
        let host = try OPHost(configuration)
        let router = OPRouter(host: host)
        let server = try await LoopbackServer.start(
            address: configuration.address, port: configuration.port, tls: configuration.tls
        ) { request, port in
            await router.respond(to: request, port: port)
        }
        return MockOpenIDProvider(port: server.port, host: host, server: server)
    }

    /// The issuer of a tenant, as in `http://idp.localhost:49152/op/acme`.
    package func issuer(_ tenant: String) -> String { host.issuer(tenant, port: port) }

    /// A tenant's state: faults, keys, clients, counts.
    ///
    /// Nil for an unknown name.
    package func tenant(_ name: String) -> OPTenantState? { host.tenants[name] }

    /// A logout token that names a subject, a session, or both, for posting to a client's back channel.
    ///
    /// Nil for an unknown tenant. The test posts it: the provider itself calls nobody.
    package func logoutToken(
        tenant name: String, clientID: String, sub: String?, sid: String?, fault: LogoutTokenFault? = nil
    ) throws -> String? {
        guard let tenant = tenant(name) else { return nil }
        let maker = LogoutTokenMaker(
            issuer: issuer(name), clientID: clientID, key: try tenant.keys().active,
            jti: Base64URL.encode(host.configuration.random(16)), now: host.configuration.now())
        return try maker.token(sub: sub, sid: sid, fault: fault)
    }

    /// Every code, token, client secret and session handle given out so far, for searching logs.
    package var issuedSecrets: [IssuedSecret] { host.secrets.all }

    /// Closes the listener and every connection, and returns when that is done.
    package func stop() async { await server.stop() }
}
