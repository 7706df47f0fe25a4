package import Broker
import BrokerModel
import Logging
import Synchronization

/// Asks IdPs again about live sessions, on time and away from every request: no page and no gate ever waits for an IdP.
///
/// Of several processes one asks: it claims what is due in one statement, and only the holder of a claim stores an
/// answer. A process that dies with a claim loses it after a lease.
package final class SessionWatch: Sendable {
    /// How many sessions of one connection are asked about at a time, by all processes together.
    package static let concurrency = 8
    /// After which time another process takes over; longer than any module may take: fifty pages of groups at an
    /// outbound deadline each, with tokens and keys before them, are five minutes.
    package static let lease = Duration.seconds(600)

    private struct State {
        var busy: Set<ConnectionID> = []
        var isStopping = false
    }

    private let environment: EngineEnvironment
    private let live: LiveState
    private let connections: ConnectionPool
    private let sessions: SessionService
    private let audit: AuditLog
    private let state = Mutex(State())

    init(
        _ environment: EngineEnvironment, live: LiveState, connections: ConnectionPool, sessions: SessionService,
        audit: AuditLog
    ) {
        self.environment = environment
        self.live = live
        self.connections = connections
        self.sessions = sessions
        self.audit = audit
    }

    /// Asks about every session that is due; returns when the last IdP has answered or was given up.
    ///
    /// Calls may overlap: a connection that another call is busy with is left to it, so that a slow IdP keeps none of
    /// the others waiting.
    package func tend() async throws {
        let now = environment.time.now
        let due = try await environment.store.read { try $0.connectionsDueForRefresh(at: now) }
        var failure: (any Error)?
        await withTaskGroup(of: (any Error)?.self) { group in
            for id in due.sorted() where isRefreshed(id) && take(id) {
                group.addTask { [self] in
                    defer { state.withLock { _ = $0.busy.remove(id) } }
                    do { try await drain(id) } catch { return error }
                    return nil
                }
            }
            for await ended in group { failure = failure ?? ended }
        }
        if let failure { throw failure }
    }

    /// Claims nothing more: what is out may still be answered.
    package func stop() { state.withLock { $0.isStopping = true } }

    /// How many live sessions a connection's IdP does not confirm at present, and since when the first; none where the
    /// store cannot be read.
    package func unconfirmed(of connection: ConnectionID) async -> (count: Int, since: Timestamp?) {
        let now = environment.time.now
        return (try? await environment.store.read { try $0.failingRefreshes(of: connection, at: now) }) ?? (0, nil)
    }

    // MARK: Claiming

    private func take(_ id: ConnectionID) -> Bool {
        state.withLock { !$0.isStopping && $0.busy.insert(id).inserted }
    }

    private func isRefreshed(_ id: ConnectionID) -> Bool { connection(id) != nil }

    /// The connection as it is now, where people may sign in through it and its kind can be asked.
    private func connection(_ id: ConnectionID) -> Connection? {
        let resources = live.resources
        guard let connection = resources.connections[id], connection.isEnabled,
            resources.organizations[connection.organization]?.isEnabled == true,
            environment.registry.type(of: connection.kind) is any SessionRefresher.Type
        else { return nil }
        return connection
    }

    private func drain(_ id: ConnectionID) async throws {
        while let connection = connection(id), !state.withLock({ $0.isStopping }), !Task.isCancelled {
            guard try await round(connection) > 0 else { return }
        }
    }

    private func round(_ connection: Connection) async throws -> Int {
        let (now, claim) = (environment.time.now, environment.randomness.token(bytes: 16))
        let claimed = try await environment.store.write { [audit] writer in
            let claimed = try writer.claimRefreshes(
                of: connection.id, claim: claim, at: now, lease: now + Self.lease, limit: Self.concurrency)
            for session in claimed where session.refresh.lost > 0 {
                try audit.append(Self.lost(session, at: now), in: writer)
            }
            return claimed
        }
        await withTaskGroup(of: Void.self) { group in
            for session in claimed { group.addTask { [self] in await refresh(session, connection, claim) } }
        }
        return claimed.count
    }

    /// What is asked again was perhaps answered before: with a rotated refresh token that nobody has.
    ///
    /// An IdP that sees the old one twice may take back all of them (RFC 9700 4.14.2), so this is never done in silence.
    private static func lost(_ session: Session, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            .refreshLost, at: now, actor: .system, customer: session.customer, organization: session.organization,
            connection: session.subject.connection, site: session.site, session: session.id,
            facts: ["times": String(session.refresh.lost)])
    }

    // MARK: Asking

    private func refresh(_ session: Session, _ connection: Connection, _ claim: String) async {
        let settlement = RefreshSettlement(
            environment: environment, live: live, sessions: sessions, audit: audit, connection: connection,
            session: session, claim: claim)
        do {
            let result = try await settlement.settle(await ask(session, connection))
            environment.observer.sessionRefreshed(kind: connection.kind, result: result)
        } catch {
            environment.logger.error(
                "what an identity provider said of a session could not be stored",
                metadata: ["session": "\(session.id)", "connection": "\(connection.id)", "cause": "\(error)"])
        }
    }

    private func ask(_ session: Session, _ connection: Connection) async -> RefreshVerdict {
        do throws(LoginError) {
            guard let refresher = try module(of: connection), let upstream = try upstream(of: session) else {
                return .never
            }
            return RefreshVerdict(try await refresher.refresh(upstream, of: session.subject))
        } catch {
            return RefreshVerdict(error)
        }
    }

    private func module(of connection: Connection) throws(LoginError) -> (any SessionRefresher)? {
        do throws(SettingsError) {
            return try connections.provider(for: connection) as? any SessionRefresher
        } catch {
            throw LoginError(.configurationInvalid, detail: error.description)
        }
    }

    private func upstream(of session: Session) throws(LoginError) -> UpstreamSession? {
        do {
            return try sessions.upstreamSession(of: session)
        } catch {
            throw LoginError(.configurationInvalid, detail: "the session's upstream handle does not open")
        }
    }
}
