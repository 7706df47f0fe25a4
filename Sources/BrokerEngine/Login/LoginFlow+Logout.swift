package import Broker
import BrokerModel

extension LoginFlow {
    /// An IdP says that sessions are over.
    ///
    /// The message acts on server-side sessions by the names that the IdP knows, never on a browser's cookie; a message
    /// counts once.
    ///
    /// A disabled connection's messages are heard too: they only ever end sessions.
    package func receiveLogout(_ callback: LoginCallback, at id: ConnectionID) async throws -> LogoutNotice.Answer {
        guard let connection = live.resources.connections[id] else {
            throw await refuse(nil, LoginError(.connectionDisabled, detail: "there is no connection \(id)"))
        }
        do {
            guard let receiver = try provider(for: connection) as? any LogoutReceiver else {
                throw LoginError(.notConfigured, detail: "kind \(connection.kind) receives no logout messages")
            }
            let notice = try await receiver.receiveLogout(callback)
            try await end(notice, connection: connection)
            return notice.answer
        } catch let error as LoginError {
            throw await refuse(nil, error, connection: connection)
        } catch let error as StoreError {
            throw await refuse(
                nil, LoginError(.storeUnavailable, detail: error.detail, underlying: error), connection: connection)
        }
    }

    private func end(_ notice: LogoutNotice, connection: Connection) async throws {
        let selection: SessionSelection
        switch notice.target {
        case .session(let issuer, let sessionID):
            selection = .upstream(connection: connection.id, issuer: issuer, sessionID: sessionID)
        case .subject(let key):
            guard key.connection == connection.id else {
                throw LoginError(
                    .providerMisbehaved, detail: "the module ended sessions of connection \(key.connection)")
            }
            selection = .subject(key)
        }
        let now = environment.time.now
        let ended = try await environment.store.write { writer in
            for identifier in notice.oneTime {
                guard try writer.take(identifier, scope: "logout/\(connection.id)") else {
                    throw LoginError(.replayed, detail: "the logout message was used before")
                }
            }
            return try sessions.end(
                selection, reason: .upstreamLogout, actor: .identityProvider, reference: nil, at: now, in: writer)
        }
        sessions.didEnd(ended, reason: .upstreamLogout)
    }
}
