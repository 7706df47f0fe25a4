import Logging
package import Broker
package import BrokerModel
import JOSE
import Synchronization

/// What this process has read of the store and answers from without asking again: configuration, keys, and which
/// session tokens it has verified.
///
/// It is true for as long as somebody looks at the store for foreign commits. A process that has not looked for a second
/// does not answer from here.
package final class LiveState: Sendable {
    /// How long the state may be used after the last look at the store.
    package static let freshness = Duration.seconds(1)

    private struct Cell {
        var resources = Resources()
        var keys = KeyRing()
        /// The last ended session that this process knows of.
        var epoch: Int64 = 0
        /// Grows whenever something that a verified token rests on has changed.
        var generation = 0
        var confirmedAt: Timestamp?
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
    private let reloading = Mutex((isRunning: false, isWanted: false))

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// The configuration as last read.
    package var resources: Resources { cell.withLock { $0.resources } }

    /// The keys as last read.
    package var keys: KeyRing { cell.withLock { $0.keys } }

    /// Whether somebody looked at the store within the last second.
    package func isFresh(at now: Timestamp) -> Bool {
        cell.withLock { $0.confirmedAt.map { now - $0 <= Self.freshness } ?? false }
    }

    /// The store was looked at and had nothing new.
    package func confirm(at now: Timestamp) { cell.withLock { $0.confirmedAt = now } }

    /// Reads what changed: configuration, keys, and sessions that ended since the last look.
    package func reload() async throws {
        let (known, epoch) = cell.withLock { ($0.resources.revision, $0.epoch) }
        let changes = try await environment.store.read { reader in
            (
                resources: try reader.resourceRevision() == known && known > 0 ? nil : try reader.resources(),
                keys: try StoredKey.Use.allCases.flatMap { try reader.keys($0) },
                ended: try reader.revocations(after: epoch, limit: VerifiedTokens.maximumCount),
                epoch: try reader.revocationEpoch()
            )
        }
        let now = environment.time.now
        let ring = keys.updated(from: changes.keys, keyring: environment.keyring)
        cell.withLock { cell in
            if let resources = changes.resources, resources.revision >= cell.resources.revision {
                cell.resources = resources
                cell.dropTokens()
            }
            if ring.ids != cell.keys.ids { cell.dropTokens() }
            cell.keys = ring
            if changes.ended.count == VerifiedTokens.maximumCount { cell.dropTokens() }
            cell.drop(sessions: Set(changes.ended.map(\.session)))
            cell.epoch = max(cell.epoch, changes.epoch)
            cell.confirmedAt = now
        }
    }

    /// Asks for a reload soon; many askers make one reload.
    package func reloadSoon() {
        let mustStart = reloading.withLock { state in
            state.isWanted = true
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard mustStart else { return }
        Task { await reloadWhileWanted() }
    }

    private func reloadWhileWanted() async {
        while reloading.withLock({ state in
            defer { state.isWanted = false }
            if !state.isWanted { state.isRunning = false }
            return state.isWanted
        }) {
            do { try await reload() } catch {
                environment.logger.error("the store could not be read", metadata: ["cause": "\(error)"])
            }
        }
    }

    // MARK: Verified tokens

    /// What the gate answers for a token that it has verified, or nil where it must be looked at again.
    func warmGrant(for token: String, site: SiteID, at now: Timestamp) -> GateGrant? {
        cell.withLock { cell in
            guard let confirmedAt = cell.confirmedAt, now - confirmedAt <= Self.freshness else { return nil }
            return cell.tokens.grant(for: token, site: site, at: now)
        }
    }

    /// What to hand to `remember`, read before the session is.
    var generation: Int { cell.withLock { $0.generation } }

    /// Remembers a verified token, unless something that it rests on changed since: a session that ended while it was
    /// read could be this one.
    func remember(_ token: String, _ entry: VerifiedTokens.Entry, readAt generation: Int) {
        cell.withLock { cell in
            guard cell.generation == generation else { return }
            cell.tokens.insert(token, entry)
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
