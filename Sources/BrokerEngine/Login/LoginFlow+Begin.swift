package import Broker
import BrokerModel
import Foundation

extension LoginFlow {
    // MARK: What a person does on a page

    /// A person typed an e-mail.
    package func identify(_ typed: String, _ visit: LoginVisit) async throws -> LoginTurn {
        try await whileStoreAnswers { try await limits.admit(Self.attempt(typed, visit)) }
        let (login, sealed) = try await whileStoreAnswers { try await open(visit) }
        return try await whileStoreAnswers(login) { try await identify(typed, login, sealed, locales: visit.locales) }
    }

    /// Counts what was typed by where it comes from, by its domain and by its login, whether anybody has such a domain or
    /// not.
    private static func attempt(_ typed: String, _ visit: LoginVisit) -> LoginLimits.Attempt {
        .init([
            .network(LoginThrottles.addresses, visit.network),
            .init(throttle: LoginThrottles.login, subject: visit.handle),
            EmailAddress(typed: typed).map { .init(throttle: LoginThrottles.domain, subject: $0.domain.ascii) },
        ])
    }

    private func identify(
        _ typed: String, _ current: LoginTransaction, _ kept: SealedLogin, locales: [String]
    ) async throws -> LoginTurn {
        var (login, sealed) = (current, kept)
        guard let site = live.resources.sites[login.site] else {
            throw await refuse(login, LoginError(.notConfigured, detail: "the site is gone"))
        }
        let address = EmailAddress(typed: typed)
        guard site.discovery != .linkOnly else { return .linkSent }
        guard let address else {
            throw await refuse(login, LoginError(.emailMalformed, detail: "what was typed is not an e-mail address"))
        }
        (sealed.email, sealed.loginHint, sealed.organization) = (address, address.description, nil)
        sealed.isLookedUp = false
        login.sealed = try sealed.seal(for: login.reference, with: environment)
        try await store(login)
        if site.discovery == .uniform { return .continueUniformly }
        return try await follow(
            RealmRouting.route(address, in: live.resources), login: login, sealed: sealed, locales: locales,
            how: "email")
    }

    /// The look-up that `uniform` discovery puts into a request of its own.
    package func continueUniformly(_ visit: LoginVisit) async throws -> LoginTurn {
        var (login, sealed) = try await whileStoreAnswers { try await open(visit) }
        guard let email = sealed.email else { return .identify }
        sealed.isLookedUp = true
        login.sealed = try sealed.seal(for: login.reference, with: environment)
        return try await whileStoreAnswers(login) { [login, sealed] in
            try await store(login)
            return try await follow(
                RealmRouting.route(email, in: live.resources), login: login, sealed: sealed, locales: visit.locales,
                how: "email")
        }
    }

    /// A person picked a connection.
    ///
    /// The pick is checked against what the e-mail allows, never trusted.
    package func pick(_ id: ConnectionID, _ visit: LoginVisit) async throws -> LoginTurn {
        let (login, sealed) = try await whileStoreAnswers { try await open(visit) }
        let resources = live.resources
        let isOwn = sealed.organization.flatMap { resources.organizations[$0] }.map { organization in
            resources.connections[id]?.organization == organization.id && resources.connections[id]?.isEnabled == true
                && organization.isEnabled && resources.replacement(of: id) == nil
        }
        guard let connection = resources.connections[id],
            isOwn ?? RealmRouting.mayPick(connection, for: sealed.email, in: resources),
            isOwn != nil || sealed.email == nil || sealed.mayRoute(on: resources.sites[login.site])
        else {
            throw await refuse(login, LoginError(.connectionDisabled, detail: "\(id) is not a choice for this person"))
        }
        return try await whileStoreAnswers(login) {
            try await begin(connection, login: login, sealed: sealed, locales: visit.locales, how: "choice")
        }
    }

    // MARK: Following a route

    func follow(
        _ route: Route, login: LoginTransaction, sealed: SealedLogin, locales: [String], how: String
    ) async throws -> LoginTurn {
        switch route {
        case .connection(let connection):
            return try await begin(connection, login: login, sealed: sealed, locales: locales, how: how)
        case .choice, .unknown: return .choose
        case .closed(let organization):
            let code: LoginError.Code = organization.isEnabled ? .connectionDisabled : .organizationDisabled
            var failure = await refuse(
                login, LoginError(code, detail: "organization \(organization.id) has nothing enabled for this address"))
            failure.organization = organization
            throw failure
        }
    }

    /// Stores what was typed, while the login is still choosing.
    ///
    /// A login that is at an IdP already goes back to choosing: the person pressed the back button.
    private func store(_ login: LoginTransaction) async throws {
        guard login.phase != .finished else { throw await refuse(login, Self.hasEnded) }
        var changed = login
        (changed.phase, changed.connection, changed.stateHash, changed.roundStartedAt) = (.choosing, nil, nil, nil)
        let (phase, round, stored) = (login.phase, login.round, changed)
        guard try await environment.store.write({ try $0.advance(stored, from: phase, round: round) }) else {
            throw await refuse(login, LoginError(.loginAlreadyUsed, detail: "the login moved on in another tab"))
        }
    }

