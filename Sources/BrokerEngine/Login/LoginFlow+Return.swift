import Broker
import BrokerModel
import Foundation

extension LoginFlow {
    /// An IdP sent the browser back.
    ///
    /// The order matters. The browser is checked before anything is consumed, so that a stranger who learned a state
    /// cannot burn it; the state is consumed before the module runs, so that of a hundred replays one gets through.
    package func complete(_ arrival: LoginReturn) async throws -> LoginResult {
        let claim = try await whileStoreAnswers { try await self.claim(for: arrival) }
        let pending: LoginTransaction
        switch claim {
        case .login(let login): pending = login
        case .nobody(let reason):
            try await whileStoreAnswers { try await limits.admit(Self.attempt(arrival)) }
            return try await receiveUnsolicited(arrival, orRefuse: reason)
        }
        let connection = try await openConnection(pending, arrival.connection)
        guard let consumed = try await consume(pending) else {
            throw await refuse(
                pending, LoginError(.loginAlreadyUsed, detail: "the round was answered before"), connection: connection)
        }
        do {
            return try await finish(consumed, connection: connection, arrival)
        } catch let error as LoginError {
            throw await refuse(consumed, error, connection: connection)
        } catch let error as StoreError {
            throw await refuse(
                consumed, LoginError(.storeUnavailable, detail: error.detail, underlying: error), connection: connection
            )
        } catch let failure as LoginFailure {
            throw failure
        } catch {
            throw await refuse(
                consumed, LoginError(.configurationInvalid, detail: "the round cannot be finished", underlying: error),
                connection: connection)
        }
    }

    /// Only what no login waits for is counted: a flood of it keeps nobody out who is signing in.
    private static func attempt(_ arrival: LoginReturn) -> LoginLimits.Attempt {
        .init(
            site: arrival.site,
            [
                .network(LoginThrottles.callbacks, arrival.network),
                .init(throttle: LoginThrottles.unsolicited, subject: arrival.connection.rawValue),
            ])
    }

    // MARK: Before anything is consumed

    /// Where the round's state stands: `state` in OAuth, `RelayState` in SAML, and the form's own field on our pages.
    static func state(in callback: LoginCallback) -> String? {
        guard callback.endpoint != .answer else { return callback.parameters["transaction"] }
        // One or the other: a module must not compare another value than the one that was consumed.
        let states = ["state", "RelayState"].compactMap { callback.parameters[$0] }
        return states.count == 1 ? states[0] : nil
    }

    /// Whose answer a message is.
    private enum Claim {
        /// A login that waits, in the browser that began it.
        case login(LoginTransaction)
        /// Nobody's; why it would be refused.
        case nobody(LoginError)
    }

    private func claim(for arrival: LoginReturn) async throws -> Claim {
        guard let state = Self.state(in: arrival.callback), (1...256).contains(state.utf8.count) else {
            return .nobody(LoginError(.stateMismatch, detail: "the callback carries no state, or two"))
        }
        let hash = Self.hash(state, "state")
        guard let login = try await environment.store.read({ try $0.login(stateHash: hash) }) else {
            return .nobody(LoginError(.stateMismatch, detail: "no login waits for this state"))
        }
        do throws(LoginError) {
            try checkBrowser(login.pagesBindingHash, arrival.binding(login.reference))
            try checkConnection(login, arrival.connection)
            try checkPhase(login)
            try checkTime(login)
        } catch {
            throw await refuse(login, error)
        }
        return .login(login)
    }

    /// An answer belongs to the connection that was asked (mix-up, M54).
    private func checkConnection(_ login: LoginTransaction, _ connection: ConnectionID) throws(LoginError) {
        guard login.connection == connection else {
            throw LoginError(.stateMismatch, detail: "the answer came to the callback of connection \(connection)")
        }
    }

    private func checkPhase(_ login: LoginTransaction) throws(LoginError) {
        guard login.phase == .awaiting else {
            throw LoginError(.loginAlreadyUsed, detail: "the round was answered before")
        }
    }

