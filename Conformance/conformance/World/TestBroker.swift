// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import BrokerStorage
import Foundation
import JOSE
import Logging
import Outbound
import ServiceLifecycle

/// A whole broker in this process: engine, SQLite file and both listeners on real sockets.
struct TestBroker: Sendable {
    /// The one site.
    static let site: SiteID = "portal"
    /// The host of broker and portal.
    static let host = "portal.localhost"
    /// Where a login without a target ends.
    static let defaultPath = "/servicedesk/customer/portals"

    /// What may differ from one broker to the next.
    struct Options: Sendable {
        var algorithm = JWAlgorithm.es256
        var publicPaths: [String] = []
        var discovery = Discovery.open
        /// How long an IdP may take.
        var deadline = Duration.seconds(5)
        /// What every secret reference resolves to.
        var clientSecret = ""
        /// What is changed of the site.
        var site: @Sendable (inout Site) -> Void = { _ in }
        /// Further sites.
        var furtherSites: [Site] = []
        /// A connection's way out; nil is the guarded one.
        var way: @Sendable (ConnectionID) -> (any HTTPTransport)? = { _ in nil }
        /// What a secret reference resolves to; nil is `clientSecret`.
        var secret: @Sendable (SecretReference) -> String? = { _ in nil }
        /// Provider modules beside the house's own.
        var further: [any IdentityProvider.Type] = []
        /// The mail server, where there is one.
        var mail: (any MailSender)?
        /// What makes it the proxy of its site.
        var inPath: InPathSettings?
    }

    let engine: Engine
    let store: SwitchableStore
    let clock: MovableClock
    let log: LogCapture
    /// `http://portal.localhost:PORT`.
    let origin: String
    /// `http://127.0.0.1:PORT`, the gate's.
    let gateURL: String
    private let sqlite: SQLiteStore
    private let folder: URL
    private let transport: GuardedTransport
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// Starts a broker without resources, and returns when both listeners accept connections.
    static func start(_ options: Options = Options()) async throws -> TestBroker {
        let folder = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (clock, log, metrics) = (MovableClock(), LogCapture(), PrometheusMetrics())
        let sqlite = try SQLiteStore(path: folder.appending(path: "store.sqlite").path(), logger: log.logger)
        let store = SwitchableStore(sqlite)
        let port = try FreePort.take()
        let origin = "http://\(host):\(port)"
        let transport = try GuardedTransport(
            policy: try OutboundPolicy(allow: [("idp.localhost", "127.0.0.0/8"), ("jsm.localhost", "127.0.0.0/8")]),
            limits: OutboundLimits(deadline: options.deadline))
        let environment = try EngineParts(
            store: store, clock: clock, log: log, metrics: metrics, transport: transport, options: options
        ).environment(publicURL: "\(origin)/vestibule")
        let engine = Engine(environment)
        try await engine.start()
        let (ready, tell) = AsyncStream.makeStream(of: BoundListeners.self)
        let server = try BrokerHTTP(
            engine: engine,
            settings: ServerSettings(
                publicListener: .tcp(host: "127.0.0.1", port: port), internalListener: .tcp(host: "127.0.0.1", port: 0),
                inPath: options.inPath, shutdownBound: .seconds(2)), metrics: metrics, logger: log.logger,
            onReady: { tell.yield($0) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: server)], logger: log.logger))
        let running = Task { try await group.run() }
        let bound = await ready.first { _ in true }
        let gate = try unwrap(bound?.internalPort, "the internal listener did not start")
        return TestBroker(
            engine: engine, store: store, clock: clock, log: log, origin: origin, gateURL: "http://127.0.0.1:\(gate)",
            sqlite: sqlite, folder: folder, transport: transport, group: group, running: running)
    }

    /// Configures the site, organizations and connections.
    func apply(
        _ options: Options = Options(), organizations: [Organization], connections: [Connection]
    ) async throws {
        var site = Site(
            id: Self.site, kind: .dataCenter, origin: origin, defaultPath: Self.defaultPath,
            discovery: options.discovery, publicPaths: options.publicPaths)
        options.site(&site)
        let sites = [site] + options.furtherSites
        _ = try await engine.resources.apply(
            WantedResources(organizations: organizations, connections: connections, sites: sites), prune: false,
            isDryRun: false, actor: .administrator("conformance"))
        try await engine.live.reload()
        // A facade's key is made once a site has the facade.
        if sites.contains(where: { !$0.facades.isEmpty }) { try await engine.keys.maintain() }
    }

    /// Audit records after a position, of some kinds.
    func records(after position: Int64 = 0, kinds: Set<AuditKind>? = nil) async throws -> [AuditRecord] {
        try await store.read { try $0.auditRecords(AuditFilter(kinds: kinds, after: position), limit: 100_000) }
    }

    /// The position of the last audit record.
    func position() async throws -> Int64 { try await store.read { try $0.lastAuditRecord()?.sequence ?? 0 } }

    /// Stops everything and removes the files.
    func stop() async {
        await group.triggerGracefulShutdown()
        _ = await running.result
        await transport.shutdown()
        sqlite.close()
        try? FileManager.default.removeItem(at: folder)
    }
}
