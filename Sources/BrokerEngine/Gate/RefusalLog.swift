import Broker
import BrokerModel
import Logging
import Synchronization

/// Counts what the gate refuses and writes one audit event a minute for each site and outcome; the first of each at
/// once.
///
/// A flood of bots must show in the log without becoming its content.
final class RefusalLog: Sendable {
    private struct Key: Hashable {
        var site: SiteID?
        var outcome: GateOutcome
        var way: SignIn.Way?
    }

    private struct State {
        var counts: [Key: Int] = [:]
        var reported: Set<Key> = []
    }

    private let environment: EngineEnvironment
    private let audit: AuditLog
    private let state = Mutex(State())

    init(_ environment: EngineEnvironment, audit: AuditLog) {
        self.environment = environment
        self.audit = audit
    }

    /// Counts an answer that lets nothing through.
    func note(_ request: GateRequest, _ answer: GateAnswer) {
        let key: Key
        switch answer {
        case .allow, .allowAnonymous: return
        case .signIn(let signIn): key = Key(site: signIn.site, outcome: .noSession, way: signIn.way)
        case .notAdmitted(let site, _): key = Key(site: site, outcome: answer.outcome, way: nil)
        case .denied(let refusal): key = Key(site: refusal.site, outcome: answer.outcome, way: refusal.way)
        case .stepUp(let step): key = Key(site: step.signIn.site, outcome: answer.outcome, way: step.signIn.way)
        case .closed(let door): key = Key(site: door.site, outcome: answer.outcome, way: door.way)
        case .portalReset(let reset): key = Key(site: reset.site, outcome: answer.outcome, way: reset.way)
        case .badRequest, .badBody, .unavailable: key = Key(site: request.site, outcome: answer.outcome, way: nil)
        }
        let isFirst = state.withLock { state in
            state.counts[key, default: 0] += 1
            return state.reported.insert(key).inserted
        }
        guard isFirst else { return }
        Task { [environment] in
            do { try await flush(only: key) } catch {
                environment.logger.error("a refusal was not recorded", metadata: ["cause": "\(error)"])
            }
        }
    }

    /// Writes the counts since the last time.
    func flush() async throws {
        let counts = state.withLock { state in
            defer { state = State() }
            return state.counts
        }
        try await record(counts)
    }

    private func flush(only key: Key) async throws {
        let count = state.withLock { $0.counts.removeValue(forKey: key) ?? 0 }
        try await record([key: count])
    }

    /// What could not be written is counted again next time.
    private func record(_ counts: [Key: Int]) async throws {
        do { try await write(counts) } catch {
            state.withLock { $0.counts.merge(counts, uniquingKeysWith: +) }
            throw error
        }
    }

    private func write(_ counts: [Key: Int]) async throws {
        let now = environment.time.now
        let events = counts.filter { $0.value > 0 }.map { key, count in
            AuditEvent(
                .gateRefused, at: now, actor: .anonymous, site: key.site, code: key.outcome.rawValue,
                facts: ["count": String(count), "answer": key.way?.rawValue ?? key.outcome.rawValue])
        }
        guard !events.isEmpty else { return }
        try await environment.store.write { [audit] writer in
            for event in events { try audit.append(event, in: writer) }
        }
    }
}
