import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import BrokerStorage
import Foundation
import Logging
import OIDCProvider
import Synchronization
import Testing

@testable import BrokerRuntime

@Suite(.serialized) struct BrokerServiceTests {
    private static let settings = """
        publicURL: http://broker.localhost:1/vestibule
        listen: 127.0.0.1:0
        gate: {listen: "127.0.0.1:0"}
        server: {pidFile: vestibule.pid, shutdownWithin: 1s}

        """

    private final class Lines: Sendable {
        private let written = Mutex<[String]>([])
        var all: [String] { written.withLock { $0 } }
        func add(_ line: String) { written.withLock { $0.append(line) } }
    }

    private func service(
        _ workshop: Workshop, _ settings: String = settings, lines: Lines = Lines(),
        onReady: @escaping @Sendable () -> Void = {}
    ) throws -> BrokerService {
        try BrokerService(
            file: try workshop.write("server.yaml", settings), providers: [OIDCProvider.self],
            facades: [FacadeModule(TestFacade.self)], environment: workshop.environment,
            sink: LogSink { lines.add($0) }, handlesSignals: false
        ) { _ in onReady() }
    }

    /// Runs a server while a test looks at it.
    private func running(
        _ workshop: Workshop, lines: Lines = Lines(), _ body: (BrokerService) async throws -> Void
    ) async throws {
        let (readiness, ready) = AsyncStream.makeStream(of: Void.self)
        let service = try service(workshop, lines: lines) { ready.yield() }
        let task = Task {
            defer { ready.finish() }
            try await service.run()
        }
        var isReady = false
        for await _ in readiness {
            isReady = true
            break
        }
        #expect(isReady)
        try await body(service)
        task.cancel()
        _ = await task.result
    }

