package import Broker
package import Foundation
import HTTPTypes

/// A document that an IdP publishes, such as its discovery document, its JWKS or its metadata.
///
/// Serves the last good state, refreshes it in one flight for all who wait, keeps it when the IdP is away, and
/// remembers it across restarts and processes. An actor, because the flight and those who wait for it suspend together.
package actor RemoteDocument<Value: Sendable> {
    /// One good state.
    package struct Snapshot: Sendable {
        /// What the document says.
        package let value: Value
        /// When it was fetched, by whichever process.
        package let fetchedAt: Timestamp
        /// Grows with every state that this process sees.
        package let generation: Int
    }

    /// Who may cause a fetch.
    ///
    /// Each has its own cool-down, so that forged logout tokens, which anybody can post, cannot spend the one that a
    /// login needs after a key rotation.
    package enum Budget: String, Sendable { case login, logout }

    private enum Cause: Sendable {
        case operatorsWish
        case age
        case message(Budget, after: Int, until: Timestamp)
    }

    private struct Held {
        let source: URL
        let snapshot: Snapshot
        let memoryVersion: Int64?
    }

    private let name: String
    private let format: DocumentFormat
    private let policy: RefreshPolicy
    private let context: ProviderContext
    private let pause: @Sendable (Duration) async -> Void
    private let validUntil: @Sendable (Value) -> Timestamp?
    private let didReplace: @Sendable (_ old: Value, _ new: Value) -> Void
    private let process: @Sendable (OutboundResponse) throws(LoginError) -> Value

    private var held: Held?
    private var flight: (source: URL, task: Task<Result<Snapshot, LoginError>, Never>)?
    private var generation = 0
    private var retryAfter: Timestamp?
    private var askAgainAfter: Timestamp?
    private var coolUntil: [Budget: Timestamp] = [:]
    private var lookAgainAfter: Timestamp?
    /// Why the last fetch failed, if it did.
    package private(set) var problem: LoginError?

    /// A document.
    ///
    /// - Parameters:
    ///   - name: Up to 20 characters, for errors and for the memory's key.
    ///   - pause: How this process waits for another's fetch.
    ///   - validUntil: Until when a state may be used, where the document says so; it is refreshed before that.
    ///   - didReplace: Told when this process has fetched a state that follows another.
    ///   - process: Reads and checks an answer of the source, and what is remembered of one.
    package init(
        _ name: String, format: DocumentFormat = .json, policy: RefreshPolicy, context: ProviderContext,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        validUntil: @escaping @Sendable (Value) -> Timestamp? = { _ in nil },
        didReplace: @escaping @Sendable (_ old: Value, _ new: Value) -> Void = { _, _ in },
        process: @escaping @Sendable (OutboundResponse) throws(LoginError) -> Value
    ) {
        self.name = name
        self.format = format
        self.policy = policy
        self.context = context
        self.pause = pause
        self.validUntil = validUntil
        self.didReplace = didReplace
        self.process = process
    }

    /// The document as it is known, fetched first where it is unknown or too old.
    package func current(at source: URL) async throws(LoginError) -> Snapshot {
        if let good = lastGood(source) {
            if !isDue(good) { return good }
        } else if let problem, let askAgainAfter, context.time.now < askAgainAfter {
            throw problem
        }
        return try await join(source, .age).get()
    }

    /// Fetches now, whatever is known.
    package func refresh(at source: URL) async throws(LoginError) -> Snapshot {
        try await join(source, .operatorsWish).get()
    }

    /// The document as it is known, here or to another process; nothing is fetched.
    package func known(at source: URL) async -> Snapshot? {
        if lastGood(source) == nil { adopt(try? await context.memory.read(Self.memoryKey(name, source)), source) }
        return lastGood(source)
    }

    /// A newer state than one that did not know a key; nil where there is none to be had now.
    ///
    /// Another caller's or another process's refresh comes first; a fetch only once per cool-down, or random key ids
    /// would make us an engine against the IdP.
    package func newer(than old: Snapshot, at source: URL, for budget: Budget) async -> Snapshot? {
        if let known = known(after: old, source) { return known }
        if await adoptRemembered(source), let known = known(after: old, source) { return known }
        let now = context.time.now
        let until = now + policy.coolDown + jitter()
        if flight == nil {
            if let until = coolUntil[budget], now < until { return nil }
            coolUntil[budget] = until
        }
        _ = await join(source, .message(budget, after: old.generation, until: until))
        return known(after: old, source)
    }

    /// When the document is looked at again.
    package var nextRefresh: Timestamp? {
        held.map { max(due($0.snapshot), retryAfter ?? $0.snapshot.fetchedAt) }
    }

    private func known(after old: Snapshot, _ source: URL) -> Snapshot? {
        guard let good = lastGood(source), good.generation > old.generation else { return nil }
        return good
    }

    private func lastGood(_ source: URL) -> Snapshot? {
        held.flatMap { $0.source == source ? $0.snapshot : nil }
    }

    private func due(_ snapshot: Snapshot) -> Timestamp {
        policy.due(fetchedAt: snapshot.fetchedAt, validUntil: validUntil(snapshot.value))
    }

    private func isDue(_ snapshot: Snapshot) -> Bool {
        let now = context.time.now
        return now >= due(snapshot) && retryAfter.map { now >= $0 } ?? true
    }

    private func jitter() -> Duration {
        let chance = Int64(context.randomness.bytes(1).first ?? 0)
        return .microseconds(policy.jitter.wholeMicroseconds * chance / 255)
    }
}

