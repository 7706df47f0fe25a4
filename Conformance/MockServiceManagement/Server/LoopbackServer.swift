// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL

/// Why a portal did not start.
package enum PortalStartError: Error, Equatable, CustomStringConvertible {
    /// The address is not a loopback address.
    case notLoopback
    /// The listener ended before it accepted connections.
    case notListening

    package var description: String {
        switch self {
        case .notLoopback: "not_loopback"
        case .notListening: "not_listening"
        }
    }
}

/// One HTTP listener on a loopback address, in a task of its own.
struct LoopbackServer: Sendable {
    let port: Int
    private let task: Task<Void, Never>

    static func start(
        address: String, port: Int, tls: MockPortal.Configuration.TLS?,
        respond: @escaping @Sendable (Request) async -> Response
    ) async throws -> LoopbackServer {
        guard address == "::1" || address == "localhost" || address.hasPrefix("127.") else {
            throw PortalStartError.notLoopback
        }
        let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in await respond(request) },
            server: try tls.map { try .tls(.http1(), tlsConfiguration: tlsConfiguration($0)) } ?? .http1(),
            configuration: .init(address: .hostname(address, port: port)),
            onServerRunning: { channel in _ = channel.localAddress?.port.map { listening.yield($0) } },
            logger: Logger(label: "mock-portal", factory: { _ in SwiftLogNoOpLogHandler() }))
        let task = Task {
            do {
                try await application.run()
                listening.finish()
            } catch {
                listening.finish(throwing: error)
            }
        }
        for try await port in ports { return LoopbackServer(port: port, task: task) }
        throw PortalStartError.notListening
    }

    /// Closes the listener and its connections.
    func stop() async {
        task.cancel()
        await task.value
    }

    private static func tlsConfiguration(_ tls: MockPortal.Configuration.TLS) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(tls.certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(tls.privateKeyPEM.utf8), format: .pem)
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    }
}
