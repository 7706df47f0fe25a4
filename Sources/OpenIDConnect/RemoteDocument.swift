package import Broker
package import Foundation
import HTTPTypes
import JOSE

/// When a document is fetched again.
package struct RefreshPolicy: Sendable {
    /// How long a fetched document serves without a look at its source.
    package var maximumAge: Duration
    /// The least time between two fetches that messages from outside can cause, and from a failure to the next try.
    package var coolDown: Duration = .seconds(60)
    /// The most that chance adds to the cool-down, so that many processes do not ask at once.
    package var jitter: Duration = .seconds(15)

    /// A policy.
    package init(maximumAge: Duration) { self.maximumAge = maximumAge }

    /// Discovery: endpoints change rarely, and never without notice.
    package static let metadata = RefreshPolicy(maximumAge: .seconds(24 * 3600))
    /// JWKS: a withdrawn key stops counting within the hour.
    package static let keys = RefreshPolicy(maximumAge: .seconds(3600))
}

/// A document that the OP publishes, such as its discovery document or its JWKS.
///
/// Serves the last good state, refreshes it in one flight for all who wait, keeps it when the OP is away, and remembers
/// it across restarts and processes. An actor, because the flight and those who wait for it suspend together.
package actor RemoteDocument<Value: Sendable> {
    /// One good state.
    package struct Snapshot: Sendable {
        /// What the document says.
        package let value: Value
        /// When it was fetched, by whichever process.
        package let fetchedAt: Timestamp
        /// Grows with every state.
        let generation: Int
    }

    /// Who may cause a fetch.
    ///
    /// Each has its own cool-down, so that forged logout tokens, which anybody can post, cannot spend the one that a
    /// login needs after a key rotation.
    package enum Budget: Sendable { case login, logout }

    private struct Held {
        let source: URL
        let snapshot: Snapshot
        let memoryVersion: Int64?
    }

    private let name: String
    private let policy: RefreshPolicy
    private let context: ProviderContext
    private let process: @Sendable (OutboundResponse) throws(LoginError) -> Value

    private var held: Held?
    private var flight: (source: URL, task: Task<Result<Snapshot, LoginError>, Never>)?
    private var generation = 0
    private var retryAfter: Timestamp?
    private var coolUntil: [Budget: Timestamp] = [:]
    private var lookAgainAfter: Timestamp?
    /// Why the last fetch failed, if it did.
    package private(set) var problem: LoginError?

    /// A document; `process` reads and checks an answer of its source.
    package init(
        _ name: String, policy: RefreshPolicy, context: ProviderContext,
        process: @escaping @Sendable (OutboundResponse) throws(LoginError) -> Value
    ) {
        self.name = name
        self.policy = policy
        self.context = context
        self.process = process
    }

    /// The document as it is known, fetched first where it is unknown or too old.
    package func current(at source: URL) async throws(LoginError) -> Snapshot {
        if let held, held.source == source, !isDue(held.snapshot) { return held.snapshot }
        return try await join(source, isForced: false).get()
    }

    /// Fetches now, whatever is known.
    package func refresh(at source: URL) async throws(LoginError) -> Snapshot {
        try await join(source, isForced: true).get()
    }

    /// A newer state than one that did not know a key; nil where there is none to be had now.
    ///
    /// Another caller's or another process's refresh comes first; a fetch of our own only once per cool-down, or random
    /// key ids would make us an engine against the OP.
    package func newer(than old: Snapshot, at source: URL, for budget: Budget) async -> Snapshot? {
        if let known = known(after: old, source) { return known }
        if await adoptRemembered(source), let known = known(after: old, source) { return known }
        if flight == nil {
            let now = context.time.now
            if let until = coolUntil[budget], now < until { return nil }
            coolUntil[budget] = now + policy.coolDown + jitter()
        }
        _ = await join(source, isForced: true)
        return known(after: old, source)
    }

    /// When the document is looked at again.
    package var nextRefresh: Timestamp? {
        held.map { max($0.snapshot.fetchedAt + policy.maximumAge, retryAfter ?? $0.snapshot.fetchedAt) }
    }

    private func known(after old: Snapshot, _ source: URL) -> Snapshot? {
        guard let held, held.source == source, held.snapshot.generation > old.generation else { return nil }
        return held.snapshot
    }

    private func isDue(_ snapshot: Snapshot) -> Bool {
        let now = context.time.now
        return now >= snapshot.fetchedAt + policy.maximumAge && retryAfter.map { now >= $0 } ?? true
    }

    private func jitter() -> Duration {
        let chance = Int64(context.randomness.bytes(1).first ?? 0)
        return .microseconds(policy.jitter.wholeMicroseconds * chance / 255)
    }
}

