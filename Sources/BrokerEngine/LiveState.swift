package import Broker
package import BrokerModel
import JOSE
import Logging
import Synchronization

/// What this process has read of the store and answers from without asking again: configuration, keys, and which
/// session tokens it has verified.
///
/// It is true for as long as somebody looks at the store for foreign commits. A process that has not looked for a
/// second does not answer from here.
package final class LiveState: Sendable {
    /// How long the state may be used after the last look at the store.
    package static let freshness = Duration.seconds(1)

    private struct Cell {
        var resources = Resources()
        var plans: [SiteID: SitePlan] = [:]
        var keys = SigningKeys()
        var connectionKeys = ConnectionKeys()
        /// The last ended session that this process knows of.
        var epoch: Int64 = 0
        /// Grows whenever something that a verified token rests on has changed.
        var generation = 0
        var confirmedAt: Timestamp?
        /// How many times somebody said that the store has something new, and how many of those a reload has seen.
        var (announced, seen) = (0, 0)
        var tokens = VerifiedTokens()

        mutating func dropTokens() {
            tokens.removeAll()
            generation += 1
        }

        mutating func drop(sessions: Set<SessionID>) {
            guard !sessions.isEmpty else { return }
            tokens.remove(sessions: sessions)
            generation += 1
        }
    }

    private let cell = Mutex(Cell())
    private let environment: EngineEnvironment
    private let reloads = Mutex((running: Task<Void, any Error>?.none, waiting: Task<Void, any Error>?.none))

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// The configuration as last read.
    package var resources: Resources { cell.withLock { $0.resources } }

    /// The gate's plan of a site as last read, or of the only one; nil where that would be a guess.
    func plan(named site: SiteID?) -> SitePlan? {
        cell.withLock { cell in
            if let site { return cell.plans[site] }
            return cell.plans.count == 1 ? cell.plans.first?.value : nil
        }
    }

    /// The keys as last read.
    package var keys: SigningKeys { cell.withLock { $0.keys } }

    /// The keys of connections as last read.
    var connectionKeys: ConnectionKeys { cell.withLock { $0.connectionKeys } }

    /// Whether somebody looked at the store within the last second.
    package func isFresh(at now: Timestamp) -> Bool { cell.withLock { Self.isFresh($0, at: now) } }

    /// A clock that was set back makes nothing fresh.
    private static func isFresh(_ cell: Cell, at now: Timestamp) -> Bool {
        cell.confirmedAt.map { (.zero - freshness...freshness).contains(now - $0) } ?? false
    }

    /// The store was looked at and had nothing new since the last look.
    ///
    /// Where what that one found has not been read yet, this confirms nothing.
    package func confirm(at now: Timestamp) {
        let isBehind = cell.withLock { cell in
            if cell.seen == cell.announced { cell.confirmedAt = now }
            return cell.seen != cell.announced
        }
        if isBehind { reloadSoon() }
    }

    /// Reads what changed, unless somebody did within the last second.
    func refresh() async throws {
        if !isFresh(at: environment.time.now) { try await reload() }
    }

    /// Reads what changed: configuration, keys, and sessions that ended since the last look.
    ///
    /// One read at a time, each of a later state than the one before: an older state never takes the place of a newer.
    /// Who asks while one runs shares the next, which sees all that was committed before the call.
    package func reload() async throws {
        let task = reloads.withLock { flights in
            if let waiting = flights.waiting { return waiting }
            let next = Task { [previous = flights.running] in
                _ = await previous?.result
                reloads.withLock { $0 = ($0.waiting, nil) }
                try await read()
            }
            flights.waiting = next
            return next
        }
        try await task.value
    }

    private func read() async throws {
        let (known, epoch, announced) = cell.withLock { ($0.resources.revision, $0.epoch, $0.announced) }
        let now = environment.time.now
        let changes = try await environment.store.read { reader in
            let isSame = try reader.resourceRevision() == known && known > 0
            return (
                resources: isSame ? nil : (try reader.resources(), ConnectionKeys(try reader.connectionKeys(of: nil))),
                keys: try StoredKey.Use.allCases.flatMap { try reader.keys($0) },
                ended: try reader.revocations(after: epoch, limit: VerifiedTokens.maximumCount),
                epoch: try reader.revocationEpoch()
            )
        }
        let fallbackKinds = environment.registry.fallbackKinds
        let plans = changes.resources?.0.sites.mapValues { SitePlan($0) }
        let ring = keys.updated(from: changes.keys, keyring: environment.keyring)
        cell.withLock { cell in
            if let resources = changes.resources {
                (cell.resources, cell.connectionKeys) = resources
                cell.resources.fallbackKinds = fallbackKinds
                cell.plans = plans ?? [:]
                cell.dropTokens()
            }
            if ring.ids != cell.keys.ids { cell.dropTokens() }
            cell.keys = ring
            if changes.ended.count == VerifiedTokens.maximumCount { cell.dropTokens() }
            cell.drop(sessions: Set(changes.ended.map(\.session)))
            cell.epoch = changes.epoch
            cell.seen = announced
            cell.confirmedAt = now
        }
    }

    /// The store has something new: asks for a reload soon; many askers make one reload.
    ///
    /// Until one succeeds, nothing is confirmed.
    package func reloadSoon() {
        cell.withLock { $0.announced += 1 }
        guard reloads.withLock({ $0.waiting == nil }) else { return }
        Task {
            do { try await reload() } catch {
                environment.logger.error("the store could not be read", metadata: ["cause": "\(error)"])
            }
        }
    }

    // MARK: Verified tokens

    /// What is known of a token that the gate has verified, or nil where it must be looked at again.
    func warmEntry(for token: String, site: SiteID, at now: Timestamp) -> VerifiedTokens.Entry? {
        cell.withLock { cell in
            guard Self.isFresh(cell, at: now) else { return nil }
            return cell.tokens.entry(for: token, site: site, at: now)
        }
    }

    /// What to hand to `remember`, read before the session is.
    var generation: Int { cell.withLock { $0.generation } }

    /// Remembers a verified token, unless something that it rests on changed since: a session that ended while it was
    /// read could be this one.
    func remember(_ token: String, _ entry: VerifiedTokens.Entry, readAt generation: Int, at now: Timestamp) {
        cell.withLock { cell in
            guard cell.generation == generation else { return }
            cell.tokens.insert(token, entry, at: now)
        }
    }

    /// Drops what was verified for sessions that ended in this process, before the caller goes on.
    func forget(_ sessions: some Sequence<SessionID>) {
        cell.withLock { $0.drop(sessions: Set(sessions)) }
        reloadSoon()
    }

    /// How many tokens are remembered.
    package var verifiedTokenCount: Int { cell.withLock { $0.tokens.count } }
}

extension ProviderRegistry {
    /// The kinds whose modules stand back where a company has an IdP.
    var fallbackKinds: Set<ProviderKind> { Set(kinds.filter { type(of: $0) is any FallbackLogin.Type }) }
}
