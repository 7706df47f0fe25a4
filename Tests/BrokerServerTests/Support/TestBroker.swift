import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import BrokerStorage
import EmailCodeProvider
import Foundation
import JOSE
import Logging
import MockIdentityProviders
import OIDCProvider
import Outbound
import ServiceLifecycle
import Synchronization

/// A whole broker on loopback: engine, SQLite, both listeners, and a mock OP with two tenants.
final class TestBroker: Sendable {
    let engine: Engine
    let store: SQLiteStore
    let op: MockOpenIDProvider
    let clock: TestClock
    let metrics: PrometheusMetrics
    let publicPort: Int
    let internalPort: Int
    private let task: Task<Void, any Error>
    private let transport: GuardedTransport
    private let folder: URL

    static let secretName = "VESTIBULE_TEST_CLIENT_SECRET"
    static let clientSecret = "the-client-secret-of-the-test-installation"

    /// Starts everything; `change` edits what is applied.
    static func start(
        discovery: Discovery = .open, responseMode: String = "query", mail: (any MailSender)? = nil,
        inPath: InPathSettings? = nil, change: (inout WantedResources) -> Void = { _ in }
    ) async throws -> TestBroker {
        let clock = TestClock()
        let op = try await MockOpenIDProvider.start(
            .init(
                tenants: ["acme", "globex"].map(tenant), slowness: .milliseconds(200), now: { clock.now.seconds },
                random: { Randomness.system.bytes($0) }))
        let folder = FileManager.default.temporaryDirectory.appending(path: "vestibule-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .error
        let store = try SQLiteStore(
            path: folder.appending(path: "store.sqlite").path, logger: logger, time: clock.source)
        let transport = try GuardedTransport(
            policy: OutboundPolicy(allow: [(host: "idp.localhost", cidr: "127.0.0.0/8")]))
        let metrics = PrometheusMetrics()
        let port = try FreePort.find()
        let environment = EngineEnvironment(
            store: store, time: clock.source, randomness: .system,
            registry: try ProviderRegistry([
                OIDCProvider.self, PublishingProvider.self, PushyProvider.self, EmailCodeProvider.self,
            ]),
            facades: try FacadeRegistry([FacadeModule(ScriptFacade.self)]),
            keyring: SealingKeys(current: try KeyEncryptionKey(bytes: Randomness.system.bytes(32))),
            transport: { _ in transport }, siteTransport: { _ in transport }, mail: mail,
            secrets: SecretResolver { _ in Secret(clientSecret) }, probe: TrustingProbe(), observer: metrics.observer,
            logger: logger, settings: EngineSettings(publicURL: "http://portal.localhost:\(port)/vestibule"))
        let engine = Engine(environment)
        try await engine.start()
        var wanted = resources(op: op, port: port, discovery: discovery, responseMode: responseMode)
        change(&wanted)
        _ = try await engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
        try await engine.live.reload()
        for connection in wanted.connections where connection.kind == OIDCProvider.kind {
            let tenant = connection.id.rawValue.split(separator: "-").first.map(String.init) ?? "acme"
            op.tenant(tenant)?.register(
                OPClient(
                    clientID: "vestibule", clientSecret: clientSecret,
                    redirectURIs: wanted.connections.map { environment.settings.callbackURL(of: $0.id) },
                    postLogoutRedirectURIs: wanted.connections.map { environment.settings.logoutURL(of: $0.id) }))
        }
        return try await TestBroker(
            engine: engine, store: store, op: op, clock: clock, metrics: metrics, port: port, transport: transport,
            folder: folder, logger: logger, inPath: inPath)
    }

    private init(
        engine: Engine, store: SQLiteStore, op: MockOpenIDProvider, clock: TestClock, metrics: PrometheusMetrics,
        port: Int, transport: GuardedTransport, folder: URL, logger: Logger, inPath: InPathSettings?
    ) async throws {
        (self.engine, self.store, self.op, self.clock, self.metrics) = (engine, store, op, clock, metrics)
        (self.transport, self.folder) = (transport, folder)
        let (bound, continuation) = AsyncStream.makeStream(of: BoundListeners.self)
        let server = try BrokerHTTP(
            engine: engine,
            settings: ServerSettings(
                publicListener: .tcp(host: "127.0.0.1", port: port),
                internalListener: .tcp(host: "127.0.0.1", port: 0), inPath: inPath, shutdownBound: .seconds(1)),
            metrics: metrics, logger: logger, onReady: { continuation.yield($0) })
        task = Task { try await server.run() }
        var ports: BoundListeners?
        for await listeners in bound {
            ports = listeners
            break
        }
        publicPort = ports?.publicPort ?? port
        internalPort = ports?.internalPort ?? 0
    }

    func stop() async {
        task.cancel()
        _ = await task.result
        await op.stop()
        await transport.shutdown()
        store.close()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs a test against a broker and stops it whatever happens.
    static func with(
        discovery: Discovery = .open, responseMode: String = "query", mail: (any MailSender)? = nil,
        inPath: InPathSettings? = nil, change: (inout WantedResources) -> Void = { _ in },
        _ body: (TestBroker) async throws -> Void
    ) async throws {
        let broker = try await start(
            discovery: discovery, responseMode: responseMode, mail: mail, inPath: inPath, change: change)
        do {
            try await body(broker)
        } catch {
            await broker.stop()
            throw error
        }
        await broker.stop()
    }

    var origin: String { "http://portal.localhost:\(publicPort)" }

    func auditKinds(code: String? = nil) async throws -> [AuditRecord] {
        try await store.read { try $0.auditRecords(AuditFilter(), limit: 10_000) }
            .filter { code == nil || $0.body.contains("\"code\":\"\(code ?? "")\"") }
    }

    // MARK: What is configured

    private static func tenant(_ name: String) -> OPTenant {
        OPTenant(
            name: name, title: "\(name) sign-in", clients: [],
            users: ["alice", "bob"].map { user in
                OPUser(
                    userName: user, sub: "\(name)-\(user)", email: "\(user)@\(name).example", name: user.capitalized,
                    groups: ["customers", "\(name)-\(user)"])
            }, algorithm: .es256, autoLogin: true)
    }

    private static func resources(
        op: MockOpenIDProvider, port: Int, discovery: Discovery, responseMode: String
    ) -> WantedResources {
        func connection(_ id: ConnectionID, _ tenant: String, isPublic: Bool = false) -> Connection {
            Connection(
                id: id, organization: OrganizationID(rawValue: tenant), kind: "oidc", name: "\(tenant) \(id)",
                isPublic: isPublic,
                settings: .object([
                    "issuer": .string(op.issuer(tenant)), "clientID": .string("vestibule"),
                    "clientSecret": .string("env:\(secretName)"), "responseMode": .string(responseMode),
                ]))
        }
        return WantedResources(
            organizations: [
                Organization(
                    id: "acme", name: "Acme", domains: [EmailDomain("acme.example")!], support: "it@acme.example"),
                Organization(id: "globex", name: "Globex", domains: [EmailDomain("globex.example")!]),
            ],
            connections: [
                connection("acme", "acme"), connection("globex", "globex"),
                connection("globex-contractors", "globex", isPublic: true),
            ],
            sites: [
                Site(
                    id: "portal", kind: .dataCenter, origin: "http://portal.localhost:\(port)", discovery: discovery,
                    postLogoutRedirectURIs: ["https://www.portal.example/bye"])
            ])
    }
}

/// A clock that moves when a test says so.
final class TestClock: Sendable {
    private let moment: Mutex<Timestamp>

    init() { moment = Mutex(TimeSource.system.now) }

    var now: Timestamp { moment.withLock { $0 } }
    var source: TimeSource { TimeSource { [self] in now } }
    func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

/// Tests of the witness itself are in its own room.
private struct TrustingProbe: KeyProbe {
    func accepts(token: String, publicKeyPEM: String, algorithm: String) -> Bool { true }
}

/// A port that was free a moment ago.
enum FreePort {
    struct Failure: Error {}

    static func find() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 ? getsockname(socket, address, &length) : -1
            }
        }
        guard status == 0 else { throw Failure() }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