// MARK: The flight

extension RemoteDocument {
    private func join(_ source: URL, isForced: Bool) async -> Result<Snapshot, LoginError> {
        if let flight, flight.source == source { return await flight.task.value }
        let task = Task { await self.fly(source, isForced: isForced) }
        flight = (source, task)
        return await task.value
    }

    private func fly(_ source: URL, isForced: Bool) async -> Result<Snapshot, LoginError> {
        let result: Result<Snapshot, LoginError>
        do throws(LoginError) {
            result = .success(try await fetch(source, isForced: isForced))
            (problem, retryAfter) = (nil, nil)
        } catch {
            (problem, retryAfter) = (error, context.time.now + policy.coolDown + jitter())
            result = lastGood(source).map(Result.success) ?? .failure(error)
        }
        if flight?.source == source { flight = nil }
        return result
    }

    private func lastGood(_ source: URL) -> Snapshot? {
        held.flatMap { $0.source == source ? $0.snapshot : nil }
    }

    private func fetch(_ source: URL, isForced: Bool) async throws(LoginError) -> Snapshot {
        let key = Self.memoryKey(name, source)
        let entry = try? await context.memory.read(key)
        adopt(entry, source)
        if !isForced, let good = lastGood(source), context.time.now < good.fetchedAt + policy.maximumAge { return good }
        let response = try await context.transport.exchange(Discovery.request(at: source), name)
        let value = try process(response)
        return hold(value, source, at: context.time.now, version: await remember(response.body, key, after: entry))
    }

    private func hold(_ value: Value, _ source: URL, at time: Timestamp, version: Int64?) -> Snapshot {
        generation += 1
        let snapshot = Snapshot(value: value, fetchedAt: time, generation: generation)
        held = Held(source: source, snapshot: snapshot, memoryVersion: version)
        return snapshot
    }
}

// MARK: Memory

extension RemoteDocument {
    /// The source is part of the key: another issuer's keys never serve after a change of settings.
    package static func memoryKey(_ name: String, _ source: URL) -> String {
        "\(name).\(Digests.sha256Hex(source.absoluteString).prefix(32))"
    }

    /// Looks for another process's refresh, at most once a second.
    private func adoptRemembered(_ source: URL) async -> Bool {
        let now = context.time.now
        if let lookAgainAfter, now < lookAgainAfter { return false }
        lookAgainAfter = now + .seconds(1)
        return adopt(try? await context.memory.read(Self.memoryKey(name, source)), source)
    }

    /// Takes over what is remembered where it is newer than what is held, after the same checks as an answer.
    @discardableResult private func adopt(_ entry: MemoryEntry?, _ source: URL) -> Bool {
        guard let entry, entry.version > rememberedVersion(source),
            let value = try? process(Self.answer(entry.bytes))
        else { return false }
        _ = hold(value, source, at: entry.storedAt, version: entry.version)
        return true
    }

    private func rememberedVersion(_ source: URL) -> Int64 {
        guard let held, held.source == source else { return .min }
        return held.memoryVersion ?? .min
    }

    /// Stores a fetched document unless another process was first; a store that is away costs only the next start.
    private func remember(_ bytes: Data, _ key: String, after entry: MemoryEntry?) async -> Int64? {
        guard (try? await context.memory.compareAndSet(key, expected: entry?.version, bytes: bytes)) == true else {
            return entry?.version
        }
        return (try? await context.memory.read(key))?.version
    }

    private static func answer(_ bytes: Data) -> OutboundResponse {
        OutboundResponse(status: .ok, headerFields: [.contentType: "application/json"], body: bytes)
    }
}
