import Broker
import BrokerModel
import Foundation

/// Stores what an IdP said of a live session, in one transaction, if the session still waits for it.
struct RefreshSettlement: Sendable {
    let environment: EngineEnvironment
    let live: LiveState
    let sessions: SessionService
    let audit: AuditLog
    /// The connection as it was when the IdP was asked.
    let connection: Connection
    /// The session as it was claimed.
    let session: Session
    let claim: String

    private var schedule: RefreshSchedule { RefreshSchedule(connection) }

    /// What a transaction did, for what this process remembers.
    private struct Effect: Sendable {
        var result: RefreshResult
        var ended: (sessions: [Session], reason: Session.EndReason)?
        var changed: [SessionID] = []
    }

    func settle(_ verdict: RefreshVerdict) async throws -> RefreshResult {
        do {
            return try await write(verdict)
        } catch let error as LoginError {
            return try await write(.refused(error))
        }
    }

    private func write(_ verdict: RefreshVerdict) async throws -> RefreshResult {
        let known = live.resources
        let effect = try await environment.store.write { try apply(verdict, known, in: $0) }
        if let ended = effect.ended { sessions.didEnd(ended.sessions, reason: ended.reason) }
        sessions.didChange(effect.changed)
        return effect.result
    }

    private func apply(_ verdict: RefreshVerdict, _ known: Resources, in writer: any StoreWriter) throws -> Effect {
        let now = environment.time.now
        let resources = try writer.resourceRevision() == known.revision ? known : writer.resources()
        // What was changed while the IdP answered decides anew (M56); a rotated handle is kept all the same.
        let isCurrent =
            resources.connections[connection.id] == connection
            && resources.organizations[connection.organization]?.isEnabled == true
        let after = try settled(verdict, isCurrent: isCurrent, at: now)
        guard try writer.settleRefresh(after, claim: claim, at: now), isCurrent else { return Effect(result: .dropped) }
        let reference = Reference.make(at: now, environment.randomness)
        switch verdict {
        case .never: return Effect(result: .notConfigured)
        case .confirmed: return Effect(result: .confirmed)
        case .updated(let identity):
            let update = RefreshedIdentity(
                environment: environment, audit: audit, connection: connection, session: session, reference: reference)
            return Effect(
                result: .updated, changed: try update.apply(identity, resources, at: now, in: writer))
        case .failed(let error):
            guard schedule.isOverdue(since: after.refresh.failingSince, at: now) else { return Effect(result: .failed) }
            return try end(error, .refreshOverdue, .overdue, reference, at: now, in: writer)
        case .refused(let error): return try end(error, .refreshRefused, .refused, reference, at: now, in: writer)
        case .revoked(let denial): return try revoke(denial, reference, at: now, in: writer)
        }
    }

    // MARK: The session's own row

    private func settled(_ verdict: RefreshVerdict, isCurrent: Bool, at now: Timestamp) throws -> Session {
        var after = session
        switch verdict {
        case .confirmed(let upstream): try adopt(upstream, in: &after)
        case .updated(let identity): try adopt(identity.upstream, in: &after)
        case .never, .revoked, .refused, .failed: break
        }
        after.refresh.dueAt =
            isCurrent ? dueAt(verdict, at: now) : schedule.retry(after: 1, at: now, environment.randomness)
        guard isCurrent else { return after }
        switch verdict {
        case .confirmed, .updated:
            (after.refresh.confirmedAt, after.refresh.failingSince, after.refresh.failures) = (now, nil, 0)
        case .failed:
            after.refresh.failingSince = session.refresh.failingSince ?? now
            after.refresh.failures += 1
        case .never: (after.refresh.failingSince, after.refresh.failures) = (nil, 0)
        case .revoked, .refused: break
        }
        return after
    }

    private func dueAt(_ verdict: RefreshVerdict, at now: Timestamp) -> Timestamp? {
        switch verdict {
        case .confirmed, .updated: schedule.next(after: now, environment.randomness)
        case .failed: schedule.retry(after: session.refresh.failures + 1, at: now, environment.randomness)
        case .never, .revoked, .refused: nil
        }
    }

    /// Without a new handle the old one goes on; a name that is not said again stays.
    private func adopt(_ upstream: UpstreamSession?, in session: inout Session) throws {
        guard let upstream else { return }
        session.upstreamHandle = try sessions.seal(upstream.handle, of: session.id)
        session.upstreamSessionID = upstream.sessionID ?? session.upstreamSessionID
        session.upstreamPrincipal = upstream.principal ?? session.upstreamPrincipal
    }

    // MARK: Ending

    private func end(
        _ error: LoginError, _ kind: AuditKind, _ result: RefreshResult, _ reference: Reference, at now: Timestamp,
        in writer: any StoreWriter
    ) throws -> Effect {
        try audit.append(
            event(kind, reference, at: now, code: error.code.rawValue, facts: LoginFlow.facts(of: error)), in: writer)
        let ended = try sessions.end(
            .session(session.id), reason: .upstreamUnconfirmed, actor: .system, reference: reference, at: now,
            in: writer)
        return Effect(result: result, ended: (ended, .upstreamUnconfirmed))
    }

    /// Every session of the identity: the others would hear the same within `refreshEvery`.
    private func revoke(
        _ denial: Denial, _ reference: Reference, at now: Timestamp, in writer: any StoreWriter
    ) throws -> Effect {
        let ended = try sessions.end(
            .subject(session.subject), reason: .upstreamRevoked, actor: .identityProvider, reference: reference,
            at: now, in: writer)
        var facts = ["sessions": String(ended.count)]
        if !denial.detail.isEmpty { facts["detail"] = denial.detail }
        try audit.append(
            event(.accessRevoked, reference, at: now, code: denial.reason.rawValue, facts: facts), in: writer)
        return Effect(result: .revoked, ended: (ended, .upstreamRevoked))
    }

    private func event(
        _ kind: AuditKind, _ reference: Reference, at now: Timestamp, code: String, facts: [String: String]
    ) -> AuditEvent {
        AuditEvent(
            kind, at: now, actor: kind == .accessRevoked ? .identityProvider : .system, reference: reference,
            customer: session.customer, organization: session.organization, connection: connection.id,
            site: session.site, session: session.id, code: code, facts: facts)
    }
}
