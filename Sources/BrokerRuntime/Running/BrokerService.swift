package import Broker
package import BrokerEngine
import BrokerModel
package import BrokerServer
import CoreMetrics
import Foundation
package import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The server, whole: listeners, store watch, housekeeping, outbox, reload and an orderly end.
package struct BrokerService: Sendable {
    package let installation: Installation
    package let settings: SettingsReload
    package let logger: Logger
    /// Whatever is counted; also for libraries, by `MetricsSystem.bootstrap`.
    package let metrics: PrometheusMetrics
    private let handlesSignals: Bool
    private let onReady: @Sendable (BoundListeners) -> Void

    /// Reads the settings and opens the installation.
    ///
    /// - Parameters:
    ///   - handlesSignals: Whether SIGTERM, SIGINT and SIGHUP are this server's; false for several in one process.
    ///   - onReady: Called once both listeners are bound.
    /// - Throws: `ConfigurationError`, or `StoreError` where the store cannot be opened.
    package init(
        file: String, providers: [any IdentityProvider.Type], facades: [FacadeModule] = [],
        environment: [String: String], sink: LogSink = .standardError, time: TimeSource = .system,
        handlesSignals: Bool = true, onReady: @escaping @Sendable (BoundListeners) -> Void = { _ in }
    ) throws {
        let configuration = try ServerConfiguration.load(file: file, environment: environment)
        let level = LogLevel(configuration.logLevel)
        logger = Logger.vestibule(configuration.logFormat, level: level, sink: sink, time: time)
        metrics = PrometheusMetrics()
        // Whatever the log's level: the stream is where a cut tail shows.
        var heads = logger
        heads.logLevel = min(.notice, logger.logLevel)
        installation = try Installation(
            configuration, providers: providers, facades: facades, environment: environment, logger: logger,
            headLogger: heads, observer: metrics.observer, time: time)
        settings = SettingsReload(
            configuration, environment: environment, outbound: installation.outbound, level: level, logger: logger,
            handlesSignals: handlesSignals)
        self.handlesSignals = handlesSignals
        self.onReady = onReady
    }

    /// Makes this server's metrics those of the process.
    ///
    /// Once a process.
    package func bootstrapMetrics() { MetricsSystem.bootstrap(metrics) }

    /// Serves until a signal, a graceful shutdown or an error.
    package func run() async throws {
        let engine = installation.engine
        let pidFile = installation.configuration.pidFile.map { PIDFile($0) }
        try await installation.checkKeyEncryptionKey()
        try await engine.start()
        try await engine.audit.record(event(.serverStarted))
        // Only once it listens: a server that cannot must not take the file from the one that does.
        let isOurs = Mutex(false)
        let served = await Result {
            try await serve { [logger] in
                do {
                    try pidFile?.write()
                    isOurs.withLock { $0 = true }
                } catch {
                    logger.error("\(error)")
                }
            }
        }
        if isOurs.withLock({ $0 }) { pidFile?.remove() }
        await end()
        try served.get()
    }

    /// The last started stops first, so that requests end while the store is still watched.
    private func serve(_ didListen: @escaping @Sendable () -> Void) async throws {
        let (engine, configuration) = (installation.engine, installation.configuration)
        let http = try BrokerHTTP(
            engine: engine, settings: configuration.server, metrics: metrics, logger: logger
        ) { [logger, onReady] bound in
            didListen()
            logger.notice(
                "ready",
                metadata: [
                    "url": "\(configuration.engine.publicURL)", "public": "\(configuration.publicListener)",
                    "internal": "\(configuration.internalListener)",
                    "ports":
                        "\([bound.publicPort, bound.internalPort].compactMap { $0.map(String.init) }.joined(separator: ","))",
                ])
            onReady(bound)
        }
        let watch = StoreWatch(
            store: installation.store, live: engine.live, time: engine.environment.time, logger: logger)
        var group = ServiceGroupConfiguration(
            services: [
                watch, Maintenance(engine: engine, logger: logger), ConnectionCare(engine: engine, logger: logger),
                SessionCare(engine: engine, logger: logger),
                OutboxDrain(engine: engine, store: installation.store, logger: logger), settings, http,
            ],
            gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [], logger: quiet)
        // The listeners have their own bound; the group's is for what hangs in spite of it.
        group.maximumGracefulShutdownDuration = configuration.shutdownWithin + .seconds(5)
        try await ServiceGroup(configuration: group).run()
    }

    /// Writes down what is still open and signs how far the log goes.
    ///
    /// A failure here must not hide why the server ended.
    private func end() async {
        let engine = installation.engine
        do {
            try await engine.gate.flushRefusals()
            try await engine.audit.record(event(.serverStopped))
            try await engine.audit.signHead()
        } catch {
            logger.error("the end of the server was not recorded", metadata: ["cause": "\(error)"])
        }
        await installation.close()
    }

    private func event(_ kind: AuditKind) -> AuditEvent {
        AuditEvent(
            kind, at: installation.engine.environment.time.now, actor: .system,
            facts: ["process": String(ProcessInfo.processInfo.processIdentifier)])
    }

    /// The lifecycle library tells each step at `info`; an operator wants the steps of this server.
    private var quiet: Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}
