package import BrokerEngine
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The two listeners of one server process: the public one for people and IdPs, the internal one for fronts.
package struct BrokerHTTP: Service {
    private let web: Web
    private let settings: ServerSettings
    private let upstreams: Upstreams?
    private let metrics: PrometheusMetrics
    private let logger: Logger
    private let onReady: @Sendable (BoundListeners) -> Void

    /// Loads every template and certificate, so that a server which starts can show each of its pages.
    package init(
        engine: Engine, settings: ServerSettings, metrics: PrometheusMetrics, logger: Logger,
        onReady: @escaping @Sendable (BoundListeners) -> Void = { _ in }
    ) throws {
        web = try Web(engine: engine, logger: logger)
        self.settings = settings
        upstreams = try settings.inPath.map { try Upstreams($0) }
        self.metrics = metrics
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until the task's service group shuts down.
    package func run() async throws {
        let bound = Mutex(BoundListeners())
        let remaining = Mutex(2)
        let ready: @Sendable ((inout BoundListeners) -> Void) -> Void = { note in
            bound.withLock { note(&$0) }
            let left = remaining.withLock { count in
                count -= 1
                return count
            }
            if left == 0 { onReady(bound.withLock { $0 }) }
        }
        let publicServer = try publicApplication { channel in
            ready { $0.publicPort = channel.localAddress?.port }
        }
        let internalServer = internalApplication { channel in
            ready { $0.internalPort = channel.localAddress?.port }
        }
        var configuration = ServiceGroupConfiguration(
            services: [
                Listening(publicServer, at: settings.publicListener),
                Listening(internalServer, at: settings.internalListener),
            ], logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.shutdownBound
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            await upstreams?.shutdown()
            throw error
        }
        await upstreams?.shutdown()
    }

    // MARK: The two applications

    private func publicApplication(
        _ onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) throws -> some ApplicationProtocol {
        let server: HTTPServerBuilder
        if let tls = settings.tls {
            let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate).map {
                NIOSSLCertificateSource.certificate($0)
            }
            let key = try NIOSSLPrivateKey(file: tls.privateKey, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(key))
            // RFC 9325 3.1.1.
            configuration.minimumTLSVersion = .tlsv12
            server = try .tls(.http1(configuration: channel), tlsConfiguration: configuration)
        } else {
            server = .http1(configuration: channel)
        }
        return Application(
            responder: responder, server: server,
            configuration: .init(address: settings.publicListener.address, serverName: nil),
            onServerRunning: onServerRunning, logger: logger)
    }

    /// Our own pages, and the sites that we are the proxy of.
    private var responder: PublicResponder {
        let peers = settings.tls == nil ? settings.trustedPeers : []
        var door: Door?
        if let upstreams, let inPath = settings.inPath {
            door = Door(
                web: web, upstreams: upstreams, settings: inPath, peers: TrustedPeers(ranges: peers), logger: logger)
        }
        return PublicResponder(pages: PublicRoutes(web, trustedPeers: peers).router().buildResponder(), door: door)
    }

    private func internalApplication(
        _ onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> some ApplicationProtocol {
        let gate = web.engine.gate
        return Application(
            router: InternalRoutes(web, metrics: metrics).router(),
            server: .http1(
                // No idle timer: it stands behind the fast path and would not see that a connection is in use. The peers
                // are on this machine, and a front closes what it does not need.
                configuration: .init(additionalChannelHandlers: [GateFastPath(gate: gate)])),
            configuration: .init(address: settings.internalListener.address, serverName: nil),
            onServerRunning: onServerRunning,
            // One loop answers tens of thousands of checks a second, and the more of them it finds at once the less each
            // costs. What is not warm leaves the loop anyway.
            eventLoopGroupProvider: .shared(EventLoopGroupProvider.singleton.eventLoopGroup.next()), logger: logger)
    }

    /// Headers of one request are bounded well above what browsers send and well below what hurts.
    private var channel: HTTP1Channel.Configuration {
        let isInPath = upstreams != nil
        return .init(
            additionalChannelHandlers: isInPath ? [ClientWatch()] : [], idleTimeout: .seconds(60),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))
    }
}

/// An application whose failure to bind names the address.
private struct Listening<Application: ApplicationProtocol>: Service {
    private let application: Application
    private let listener: ListenAddress

    init(_ application: Application, at listener: ListenAddress) {
        self.application = application
        self.listener = listener
    }

    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenError(listener: listener, cause: String(cString: strerror(error.errnoCode)))
        }
    }
}

/// A listener could not be had.
package struct ListenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The address.
    package let listener: ListenAddress
    /// The operating system's words.
    package let cause: String

    /// One line for an operator.
    package var description: String {
        switch listener {
        case .tcp(let host, let port): "cannot listen on \(host):\(port): \(cause)"
        case .unix(let path): "cannot listen on unix:\(path): \(cause)"
        }
    }
}

extension ListenAddress {
    fileprivate var address: BindAddress {
        switch self {
        case .tcp(let host, let port): .hostname(host, port: port)
        case .unix(let path): .unixDomainSocket(path: path)
        }
    }
}
