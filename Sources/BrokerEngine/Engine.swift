import Broker
import BrokerModel
import Directory
import JOSE
import Logging

/// The broker itself: logins, sessions, keys, the gate and the audit log over one store.
///
/// One engine per process. It keeps no truth of its own: whatever matters is in the store, and what is cached here is
/// dropped within a second of a change made elsewhere.
package final class Engine: Sendable {
    package let environment: EngineEnvironment
    package let live: LiveState
    package let keys: KeyService
    package let connectionKeys: ConnectionKeyService
    package let audit: AuditLog
    package let connections: ConnectionPool
    package let watch: ConnectionWatch
    package let sessions: SessionService
    package let refreshes: SessionWatch
    package let login: LoginFlow
    package let facades: FacadeService
    package let outbox: OutboxWorker
    package let logout: LogoutFlow
    package let gate: Gate
    package let customers: CustomerService
    package let resources: ResourceService
    package let replacements: ReplacementService
    package let tests: TestLogins
    let limits: LoginLimits
    package let breakGlass: BreakGlassService
    package let reports: GateReports
    package let posture: Posture

    package init(_ environment: EngineEnvironment) {
        self.environment = environment
        let live = LiveState(environment)
        let audit = AuditLog(environment)
        let keys = KeyService(environment, live: live, audit: audit)
        let connections = ConnectionPool(environment, live: live)
        let connectionKeys = ConnectionKeyService(environment, live: live, audit: audit)
        let sessions = SessionService(environment, live: live, audit: audit)
        self.live = live
        self.audit = audit
        self.keys = keys
        self.connections = connections
        self.connectionKeys = connectionKeys
        watch = ConnectionWatch(environment, live: live, connections: connections, audit: audit)
        self.sessions = sessions
        refreshes = SessionWatch(
            environment, live: live, connections: connections, sessions: sessions, audit: audit)
        let limits = LoginLimits(environment, audit: audit)
        self.limits = limits
        login = LoginFlow(
            environment, live: live, connections: connections, sessions: sessions, limits: limits, audit: audit)
        let facades = FacadeService(environment, live: live, sessions: sessions, audit: audit)
        self.facades = facades
        outbox = OutboxWorker(environment, facades: facades, audit: audit)
        logout = LogoutFlow(
            environment, live: live, connections: connections, sessions: sessions, facades: facades, audit: audit)
        breakGlass = BreakGlassService(environment, limits: limits, audit: audit)
        gate = Gate(environment, live: live, sessions: sessions, emergencies: breakGlass, audit: audit)
        customers = CustomerService(environment, sessions: sessions, audit: audit)
        resources = ResourceService(
            environment, sessions: sessions, keys: connectionKeys, facades: facades, audit: audit)
        replacements = ReplacementService(environment, live: live, resources: resources, audit: audit)
        reports = GateReports(environment, live: live)
        posture = Posture(environment, live: live)
        tests = TestLogins(environment, live: live, flow: login, audit: audit)
    }

    /// For longer than JSM's own remember-me cookie lives, which is two weeks.
    private static let portalCookieMemory = Duration.seconds(30 * 86400)

    /// Makes first keys where there are none and loads what the gate needs.
    package func start() async throws {
        try await keys.maintain()
        try await live.reload()
        try await connectionKeys.maintain()
    }

    /// The minute's housekeeping: sessions past their deadlines end, what expired is forgotten, the audit chain's head
    /// is signed, keys move on.
    ///
    /// Keys come last: one that fails its probe must not keep the log from being signed.
    package func maintain() async throws {
        try await sessions.end(.all, reason: .expired, actor: .system)
        let now = environment.time.now
        let grace = environment.settings.clockSkew
        _ = try await environment.store.write { writer in
            try writer.deleteLogins(expiredBefore: now - .seconds(3600))
                + writer.deleteTestLogins(expiredBefore: now)
                + writer.deleteOneTimeIdentifiers(expiredBefore: now - grace)
                + writer.deleteSessions(endedBefore: now - .seconds(86400))
                + writer.deleteBuckets(fullBefore: now)
                + writer.deleteFacadeGrants(expiredBefore: now - .seconds(3600))
                + writer.deleteHandOffs(expiredBefore: now - .seconds(3600))
                + writer.deletePortalSessions(boundBefore: now - Self.portalCookieMemory)
        }
        await replacements.maintain()
        try await breakGlass.maintain()
        try await gate.flushRefusals()
        try await limits.flush()
        try await audit.signHead()
        try await connectionKeys.maintain()
        try await keys.maintain()
    }
}