    /// Whatever was disabled or changed while the person was away refuses (Keycloak CVE-2026-3009, M56).
    func openConnection(_ login: LoginTransaction, _ id: ConnectionID) async throws -> Connection {
        let connection = try await enabledConnection(login, id)
        guard connection.revision == login.connectionRevision else {
            throw await refuse(
                login,
                LoginError(.configurationInvalid, detail: "the connection's settings changed since the login began"))
        }
        return connection
    }

    /// The connection as it is now, if people may sign in through it.
    func enabledConnection(_ login: LoginTransaction?, _ id: ConnectionID) async throws -> Connection {
        try await whileStoreAnswers(login) { try await live.reload() }
        let resources = live.resources
        guard let connection = resources.connections[id], connection.isEnabled else {
            throw await refuse(login, LoginError(.connectionDisabled, detail: "the connection is disabled or gone"))
        }
        guard resources.replacement(of: id) == nil else {
            throw await refuse(login, LoginError(.connectionDisabled, detail: "the connection is being replaced"))
        }
        guard resources.organizations[connection.organization]?.isEnabled == true else {
            throw await refuse(login, LoginError(.organizationDisabled, detail: "the organization is disabled"))
        }
        return connection
    }

    private func consume(_ login: LoginTransaction) async throws -> LoginTransaction? {
        guard let hash = login.stateHash else { return nil }
        let now = environment.time.now
        do {
            return try await environment.store.write { try $0.consumeLogin(stateHash: hash, at: now) }
        } catch {
            throw await refuse(
                login, LoginError(.storeUnavailable, detail: "the round was not consumed", underlying: error))
        }
    }

    // MARK: The module's answer

    /// What the message itself is at fault for reads on the page like any other refused message, where its module keeps
    /// it so: that it was replayed, or spoke for somebody else's domain, would tell a forger that all else held.
    func coarsening<Value>(_ identity: VerifiedIdentity, _ step: () async throws -> Value) async throws -> Value {
        do {
            return try await step()
        } catch let error as LoginError {
            guard identity.claims.contains(where: { $0.provenance == .assertion }),
                error.code == .replayed || error.code == .emailDomainNotOwned
            else { throw error }
            throw LoginError(
                .messageRefused, detail: error.detail, rule: error.code.rawValue, underlying: error.underlying)
        }
    }

    private func finish(
        _ login: LoginTransaction, connection: Connection, _ arrival: LoginReturn
    ) async throws -> LoginResult {
        var sealed: SealedLogin
        do {
            sealed = try SealedLogin.open(login, with: environment)
        } catch {
            throw Self.unreadable(error)
        }
        sealed.network = arrival.network?.text ?? sealed.network
        guard let sent = sealed.secrets, sealed.tag == SealedLogin.tag(of: connection) else {
            throw LoginError(.configurationInvalid, detail: "the kept state belongs to other settings")
        }
        let pending = PendingLogin(
            sent: sent, fresh: makeSecrets(), state: LoginState(sealed.state), round: sealed.round,
            callbackURL: try callbackURL(of: connection), requirements: login.requirements,
            startedAt: login.roundStartedAt ?? login.createdAt)
        try checkPrecedence(over: connection, for: sealed.email)
        let provider = try provider(for: connection)
        let outcome = try await origin(of: login, sealed).run { () throws(LoginError) in
            try await provider.completeLogin(arrival.callback, resuming: pending)
        }
        switch outcome {
        case .identity(let identity):
            try checkPrecedence(over: connection, for: identity.email?.address)
            let signedIn = try await coarsening(identity) {
                try await LoginCompletion(self).run(
                    identity, login: login, connection: connection, startedAt: pending.startedAt,
                    priorHandle: arrival.priorHandle)
            }
            return .signedIn(signedIn)
        case .denied(let denial):
            throw await refuse(
                login, code: LoginError.Code(rawValue: denial.reason.rawValue), kind: .loginDenied,
                facts: ["detail": denial.detail], connection: connection)
        case .next(let step):
            let turn = try await keep(
                step, secrets: pending.fresh, connection: connection, login: login, sealed: sealed, from: .finished)
            return .turn(turn, site: login.site)
        }
    }
}
