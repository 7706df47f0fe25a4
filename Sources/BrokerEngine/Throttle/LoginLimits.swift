import Broker
import BrokerModel
import Foundation
import Logging
import Synchronization

/// Refuses whoever tries too often, before anything is read, verified or written for them.
///
/// What is refused is counted and becomes one audit event a minute for each limit and site, the first at once: a flood
/// must show in the log without becoming its content.
final class LoginLimits: Sendable {
    /// One attempt, and by what it is counted.
    struct Attempt: Sendable {
        var uses: [Throttling.Use]
        var site: SiteID?

        init(site: SiteID? = nil, _ uses: [Throttling.Use?]) {
            self.uses = uses.compactMap { $0 }
            self.site = site
        }
    }

    private struct Key: Hashable {
        var rule: String
        var site: SiteID?
    }

    private struct State {
        /// Buckets that were empty a moment ago: a flood costs the store one look a second.
        var empty: [Data: Timestamp] = [:]
        var counts: [Key: Int] = [:]
        var reported: Set<Key> = []
    }

    private let environment: EngineEnvironment
    private let audit: AuditLog
    private let throttling: Throttling
    private let state = Mutex(State())

    /// For how long a bucket that was found empty is not looked at again.
    static let pause = Duration.seconds(1)
    /// The most buckets that are remembered so.
    static let maximumCount = 10_000

    init(_ environment: EngineEnvironment, audit: AuditLog) {
        self.environment = environment
        self.audit = audit
        throttling = Throttling(store: environment.store, time: environment.time)
    }

    /// Counts an attempt.
    ///
    /// - Throws: `LoginFailure` with `rate_limited` where it is one too many; it says nothing about what was tried.
    func admit(_ attempt: Attempt, as code: LoginError.Code = .rateLimited) async throws {
        guard let throttle = try await emptyOne(of: attempt.uses) else { return }
        note(Key(rule: throttle.name, site: attempt.site), code: code)
        let reference = Reference.make(at: environment.time.now, environment.randomness)
        environment.logger.notice(
            "an attempt was refused",
            metadata: ["reference": "\(reference)", "code": "\(code)", "rule": "\(throttle.name)"])
        environment.observer.loginEnded(kind: nil, code: code.rawValue, duration: .zero)
        throw LoginFailure(
            code: code, reference: reference, organization: nil, site: attempt.site, returnTarget: nil, isDenial: false)
    }

    private func emptyOne(of uses: [Throttling.Use]) async throws -> Throttle? {
        guard !uses.isEmpty else { return nil }
        let now = environment.time.now
        let known = state.withLock { state in
            uses.first { use in state.empty[use.bucket].map { now < $0 } ?? false }
        }
        if let known { return known.throttle }
        guard let throttle = try await throttling.take(uses) else { return nil }
        if let use = uses.first(where: { $0.throttle == throttle }) { remember(use.bucket, at: now) }
        return throttle
    }

    private func remember(_ bucket: Data, at now: Timestamp) {
        state.withLock { state in
            if state.empty.count >= Self.maximumCount { state.empty = state.empty.filter { now < $0.value } }
            guard state.empty.count < Self.maximumCount else { return }
            state.empty[bucket] = now + Self.pause
        }
    }

    // MARK: The log

    private func note(_ key: Key, code: LoginError.Code) {
        let isFirst = state.withLock { state in
            state.counts[key, default: 0] += 1
            return state.reported.insert(key).inserted
        }
        guard isFirst else { return }
        Task { [environment] in
            do { try await record(take(key)) } catch {
                environment.logger.error("a refusal was not recorded", metadata: ["cause": "\(error)"])
            }
        }
    }

    private func take(_ key: Key) -> [Key: Int] {
        state.withLock { state in state.counts.removeValue(forKey: key).map { [key: $0] } ?? [:] }
    }

    /// Writes the counts since the last time.
    func flush() async throws {
        let counts = state.withLock { state in
            defer { (state.counts, state.reported) = ([:], []) }
            return state.counts
        }
        try await record(counts)
    }

    /// What could not be written is counted again next time.
    private func record(_ counts: [Key: Int]) async throws {
        guard !counts.isEmpty else { return }
        let now = environment.time.now
        do {
            try await environment.store.write { [audit] writer in
                for (key, count) in counts {
                    try audit.append(
                        AuditEvent(
                            .loginThrottled, at: now, actor: .anonymous, site: key.site,
                            code: LoginError.Code.rateLimited.rawValue,
                            facts: ["rule": key.rule, "count": String(count)]), in: writer)
                }
            }
        } catch {
            state.withLock { $0.counts.merge(counts, uniquingKeysWith: +) }
            throw error
        }
    }
}

extension Throttling.Use {
    /// By network, where it is known.
    static func network(_ throttle: Throttle, _ network: ClientNetwork?) -> Throttling.Use? {
        network.map { Throttling.Use(throttle: throttle, subject: $0.text) }
    }
}