    // MARK: Going to the IdP

    /// Begins the first round with a connection, from whatever round the login was in: the person may come back and
    /// pick another one.
    func begin(
        _ connection: Connection, login: LoginTransaction, sealed: SealedLogin, locales: [String], how: String
    ) async throws -> LoginTurn {
        var login = login
        if let current = try await environment.store.read({ [hash = login.handleHash] in try $0.login(handleHash: hash)
        }) {
            login = current
        }
        guard login.phase != .finished else { throw await refuse(login, Self.hasEnded) }
        do {
            let secrets = makeSecrets()
            let provider = try provider(for: connection)
            try checkPrecedence(over: connection, for: sealed.email)
            let request = try request(secrets, connection, login, sealed, locales)
            let step = try await origin(of: login, sealed).run { () throws(LoginError) in
                try await provider.beginLogin(request)
            }
            var first = sealed
            first.round = 0
            return try await keep(
                step, secrets: secrets, connection: connection, login: login, sealed: first, from: login.phase,
                events: [routed(login, connection, how)])
        } catch let error as LoginError {
            throw await refuse(login, error, connection: connection)
        }
    }

    /// A connection for people without an IdP signs nobody in who has one (`FallbackLogin`).
    func checkPrecedence(over connection: Connection, for address: EmailAddress?) throws(LoginError) {
        guard let other = RealmRouting.precedence(over: connection, for: address, in: live.resources) else { return }
        throw LoginError(
            .connectionDisabled,
            detail: "connection \(other.id) speaks for the address, so \(connection.id) stands back",
            rule: "idp_takes_precedence")
    }

    /// For whom a module runs.
    func origin(of login: LoginTransaction, _ sealed: SealedLogin) -> LoginOrigin {
        LoginOrigin(
            reference: login.reference, site: login.site, network: sealed.network.map { ClientNetwork($0) })
    }

    private static let hasEnded = LoginError(.loginAlreadyUsed, detail: "the login has ended")

    func provider(for connection: Connection) throws(LoginError) -> any IdentityProvider {
        do {
            return try connections.provider(for: connection)
        } catch {
            throw LoginError(.configurationInvalid, detail: error.description)
        }
    }

    private func request(
        _ secrets: LoginSecrets, _ connection: Connection, _ login: LoginTransaction, _ sealed: SealedLogin,
        _ locales: [String]
    ) throws(LoginError) -> LoginRequest {
        LoginRequest(
            callbackURL: try callbackURL(of: connection), secrets: secrets, loginHint: sealed.loginHint,
            requirements: login.requirements, locales: locales, reference: login.reference.rawValue)
    }

    func callbackURL(of connection: Connection) throws(LoginError) -> URL {
        guard let url = URL(string: environment.settings.callbackURL(of: connection.id)) else {
            throw LoginError(.configurationInvalid, detail: "publicURL is not a URL")
        }
        return url
    }

    func makeSecrets() -> LoginSecrets {
        let random = environment.randomness
        return LoginSecrets(
            state: random.token(), nonce: random.token(), codeVerifier: random.token(), requestID: "_" + random.token())
    }

    private func routed(_ login: LoginTransaction, _ connection: Connection, _ how: String) -> AuditEvent {
        AuditEvent(
            .loginRouted, at: environment.time.now, actor: .anonymous, reference: login.reference,
            organization: connection.organization, connection: connection.id, site: login.site, facts: ["by": how])
    }

    /// Keeps a round: what was sent, what the module wants back, and under which settings.
    func keep(
        _ step: LoginStep, secrets: LoginSecrets, connection: Connection, login: LoginTransaction, sealed: SealedLogin,
        from phase: LoginTransaction.Phase, events: [AuditEvent] = []
    ) async throws -> LoginTurn {
        guard step.state.bytes.count <= LoginState.maximumBytes else {
            throw LoginError(
                .providerMisbehaved, detail: "the module keeps more than \(LoginState.maximumBytes) octets")
        }
        let now = environment.time.now
        var (next, kept) = (login, sealed)
        (kept.secrets, kept.state, kept.tag) = (secrets, step.state.bytes, SealedLogin.tag(of: connection))
        kept.round += 1
        guard kept.round <= PendingLogin.maximumRounds, login.round < LoginTransaction.maximumTurns else {
            throw LoginError(.tooManyRounds, detail: "round \(kept.round) of connection \(connection.id)")
        }
        next.phase = .awaiting
        (next.connection, next.connectionRevision) = (connection.id, connection.revision)
        next.round = login.round + 1
        next.stateHash = Self.hash(secrets.state, "state")
        next.roundStartedAt = now
        next.sealed = try kept.seal(for: login.reference, with: environment)
        let (stored, round) = (next, login.round)
        let isKept = try await environment.store.write { writer in
            guard try writer.advance(stored, from: phase, round: round) else { return false }
            for event in events { try audit.append(event, in: writer) }
            return true
        }
        guard isKept else { throw LoginError(.loginAlreadyUsed, detail: "the login moved on in another tab") }
        return .step(step.action, connection: connection.id, state: Secret(secrets.state))
    }
}
