package import Broker
import BrokerModel

extension LoginFlow {
    /// An IdP says that sessions are over.
    ///
    /// The message acts on server-side sessions by the names that the IdP knows, never on a browser's cookie; a message
    /// counts once.
    ///
    /// A disabled connection's messages are heard too: they only ever end sessions.
    package func receiveLogout(
        _ callback: LoginCallback, at id: ConnectionID, from network: ClientNetwork? = nil
    ) async throws -> LogoutNotice.Answer {
        guard let connection = live.resources.connections[id] else {
            try await countRefusal(from: network)
            throw await refuseLogout(LoginError(.connectionDisabled, detail: "there is no connection \(id)"))
        }
        do {
            guard let receiver = try provider(for: connection) as? any LogoutReceiver else {
                throw LoginError(.notConfigured, detail: "kind \(connection.kind) receives no logout messages")
            }
            let notice = try await receiver.receiveLogout(callback)
            try await end(notice, connection: connection)
            return notice.answer
        } catch let error as LoginError {
            try await countRefusal(from: network)
            throw await refuseLogout(error, connection: connection)
        } catch let error as StoreError {
            throw await refuseLogout(
                LoginError(.storeUnavailable, detail: error.detail, underlying: error), connection: connection)
        }
    }

    /// Only refused messages are counted: an IdP may end ten thousand sessions at once, and each must be heard.
    private func countRefusal(from network: ClientNetwork?) async throws {
        try await whileStoreAnswers { try await limits.admit(.init([.network(LoginThrottles.logouts, network)])) }
    }

    /// Records why a logout message was refused and makes of it what the caller may see.
    package func refuseLogout(_ error: LoginError, at id: ConnectionID) async -> LoginFailure {
        await refuseLogout(error, connection: live.resources.connections[id])
    }

    private func refuseLogout(_ error: LoginError, connection: Connection? = nil) async -> LoginFailure {
        await refuse(
            nil, code: error.code, kind: .logoutRefused, facts: Self.facts(of: error), connection: connection)
    }

    private func end(_ notice: LogoutNotice, connection: Connection) async throws {
        let selection = try Self.selection(notice.target, connection: connection)
        let now = environment.time.now
        guard try await matters(notice, selection, at: now) else { return }
        let reference = Reference.make(at: now, environment.randomness)
        let ended = try await environment.store.write { writer in
            for identifier in notice.oneTime {
                guard try writer.take(identifier, scope: "logout/\(connection.id)") else {
                    throw LoginError(.replayed, detail: "the logout message was used before")
                }
            }
            let ended = try sessions.end(
                selection, reason: .upstreamLogout, actor: .identityProvider, reference: reference, at: now, in: writer)
            try audit.append(
                AuditEvent(
                    .logoutReceived, at: now, actor: .identityProvider, reference: reference,
                    organization: connection.organization, connection: connection.id,
                    facts: ["sessions": String(ended.count)]), in: writer)
            return ended
        }
        sessions.didEnd(ended, reason: .upstreamLogout)
    }

    /// Whether a message can have done anything.
    ///
    /// One without an identifier is one that nobody signed: who guesses names of sessions neither fills the audit log
    /// nor keeps others from writing to the store.
    private func matters(
        _ notice: LogoutNotice, _ selection: SessionSelection, at now: Timestamp
    ) async throws -> Bool {
        guard notice.oneTime.isEmpty else { return true }
        return try await environment.store.read { try !$0.liveSessions(selection, at: now, limit: 1).isEmpty }
    }

    /// The most names of sessions in one message.
    private static let maximumSessionIDs = 1000

    /// Whose sessions a message means: only ever those of its own connection.
    private static func selection(
        _ target: LogoutNotice.Target, connection: Connection
    ) throws(LoginError) -> SessionSelection {
        switch target {
        case .session(let issuer, let sessionID):
            return .upstream(connection: connection.id, issuer: issuer, sessionID: sessionID)
        case .subject(let key):
            guard key.connection == connection.id else {
                throw LoginError(
                    .providerMisbehaved, detail: "the module ended sessions of connection \(key.connection)")
            }
            return .subject(key)
        case .principal(let issuer, let principal, let sessionIDs):
            guard sessionIDs.count <= maximumSessionIDs else {
                throw LoginError(.malformedRequest, detail: "more than \(maximumSessionIDs) sessions are named")
            }
            return .principal(
                connection: connection.id, issuer: issuer, principal: principal, sessionIDs: sessionIDs)
        }
    }
}
