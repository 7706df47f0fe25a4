// SPDX-License-Identifier: Apache-2.0

import MockServer
import Outbound

/// A running customer portal: where it listens, what reached it, and how to stop it.
package struct MockPortal: Sendable {
    /// The port it listens on; the one the system chose when the configuration said 0.
    package let port: Int
    /// The configuration it was started with.
    package let configuration: Configuration
    /// Everything that arrived, and the tickets.
    package let ledger: PortalLedger
    /// The portal's own sessions; none where headers say who is there.
    package let sessions: SessionTable
    /// Everybody who ever signed in, with groups.
    package let directory: CustomerDirectory

    /// Who may use which desk, as the API and administrators have it.
    package let desks: DeskBook

    private let server: LoopbackServer
    private let transport: GuardedTransport?

    /// Starts a portal and returns when it accepts connections.
    package static func start(_ configuration: Configuration) async throws -> MockPortal {
        let ledger = PortalLedger(portals: configuration.portals)
        let sessions = SessionTable(randomness: configuration.randomness)
        let directory = CustomerDirectory()
        let book = DeskBook(configuration)
        let outbound = try configuration.transport()
        let desk = try outbound.flatMap { try configuration.method($0) }.map { method in
            SignInDesk(configuration: configuration, method: method, sessions: sessions, directory: directory)
        }
        let router = PortalRouter(
            configuration: configuration, ledger: ledger, sessions: sessions, directory: directory, desk: desk,
            book: book)
        let server = try await LoopbackServer.start(
            address: configuration.address, port: configuration.port, tls: configuration.tls
        ) { request, port in
            await router.respond(to: request, port: port)
        }
        return MockPortal(
            port: server.port, configuration: configuration, ledger: ledger, sessions: sessions, directory: directory,
            desks: book, server: server, transport: outbound)
    }

    /// Base URL without a trailing slash, context path included, as in `http://jsm.localhost:49152`.
    package var url: String { configuration.url(port: port, isListener: true) }

    /// Closes the listener and every connection, and returns when that is done.
    package func stop() async {
        await server.stop()
        await transport?.shutdown()
    }
}
