import Broker
import BrokerModel
import Foundation

extension LoginFlow {
    /// How long an IdP's word waits for the person's.
    package static let offerLifetime = Duration.seconds(300)

    /// An IdP sent a browser that no login of ours had sent there.
    ///
    /// Nothing ties such a message to the browser that carries it: whoever holds one can have it posted by somebody
    /// else's. So it opens no session. It leads to an ordinary login, which
    /// starts where all do, with the browser's cookies, or asks the person first (login CSRF, M15).
    func receiveUnsolicited(_ arrival: LoginReturn, orRefuse refusal: LoginError) async throws -> LoginResult {
        guard Self.mayBeUnsolicited(arrival.callback), hears(arrival.connection) else {
            throw await refuse(nil, refusal)
        }
        let connection = try await enabledConnection(nil, arrival.connection)
        do {
            guard let module = try provider(for: connection) as? any UnsolicitedLogin else { throw refusal }
            switch try await module.receiveUnsolicited(arrival.callback) {
            case .notConfigured: throw refusal
            case .begin(let hint): return .restart(connection.id, hint: hint.map { $0.bounded(toOctets: 320) })
            case .identity(let identity):
                let offered = try await coarsening(identity) { try await offer(identity, connection, arrival) }
                return .offered(offered)
            }
        } catch let error as LoginError {
            throw await refuse(nil, error, connection: connection)
        } catch let error as StoreError {
            throw await refuse(
                nil, LoginError(.storeUnavailable, detail: error.detail, underlying: error), connection: connection)
        }
    }

    /// A message with two states is nobody's: a module must not read another one than we did.
    private static func mayBeUnsolicited(_ callback: LoginCallback) -> Bool {
        callback.endpoint == .login
            && ["state", "RelayState"].count { callback.parameters[$0] != nil } < 2
    }

    private func hears(_ id: ConnectionID) -> Bool {
        guard let connection = live.resources.connections[id], let module = try? provider(for: connection) else {
            return false
        }
        return module is any UnsolicitedLogin
    }

    private func site(of arrival: LoginReturn) throws(LoginError) -> Site {
        guard let site = arrival.site.flatMap({ live.resources.sites[$0] }) else {
            throw LoginError(.notConfigured, detail: "the host that was asked is no site's")
        }
        return site
    }

    /// The message is checked and spent now; the session waits for the person.
    private func offer(
        _ identity: VerifiedIdentity, _ connection: Connection, _ arrival: LoginReturn
    ) async throws -> OfferedLogin {
        let (resources, now) = (live.resources, environment.time.now)
        let completion = LoginCompletion(self)
        let organization = try completion.check(
            identity, connection: connection, requirements: .none, startedAt: now, at: now, in: resources)
        guard !identity.oneTime.isEmpty else {
            throw LoginError(.providerMisbehaved, detail: "a message that nobody asked for came without an identifier")
        }
        let (binding, handle) = (environment.randomness.token(), environment.randomness.token())
        var draft = draft(binding: binding, handle: handle, site: try site(of: arrival), returnTarget: "")
        (draft.phase, draft.expiresAt) = (.offered, now + min(Self.offerLifetime, environment.settings.loginLifetime))
        (draft.connection, draft.connectionRevision) = (connection.id, connection.revision)
        draft.roundStartedAt = now
        var sealed = SealedLogin()
        sealed.priorHandleHash = arrival.priorHandle.map(SessionHandle.hash)
        sealed.identity = KeptIdentity(identity)
        let login = try await insert(draft, sealed, as: .loginOffered) { writer in
            try completion.checkUnchanged(connection, organization, since: resources, in: writer)
            try completion.takeOneTimeIdentifiers(identity, of: connection, in: writer)
        }
        return OfferedLogin(reference: login.reference, binding: Secret(binding), handle: handle)
    }
}
