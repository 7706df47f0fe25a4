import Broker
import BrokerModel
import Logging
import Synchronization

/// Looks after what enabled connections trust: refreshes it when it is due, and speaks of what an operator should see.
///
/// Of several processes one refreshes, and one records that trusted keys changed: they agree by compare-and-set. Apart
/// from the housekeeping of the store, because an IdP may be slow.
package final class ConnectionWatch: Sendable {
    /// How many IdPs are asked at a time.
    static let concurrency = 4
    /// How long nobody else asks an IdP that somebody began to ask.
    private static let claim = Duration.seconds(120)
    /// The least time between two refreshes.
    private static let pause = Duration.seconds(60)
    /// When to ask again where a module does not say: what it trusts is fixed, or it never got an answer.
    private static let (unhurried, afterFailure) = (Duration.seconds(3600), Duration.seconds(300))

    private let environment: EngineEnvironment
    private let live: LiveState
    private let connections: ConnectionPool
    private let audit: AuditLog
    private let notices: OperatorNotices

    init(_ environment: EngineEnvironment, live: LiveState, connections: ConnectionPool, audit: AuditLog) {
        self.environment = environment
        self.live = live
        self.connections = connections
        self.audit = audit
        notices = OperatorNotices(environment.logger)
    }

    /// Does what is due now; returns when the last IdP has answered or was given up.
    package func tend() async throws {
        let now = environment.time.now
        let resources = live.resources
        let enabled = resources.connections.values.filter {
            $0.isEnabled && resources.organizations[$0.organization]?.isEnabled == true
        }.sorted { $0.id < $1.id }
        let running = enabled.compactMap { connection in provider(of: connection).map { (connection, $0) } }
        notices.keep(Set(enabled.map(\.id)))
        for (connection, provider) in running {
            guard let holder = provider as? any ExceptionHolder else { continue }
            for exception in holder.exceptions where exception.until > now {
                warn(of: exception, at: connection.id, now)
            }
        }
        try await refresh(
            running.compactMap { connection, provider in
                (provider as? any TrustRefresher).map { (connection, $0) }
            })
    }

    private func provider(of connection: Connection) -> (any IdentityProvider)? {
        do throws(SettingsError) {
            let provider = try connections.provider(for: connection)
            notices.settle(nil, .loading, at: connection.id)
            return provider
        } catch {
            notices.settle(error.description, .loading, at: connection.id)
            return nil
        }
    }

    private func warn(of exception: WeakeningException, at connection: ConnectionID, _ now: Timestamp) {
        notices.daily(
            "a weak exception is active: \(exception.name) until \(exception.until.day)", at: connection, now)
    }

    // MARK: Refreshing

    /// A few at a time; one that is slow or fails keeps none of the others waiting for more than its own place.
    private func refresh(_ refreshers: [(Connection, any TrustRefresher)]) async throws {
        let now = environment.time.now
        let due = try await environment.store.read { reader in
            try refreshers.filter { connection, _ in
                try TrustRecord.read(connection.id, in: reader).record?
                    .isDue(at: now, revision: connection.revision) ?? true
            }
        }
        var failure: (any Error)?
        await withTaskGroup(of: (any Error)?.self) { group in
            for (position, (connection, refresher)) in due.enumerated() {
                if position >= Self.concurrency, let ended = await group.next() { failure = failure ?? ended }
                group.addTask { [self] in
                    do { try await refresh(connection, refresher) } catch { return error }
                    return nil
                }
            }
            for await ended in group { failure = failure ?? ended }
        }
        if let failure { throw failure }
    }

    private func refresh(_ connection: Connection, _ refresher: any TrustRefresher) async throws {
        guard let claim = try await claim(connection) else { return }
        let status = await refresher.refreshTrust()
        notices.settle(status.problem, .refreshing, at: connection.id)
        let now = environment.time.now
        for key in status.keys {
            if let warning = CertificateEnd.warning(of: key, at: now) { notices.daily(warning, at: connection.id, now) }
        }
        // An IdP that was away before it ever answered says nothing about its keys.
        let keys = status.keys.isEmpty && status.problem != nil ? claim.keys : Set(status.keys.map(\.id)).sorted()
        let after = TrustRecord(revision: connection.revision, keys: keys, next: Self.next(status, now))
        try await environment.store.write { [audit] writer in
            guard try after.write(connection.id, over: claim.version, at: now, in: writer) else { return }
            guard let old = claim.keys, let keys, old != keys else { return }
            try audit.append(
                AuditEvent(
                    .connectionTrustChanged, at: now, actor: .system, organization: connection.organization,
                    connection: connection.id,
                    facts: ["old": old.joined(separator: " "), "new": keys.joined(separator: " ")]), in: writer)
        }
    }

    /// Takes the refresh for this process; nil where another one has it, or has done it.
    private func claim(_ connection: Connection) async throws -> (keys: [String]?, version: Int64?)? {
        let now = environment.time.now
        return try await environment.store.write { writer in
            let known = try TrustRecord.read(connection.id, in: writer)
            guard known.record?.isDue(at: now, revision: connection.revision) ?? true,
                try writer.resources().connections[connection.id] != nil
            else { return nil }
            let keys = known.record?.keys
            let claimed = TrustRecord(revision: connection.revision, keys: keys, next: now + Self.claim)
            guard try claimed.write(connection.id, over: known.version, at: now, in: writer) else { return nil }
            return (keys, try TrustRecord.read(connection.id, in: writer).version)
        }
    }

    private static func next(_ status: TrustStatus, _ now: Timestamp) -> Timestamp {
        let standard = status.problem == nil ? unhurried : afterFailure
        return max(status.nextRefresh ?? now + standard, now + pause)
    }
}
