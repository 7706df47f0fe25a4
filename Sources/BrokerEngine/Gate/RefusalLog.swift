import Broker
import BrokerModel
import Logging
import ServiceManagement
import Synchronization

/// Counts what the gate refuses, and what it would have refused, and writes both once a minute: one audit event for each
/// kind of refusal, the first at once, and hourly tallies for reports.
///
/// A flood of bots must show in the log without becoming its content.
final class RefusalLog: Sendable {
    /// What is counted together: everything of a tally but its hour.
    private typealias Key = GateTally.Key

    private struct State {
        var counts: [Key: Int] = [:]
        var reported: Set<Key> = []
    }

    /// Beyond so many kinds in one minute people are no longer told apart: whoever makes them must not fill the memory.
    ///
    /// Counted by what was reported: the first of each kind is written at once and leaves the counts.
    private static let maximumKinds = 5000
    /// How long tallies are kept.
    private static let memory = Duration.seconds(90 * 86400)

    private let environment: EngineEnvironment
    private let audit: AuditLog
    private let state = Mutex(State())

    init(_ environment: EngineEnvironment, audit: AuditLog) {
        self.environment = environment
        self.audit = audit
    }

    /// Counts a refusal, one that was only observed, and whoever passes in an emergency.
    func note(_ request: GateRequest, _ decision: GateDecision) {
        guard let key = Self.key(request, decision) else { return }
        let isFirst = state.withLock { state in
            let key = state.reported.count < Self.maximumKinds ? key : key.ofNobodyInParticular
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

    private static func key(_ request: GateRequest, _ decision: GateDecision) -> Key? {
        guard let outcome = decision.countedOutcome else { return nil }
        let path = request.target.prefix { $0 != "?" }
        let attempt = AttemptKind(
            decision.reading, method: request.method, isCall: path.firstRange(of: "/rest/") != nil)
        let refusal = decision.withheld ?? decision.answer
        return Key(
            hour: Timestamp(seconds: 0), site: request.site ?? SiteID(rawValue: ""), outcome: outcome,
            attempt: attempt.rawValue,
            organization: decision.customer?.organization, customer: decision.customer?.id,
            portal: refusal.refusedPortal ?? decision.portal,
            reason: refusal.reasonText)
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
        let hour = Timestamp(seconds: now.seconds / 3600 * 3600)
        let entries = counts.filter { $0.value > 0 }.map { (key: $0.key, count: $0.value) }
        guard !entries.isEmpty else { return }
        try await environment.store.write { [audit] writer in
            for (key, count) in entries {
                try audit.append(Self.event(key, count, at: now), in: writer)
                var key = key
                key.hour = hour
                try writer.add(GateTally(key, count: Int64(count)))
            }
        }
    }

    private static func event(_ key: Key, _ count: Int, at now: Timestamp) -> AuditEvent {
        var facts = ["count": String(count), "attempt": key.attempt]
        facts["portal"] = key.portal?.description
        facts["reason"] = key.reason.isEmpty ? nil : key.reason
        return AuditEvent(
            key.isObserved
                ? .gateObserved
                : key.outcome == GateOutcome.allowedBreakGlass.rawValue
                    ? .gateEmergency : .gateRefused,
            at: now, actor: key.customer == nil ? .anonymous : .customer, customer: key.customer,
            organization: key.organization, site: key.site.rawValue.isEmpty ? nil : key.site, code: key.plainOutcome,
            facts: facts)
    }

    /// Forgets tallies that no report reads any more.
    func forget() async throws {
        let limit = environment.time.now - Self.memory
        _ = try await environment.store.write { try $0.deleteGateTallies(before: limit) }
    }
}

extension GateDecision {
    /// How it is counted; nil for what passes as it should.
    fileprivate var countedOutcome: String? {
        if let withheld { return GateReport.observedMark + withheld.outcome.rawValue }
        return switch answer {
        case .allow: nil
        case .allowAnonymous(.breakGlass): answer.outcome.rawValue
        case .allowAnonymous: nil
        default: answer.outcome.rawValue
        }
    }
}

extension GateAnswer {
    fileprivate var refusedPortal: PortalID? {
        if case .denied(let refusal) = self { refusal.portal } else { nil }
    }

    /// Why, in a few words for an operator; empty where the outcome says all.
    fileprivate var reasonText: String {
        switch self {
        case .denied(let refusal):
            switch refusal.reason {
            case .rule(let name): "rule \(name)"
            case .noRule: "no rule lets them in"
            case .unknownPlace: "unknown portal"
            case .bodyUnseen: "body not seen"
            }
        case .closed(let door): door.door.rawValue
        default: ""
        }
    }
}

extension GateTally.Key {
    /// The same without names, for when there are too many.
    fileprivate var ofNobodyInParticular: Self {
        var key = self
        (key.customer, key.portal) = (nil, nil)
        return key
    }
}
