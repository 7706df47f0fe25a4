package import Broker
import BrokerModel
import Foundation
import Logging

/// Tells those outside what the store says they have to hear.
///
/// An entry is taken for a while and removed when it is done, so that a process that dies in between loses nothing:
/// somebody else takes it up, and whoever hears twice hears the same. What fails is tried again, later each time, and is
/// given up with an audit event after a day.
package struct OutboxWorker: Sendable {
    private let environment: EngineEnvironment
    private let facades: FacadeService
    private let audit: AuditLog

    /// How long an entry may take before another process takes it up.
    private static let lease = Duration.seconds(60)
    /// How long a site may be away.
    private static let patience = Duration.seconds(86400)
    private static let batch = 16

    init(_ environment: EngineEnvironment, facades: FacadeService, audit: AuditLog) {
        self.environment = environment
        self.facades = facades
        self.audit = audit
    }

    /// Does what is due; returns how many entries it took.
    @discardableResult
    package func drain() async throws -> Int {
        let now = environment.time.now
        let due = try await environment.store.write {
            try $0.claimOutbox(at: now, lease: now + Self.lease, limit: Self.batch)
        }
        // Entries of one drain are of different lanes, so that one slow site keeps nobody else waiting.
        await withTaskGroup(of: Void.self) { group in
            for entry in due { group.addTask { await tell(entry) } }
        }
        return due.count
    }

    /// Whether something waits, and since when.
    package func backlog() async throws -> (count: Int, oldest: Timestamp?) {
        try await environment.store.read { try $0.outboxBacklog() }
    }

    private func tell(_ entry: OutboxEntry) async {
        do {
            switch entry.topic {
            case .facadeSessionEnded: try await tellFacade(entry)
            }
        } catch {
            environment.logger.error("an outbox entry waits", metadata: ["entry": "\(entry.id)", "cause": "\(error)"])
        }
    }

    // MARK: Facades

    private func tellFacade(_ entry: OutboxEntry) async throws {
        guard let told = try? JSONDecoder().decode(FacadeSession.self, from: entry.body) else {
            return try await finish(entry, nil)
        }
        let outcome: Result<FacadeEnding, FacadeError>
        do throws(FacadeError) {
            outcome = .success(try await end(told))
        } catch {
            outcome = .failure(error)
        }
        switch outcome {
        case .success(.told): try await finish(entry, event(.facadeSessionEnded, told))
        case .success(.noBackChannel):
            try await finish(entry, event(.facadeNotTold, told, code: "no_back_channel"))
        case .failure(let error):
            try await failed(entry, error, event(.facadeNotTold, told, code: error.code.rawValue, detail: error.detail))
        }
    }

    /// A facade that was taken away, or whose settings do not load, cannot say where to tell it.
    private func end(_ told: FacadeSession) async throws(FacadeError) -> FacadeEnding {
        let module: (any Facade)?
        do throws(SettingsError) {
            module = try facades.module(at: told.facade)
        } catch {
            throw FacadeError(.configurationInvalid, detail: error.description)
        }
        return try await module?.endSession(told) ?? .noBackChannel
    }

    private func failed(_ entry: OutboxEntry, _ error: FacadeError, _ event: AuditEvent) async throws {
        let now = environment.time.now
        guard now - entry.createdAt < Self.patience else { return try await finish(entry, event) }
        environment.logger.warning(
            "a site could not be told; it is tried again",
            metadata: ["entry": "\(entry.id)", "attempts": "\(entry.attempts)", "code": "\(error.code)"])
        try await environment.store.write { try $0.postponeOutbox(entry.id, until: now + Self.pause(entry.attempts)) }
    }

    /// Twice as long each time, up to ten minutes.
    private static func pause(_ attempts: Int) -> Duration { .seconds(min(600, 2 << min(attempts, 10))) }

    private func finish(_ entry: OutboxEntry, _ event: AuditEvent?) async throws {
        try await environment.store.write { writer in
            if let event { try audit.append(event, in: writer) }
            try writer.finishOutbox(entry.id)
        }
    }

    private func event(
        _ kind: AuditKind, _ told: FacadeSession, code: String? = nil, detail: String? = nil
    ) -> AuditEvent {
        var facts = ["facade": told.facade.kind.rawValue]
        facts["detail"] = detail
        return AuditEvent(
            kind, at: environment.time.now, actor: .system, customer: told.customer, site: told.facade.site,
            session: told.session, code: code, facts: facts)
    }
}