// MARK: The flight

extension RemoteDocument {
    private func join(_ source: URL, _ cause: Cause) async -> Result<Snapshot, LoginError> {
        if let flight, flight.source == source { return await flight.task.value }
        let task = Task { await self.fly(source, cause) }
        flight = (source, task)
        return await task.value
    }

    private func fly(_ source: URL, _ cause: Cause) async -> Result<Snapshot, LoginError> {
        let entry = try? await context.memory.read(Self.memoryKey(name, source))
        adopt(entry, source)
        let result: Result<Snapshot, LoginError>
        let (claim, until) = claim(source, cause)
        if let good = lastGood(source), await isServed(good, source, cause, claim, until: until) {
            result = .success(lastGood(source) ?? good)
        } else {
            result = await fetched(source, after: entry)
            await claim?.finish(until: until)
        }
        if flight?.source == source { flight = nil }
        return result
    }

    /// Whether what is known serves without a fetch of ours: it is new enough, or the fetch is another process's.
    private func isServed(
        _ good: Snapshot, _ source: URL, _ cause: Cause, _ claim: FetchClaim?, until: Timestamp
    ) async -> Bool {
        if isNewEnough(good, for: cause) { return true }
        guard let claim else { return false }
        let now = context.time.now
        switch (await claim.take(until: until, now: now), cause) {
        case (.taken, _), (_, .operatorsWish): return false
        case (.held(let end), .age):
            retryAfter = min(end, now + .seconds(1))
            if let end = validUntil(good.value), end <= now { await follow(claim, source) }
        case (.held(let end), .message(let budget, _, _)):
            coolUntil[budget] = end
            await follow(claim, source)
        // Without the store nobody signs in: what is due is fetched all the same, what a message asks for is not.
        case (.unknown, .age): return false
        case (.unknown, .message(let budget, _, _)): coolUntil[budget] = now + .seconds(1)
        }
        return true
    }

    private func isNewEnough(_ good: Snapshot, for cause: Cause) -> Bool {
        switch cause {
        case .operatorsWish: return false
        case .age: return context.time.now < due(good)
        case .message(let budget, let generation, _):
            guard good.generation > generation else { return false }
            coolUntil[budget] = nil
            return true
        }
    }

    private func fetched(_ source: URL, after entry: MemoryEntry?) async -> Result<Snapshot, LoginError> {
        do throws(LoginError) {
            let snapshot = try await fetch(source, after: entry)
            (problem, retryAfter, askAgainAfter) = (nil, nil, nil)
            return .success(snapshot)
        } catch {
            let now = context.time.now
            (problem, retryAfter) = (error, now + policy.coolDown + jitter())
            askAgainAfter = now + policy.firstCoolDown
            return lastGood(source).map(Result.success) ?? .failure(error)
        }
    }

    private func fetch(_ source: URL, after entry: MemoryEntry?) async throws(LoginError) -> Snapshot {
        let response = try await context.transport.exchange(
            OutboundRequest(url: source, headerFields: [.accept: format.accept]), name)
        let value = try process(response)
        if let old = lastGood(source) { didReplace(old.value, value) }
        let version = await remember(response.body, Self.memoryKey(name, source), after: entry)
        return hold(value, source, at: context.time.now, version: version)
    }

    private func hold(_ value: Value, _ source: URL, at time: Timestamp, version: Int64?) -> Snapshot {
        generation += 1
        let snapshot = Snapshot(value: value, fetchedAt: time, generation: generation)
        held = Held(source: source, snapshot: snapshot, memoryVersion: version)
        return snapshot
    }
}

// MARK: One fetch for all processes

extension RemoteDocument {
    /// What is to be taken before the fetch; what the operator asks for needs nobody's leave.
    private func claim(_ source: URL, _ cause: Cause) -> (FetchClaim?, until: Timestamp) {
        let (suffix, until): (String, Timestamp)
        switch cause {
        case .operatorsWish: return (nil, context.time.now)
        case .age: (suffix, until) = ("age", context.time.now + policy.coolDown)
        case .message(let budget, _, let end): (suffix, until) = (budget.rawValue, end)
        }
        let key = "\(Self.memoryKey(name, source)).\(suffix)"
        return (FetchClaim(memory: context.memory, key: key, longest: policy.longestCoolDown), until)
    }

    /// Waits for the process that fetches and takes over what it found; for as long as its fetch can take, no longer.
    private func follow(_ claim: FetchClaim, _ source: URL) async {
        for _ in 0..<30 {
            let isUnderWay = await claim.isUnderWay(now: context.time.now)
            if adopt(try? await context.memory.read(Self.memoryKey(name, source)), source) || !isUnderWay { return }
            await pause(.milliseconds(200))
        }
    }
}

// MARK: Memory

extension RemoteDocument {
    /// The source is part of the key: another issuer's keys never serve after a change of settings.
    package static func memoryKey(_ name: String, _ source: URL) -> String {
        "\(name).\(Fingerprint.sha256Hex(source.absoluteString.utf8).prefix(32))"
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
            let value = try? process(answer(entry.bytes))
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

    private func answer(_ bytes: Data) -> OutboundResponse {
        OutboundResponse(status: .ok, headerFields: [.contentType: format.mediaType], body: bytes)
    }
}
