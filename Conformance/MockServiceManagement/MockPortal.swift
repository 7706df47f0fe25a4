// SPDX-License-Identifier: Apache-2.0

import MockServer

/// A running customer portal: where it listens, what reached it, and how to stop it.
package struct MockPortal: Sendable {
    /// The port it listens on; the one the system chose when the configuration said 0.
    package let port: Int
    /// The configuration it was started with.
    package let configuration: Configuration
    /// Everything that arrived, and the tickets.
    package let ledger: PortalLedger

    private let server: LoopbackServer

    /// Starts a portal and returns when it accepts connections.
    package static func start(_ configuration: Configuration) async throws -> MockPortal {
        let ledger = PortalLedger(portals: configuration.portals)
        let router = PortalRouter(configuration: configuration, ledger: ledger)
        let server = try await LoopbackServer.start(
            address: configuration.address, port: configuration.port, tls: configuration.tls
        ) { request, _ in
            await router.respond(to: request)
        }
        return MockPortal(port: server.port, configuration: configuration, ledger: ledger, server: server)
    }

    /// Base URL without a trailing slash, context path included, as in `http://jsm.localhost:49152`.
    package var url: String {
        "\(configuration.tls == nil ? "http" : "https")://\(configuration.hostName):\(port)\(configuration.contextPath)"
    }

    /// Closes the listener and every connection, and returns when that is done.
    package func stop() async {
        await server.stop()
    }
}
