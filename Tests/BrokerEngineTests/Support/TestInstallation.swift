import Broker
import BrokerEngine
import BrokerModel
import BrokerStorage
import Foundation
import JOSE
import Testing

/// One installation: a store in a folder of its own, two organizations, one site, and a module under the test's hand.
///
/// Acme owns `acme.example` with two connections, `acme-staff` and `acme-ext` (addresses `ext-*`), Globex owns
/// `globex.example` with one. The site `portal` is on https.
final class TestInstallation: Sendable {
    let clock = TestClock()
    let script = Script()
    let log = CapturedLog()
    let metrics = CapturedMetrics()
    let probe = TestProbe()
    let path: String
    let store: FaultyStore
    let engine: Engine
    private let folder: URL
    private let keyring: SealingKeys

    static let origin = "https://portal.example"
    static let issuer = "https://portal.example/vestibule"

    init(seed: UInt64 = 1, starts: Bool = true, configure: (inout WantedResources) -> Void = { _ in }) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "vestibule-engine-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "store.sqlite").path(percentEncoded: false)
        keyring = SealingKeys(current: try KeyEncryptionKey(bytes: SeededRandomness(seed: 99).source.bytes(32)))
        let file = try SQLiteStore(path: path, logger: log.logger, time: clock.source)
        store = FaultyStore(file)
        engine = Engine(
            try Self.environment(
                store: store, seed: seed, clock: clock, keyring: keyring, probe: probe, metrics: metrics, log: log))
        var wanted = standardResources()
        configure(&wanted)
        if starts {
            try await engine.start()
            try await apply(wanted)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Another process on the same file, or the same one after a restart.
    func otherEngine(seed: UInt64 = 2, _ change: (inout EngineEnvironment) -> Void = { _ in }) async throws -> Engine {
        let file = try SQLiteStore(path: path, logger: log.logger, time: clock.source)
        var environment = try Self.environment(
            store: file, seed: seed, clock: clock, keyring: keyring, probe: probe, metrics: metrics, log: log)
        change(&environment)
        let engine = Engine(environment)
        try await engine.start()
        return engine
    }

    private static func environment(
        store: any Store, seed: UInt64, clock: TestClock, keyring: SealingKeys, probe: TestProbe,
        metrics: CapturedMetrics, log: CapturedLog
    ) throws -> EngineEnvironment {
        EngineEnvironment(
            store: store, time: clock.source, randomness: SeededRandomness(seed: seed).source,
            registry: try ProviderRegistry([TestProvider.self, KeyedProvider.self]),
            facades: try FacadeRegistry([FacadeModule(ScriptedFacade.self)]), keyring: keyring,
            transport: { _ in NoTransport() }, siteTransport: { _ in NoTransport() },
            secrets: SecretResolver { _ throws(SettingsError) in throw SettingsError(at: [], "no secrets here") },
            probe: probe, observer: metrics, logger: log.logger, headLogger: log.logger,
            settings: EngineSettings(publicURL: issuer))
    }

    // MARK: Resources

    /// Puts resources into the store and into the engine.
    @discardableResult
    func apply(
        _ wanted: WantedResources, prune: Bool = false, isDryRun: Bool = false
    ) async throws -> [ResourceChange] {
        let changes = try await engine.resources.apply(
            wanted, prune: prune, isDryRun: isDryRun, actor: .administrator("root"))
        try await engine.live.reload()
        return changes
    }

    /// Changes what is stored.
    func change(_ change: (inout WantedResources) -> Void) async throws {
        var wanted = try await engine.resources.export()
        change(&wanted)
        try await apply(wanted)
    }

    func standardResources() -> WantedResources {
        WantedResources(
            organizations: [
                Organization(id: "acme", name: "Acme", domains: [.acme], support: "help@acme.example"),
                Organization(id: "globex", name: "Globex", domains: [.globex]),
            ],
            connections: [
                connection("acme-staff", of: "acme"),
                connection("acme-ext", of: "acme") { $0.addressPattern = "ext-*" },
                connection("globex-oidc", of: "globex"),
            ],
            sites: [Site(id: "portal", kind: .cloud, origin: Self.origin)])
    }

    func connection(
        _ id: ConnectionID, of organization: OrganizationID, _ change: (inout Connection) -> Void = { _ in }
    ) -> Connection {
        var connection = Connection(
            id: id, organization: organization, kind: "test", name: "Sign-in \(id)",
            settings: .object(["script": .string(script.name)]))
        change(&connection)
        return connection
    }

    // MARK: Audit

    /// Every audit record, of some kinds only.
    func records(_ kinds: AuditKind...) async throws -> [AuditRecord] {
        try await store.read {
            try $0.auditRecords(AuditFilter(kinds: kinds.isEmpty ? nil : Set(kinds)), limit: 100_000)
        }
    }

    func sessionCount() async throws -> Int {
        let now = clock.now
        return try await store.read { try $0.liveSessionCount(at: now) }
    }
}

extension EmailDomain {
    static let acme = domain("acme.example")
    static let globex = domain("globex.example")

    static func domain(_ text: String) -> EmailDomain {
        guard let domain = EmailDomain(text) else { preconditionFailure("\(text) is no domain") }
        return domain
    }
}

extension EmailAddress {
    static func address(_ text: String) -> EmailAddress {
        guard let address = EmailAddress(text) else { preconditionFailure("\(text) is no address") }
        return address
    }
}
