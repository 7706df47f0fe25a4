// SPDX-License-Identifier: Apache-2.0

package import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL

/// Why a mock did not start.
package enum MockStartError: Error, Equatable, CustomStringConvertible {
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

/// Certificate chain and key for https, both PEM text.
package struct MockTLS: Sendable {
    package var certificatePEM: String
    package var privateKeyPEM: String

    /// Takes PEM text, not file names.
    package init(certificatePEM: String, privateKeyPEM: String) {
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
    }
}

/// One HTTP listener on a loopback address, in a task of its own.
package struct LoopbackServer: Sendable {
    /// The port that was bound.
    package let port: Int
    private let task: Task<Void, Never>

    /// Binds and serves; port 0 takes any free one.
    package static func start(
        address: String, port: Int, tls: MockTLS?,
        respond: @escaping @Sendable (Request, _ localPort: Int) async -> Response
    ) async throws -> LoopbackServer {
        guard address == "::1" || address == "localhost" || address.hasPrefix("127.") else {
            throw MockStartError.notLoopback
        }
        let (ports, listening) = AsyncThrowingStream<Int, any Error>.makeStream()
        let application = Application(
            responder: CallbackResponder<LocalPortContext> { request, context in
                let response = await respond(request, context.localPort)
                // RFC 9110 9.3.2: a body behind this head would be taken for the next answer of the connection.
                return request.method == .head ? response.createHeadResponse() : response
            },
            server: try tls.map { try .tls(.http1(), tlsConfiguration: tlsConfiguration($0)) } ?? .http1(),
            configuration: .init(address: .hostname(address, port: port)),
            onServerRunning: { channel in _ = channel.localAddress?.port.map { listening.yield($0) } },
            logger: Logger(label: "mock", factory: { _ in SwiftLogNoOpLogHandler() }))
        let task = Task {
            do {
                try await application.run()
                listening.finish()
            } catch {
                listening.finish(throwing: error)
            }
        }
        for try await port in ports { return LoopbackServer(port: port, task: task) }
        throw MockStartError.notListening
    }

    /// Closes the listener and its connections.
    package func stop() async {
        task.cancel()
        await task.value
    }

    private static func tlsConfiguration(_ tls: MockTLS) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(tls.certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(tls.privateKeyPEM.utf8), format: .pem)
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    }
}

/// A request context that knows the port it came in by: issuers carry it, and it is not known before the bind.
private struct LocalPortContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let localPort: Int

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        localPort = source.channel.localAddress?.port ?? 0
    }
}