    private func another(_ workshop: Workshop) throws -> Installation {
        try Installation(
            ServerConfiguration.load(file: workshop.path("server.yaml"), environment: workshop.environment),
            providers: [OIDCProvider.self], facades: [FacadeModule(TestFacade.self)],
            environment: workshop.environment, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(.timeLimit(.minutes(1)))
    func `a server that cannot listen names the address and leaves another's pid file`() async throws {
        let workshop = try Workshop()
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let first = try BrokerService(
            file: try workshop.write("server.yaml", Self.settings), providers: [OIDCProvider.self],
            environment: workshop.environment, sink: LogSink { _ in }, handlesSignals: false
        ) { bound.yield($0.publicPort ?? 0) }
        let task = Task {
            defer { bound.finish() }
            try await first.run()
        }
        let port = try #require(await ports.first { _ in true })
        let pid = try String(contentsOfFile: workshop.path("vestibule.pid"), encoding: .utf8)
        let second = try service(workshop, Self.settings.replacing("127.0.0.1:0\n", with: "127.0.0.1:\(port)\n"))
        let failure = await #expect(throws: ListenError.self) { try await second.run() }
        #expect(failure?.description.hasPrefix("cannot listen on 127.0.0.1:\(port): ") == true)
        #expect(try String(contentsOfFile: workshop.path("vestibule.pid"), encoding: .utf8) == pid)
        task.cancel()
        _ = await task.result
    }

    @Test(.timeLimit(.minutes(1)))
    func `a change by another process is known within a second`() async throws {
        let workshop = try Workshop()
        try await running(workshop) { service in
            let cli = try another(workshop)
            let live = service.installation.engine.live
            #expect(live.resources.organizations.isEmpty)
            let wanted = WantedResources(organizations: [Organization(id: "acme", name: "Acme")])
            _ = try await cli.engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
            let clock = ContinuousClock()
            let start = clock.now
            // Another process's commit is found by looking, so this test must look too.
            while live.resources.organizations.isEmpty, clock.now - start < .seconds(5) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(clock.now - start < .seconds(1))
            #expect(live.isFresh(at: TimeSource.system.now))
            await cli.close()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `start and end are recorded and the head is signed`() async throws {
        let workshop = try Workshop()
        let lines = Lines()
        try await running(workshop, lines: lines) { _ in
            #expect(PIDFile(workshop.path("vestibule.pid")).process == getpid())
        }
        #expect(!FileManager.default.fileExists(atPath: workshop.path("vestibule.pid")))
        let after = try another(workshop)
        let (last, head) = try await after.store.read { (try $0.lastAuditRecord(), try $0.lastAuditHead()) }
        #expect(last?.kind == .serverStopped)
        #expect(head?.sequence == last?.sequence)
        let signature = try #require(head?.signature)
        #expect(lines.all.contains { $0.contains(signature) })
        let verdict = try await AuditVerifier(after.engine.environment).verify(against: [signature])
        #expect(verdict == .intact(records: last?.sequence ?? 0, signedUpTo: last?.sequence ?? 0))
        await after.close()
    }

    // MARK: Outbox

    /// What the end of a session leaves for a site with the test's facade.
    private func put(_ key: String, _ ear: TestFacade.Ear, in installation: Installation) async throws {
        let now = TimeSource.system.now
        let site = Site(
            id: "portal", kind: .cloud, origin: "https://portal.example",
            facades: [
                SiteFacade(
                    kind: "test",
                    settings: .object([
                        "clientID": .string(ear.name), "redirectURIs": .array([.string("https://portal.example/cb")]),
                    ]), settingsVersion: TestFacade.settingsVersion)
            ])
        let told = FacadeSession(
            facade: FacadeAddress(site: "portal", kind: "test"), key: key, session: "s", customer: "c",
            name: "a@b.example",
            createdAt: now)
        _ = try await installation.engine.resources.apply(
            WantedResources(sites: [site]), prune: false, isDryRun: false, actor: .system)
        try await installation.engine.live.reload()
        let entry = OutboxEntry(
            id: key, topic: .facadeSessionEnded, lane: "portal", body: try JSONEncoder().encode(told), dueAt: now,
            createdAt: now)
        try await installation.store.write { try $0.enqueue(entry) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a site hears of what ended before the start, here and in another process`() async throws {
        let workshop = try Workshop()
        let ear = TestFacade.Ear()
        try workshop.write("server.yaml", Self.settings)
        let cli = try another(workshop)
        try await put("before", ear, in: cli)
        try await running(workshop) { service in
            var heard = ear.heard.makeAsyncIterator()
            #expect(await heard.next() == "before")
            try await put("here", ear, in: service.installation)
            #expect(await heard.next() == "here")
            try await put("elsewhere", ear, in: cli)
            #expect(await heard.next() == "elsewhere")
        }
        #expect(try await cli.engine.outbox.backlog().count == 0)
        await cli.close()
    }

    private func drain(_ installation: Installation, _ sink: LogSink = LogSink { _ in }) -> Task<Void, any Error> {
        let logger = Logger.vestibule(.text, level: LogLevel(.error), sink: sink)
        let drain = OutboxDrain(engine: installation.engine, store: installation.store, logger: logger)
        return Task { try await drain.run() }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an end waits for the entry in hand and leaves the next`() async throws {
        let workshop = try Workshop()
        let ear = TestFacade.Ear()
        ear.close()
        try workshop.write("server.yaml", Self.settings)
        let installation = try another(workshop)
        let task = drain(installation)
        try await put("first", ear, in: installation)
        var heard = ear.heard.makeAsyncIterator()
        #expect(await heard.next() == "first")
        // The same lane: it is not taken up before the first is done.
        try await put("second", ear, in: installation)
        task.cancel()
        ear.open()
        _ = await task.result
        let (waiting, told) = try await installation.store.read {
            (try $0.outboxBacklog().count, try $0.auditRecords(AuditFilter(kinds: [.facadeSessionEnded]), limit: 9))
        }
        #expect(waiting == 1 && told.count == 1)
        await installation.close()
    }

    @Test(.timeLimit(.minutes(1)))
    func `an outbox that cannot be read is logged, and the service goes on`() async throws {
        let workshop = try Workshop()
        try workshop.write("server.yaml", Self.settings)
        let installation = try another(workshop)
        await installation.close()
        let (lines, log) = AsyncStream.makeStream(of: String.self)
        let task = drain(installation, LogSink { log.yield($0) })
        var written = lines.makeAsyncIterator()
        // The second comes with the next look.
        for _ in 1...2 { #expect(await written.next()?.contains("the outbox waits and is tried again soon") == true) }
        task.cancel()
        _ = await task.result
    }

    @Test func `an invalid file leaves what runs and names line and key`() async throws {
        let workshop = try Workshop()
        let lines = Lines()
        let service = try service(workshop, lines: lines)
        try workshop.write("server.yaml", Self.settings + "log:\n  level: loud\n")
        guard case .refused(let error) = service.settings.reload() else { return #expect(Bool(false)) }
        #expect(error.problems.map { "\($0.line ?? 0) \($0.key)" } == ["6 log.level"])
        #expect(service.logger.logLevel == .info)
        #expect(lines.all.contains { $0.contains("server.yaml:6:3: log.level") })
        await service.installation.close()
    }

    @Test func `a reload takes on what it can and names what needs a restart`() async throws {
        let workshop = try Workshop()
        let service = try service(workshop)
        let changed = Self.settings.replacing("127.0.0.1:0\ngate", with: "127.0.0.1:7\ngate")
        try workshop.write(
            "server.yaml",
            changed + "log: {level: debug}\noutbound: {allow: [{host: idp.localhost, cidr: 127.0.0.0/8}]}\n")
        let outcome = SettingsReload.Outcome.applied(live: ["log.level", "outbound.allow"], needRestart: ["listen"])
        #expect(service.settings.reload() == outcome)
        #expect(service.logger.logLevel == .debug)
        // What was not taken on is still a difference the next time.
        #expect(service.settings.reload() == .applied(live: [], needRestart: ["listen"]))
        await service.installation.close()
    }

    @Test func `trust roots that cannot be used leave the running ones`() async throws {
        let workshop = try Workshop()
        let service = try service(workshop)
        try workshop.write("ca.pem", "no certificate")
        try workshop.write("server.yaml", Self.settings + "outbound: {trustRoots: [ca.pem]}\n")
        guard case .refused = service.settings.reload() else { return #expect(Bool(false)) }
        await service.installation.close()
    }
}
