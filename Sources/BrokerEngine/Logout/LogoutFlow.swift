import Broker
package import BrokerModel
import Foundation
import JOSE
import Logging
import ServiceManagement

/// A sign-out: the session here ends first, whatever happens then; the IdP's own follows where the connection can.
///
/// `LogoutFlow+Return` takes the browser back from the IdP.
package struct LogoutFlow: Sendable {
    let environment: EngineEnvironment
    let live: LiveState
    let connections: ConnectionPool
    let sessions: SessionService
    let audit: AuditLog

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

    /// How long the sign-out's cookie lives.
    package static var ticketLifetime: Duration { LogoutTicket.lifetime }

    /// Signs a person out.
    ///
    /// No failure on the way to the IdP undoes or hides that the session here is over.
    ///
    /// - Parameter wanted: where the browser wants to go in the end, unchecked.
    package func signOut(_ session: Session, site: Site, wanted: String) async throws -> SignOutStep {
        let now = environment.time.now
        let reference = Reference.make(at: now, environment.randomness)
        try await sessions.end(.session(session.id), reason: .signedOut, actor: .customer, reference: reference)
        let ticket = LogoutTicket(
            stage: .ended(isComplete: false), connection: session.subject.connection, site: site.id,
            customer: session.customer, session: session.id, reference: reference, target: registered(wanted, at: site),
            expiresAt: now + LogoutTicket.lifetime)
        do {
            return try await goOn(session, ticket)
        } catch {
            await failed(ticket, error)
            return page(ticket)
        }
    }

    // MARK: Going to the IdP

    private func goOn(_ session: Session, _ ticket: LogoutTicket) async throws -> SignOutStep {
        guard let module = try module(of: ticket.connection), let upstream = try sessions.upstreamSession(of: session)
        else { return remain(ticket) }
        let (state, requestID) = (environment.randomness.token(), "_" + environment.randomness.token())
        let request = LogoutRequest(
            subject: session.subject, session: upstream, returnURL: try returnURL(of: ticket.connection), state: state,
            requestID: requestID)
        var pending = ticket
        pending.stage = .pending(state: state, requestID: requestID)
        switch try await module.beginLogout(request) {
        case .redirect(let url):
            return try await send(.redirect(url), to: url, pending)
        case .formPost(let url, let fields):
            return try await send(.formPost(url, fields, connection: ticket.connection), to: url, pending)
        case .done:
            try await audit.record(event(.logoutAnswered, ticket, code: Self.code(isComplete: true)))
            return finish(ticket, isComplete: true)
        case .notConfigured: return remain(ticket)
        }
    }

    /// A browser that brings a sign-out to an IdP carries names and tokens there.
    private func send(_ next: SignOutStep.Next, to url: URL, _ ticket: LogoutTicket) async throws -> SignOutStep {
        guard url.scheme == "https" || !environment.settings.publicURL.hasPrefix("https:") else {
            throw LoginError(.providerMisbehaved, detail: "the module signs out at an address that is not https")
        }
        let sealed = try ticket.seal(with: environment)
        try await audit.record(event(.logoutSent, ticket))
        return SignOutStep(next: next, ticket: sealed)
    }

    /// The connection's module, where it can end sessions at its IdP; nil where it cannot, or may not be asked any more.
    func module(of id: ConnectionID) throws -> (any UpstreamLogout)? {
        guard let connection = live.resources.connections[id], connection.isEnabled else { return nil }
        return try connections.provider(for: connection) as? any UpstreamLogout
    }

    private func returnURL(of connection: ConnectionID) throws(LoginError) -> URL {
        guard let url = URL(string: environment.settings.logoutURL(of: connection)) else {
            throw LoginError(.configurationInvalid, detail: "publicURL is not a URL")
        }
        return url
    }

    // MARK: Ending

    /// Nobody asks the IdP: the browser goes where it wanted to, and our own page says that the session there may last.
    private func remain(_ ticket: LogoutTicket) -> SignOutStep {
        guard let target = ticket.target else { return page(ticket) }
        return SignOutStep(next: .leave(target), ticket: nil)
    }

    /// A registered address is for whoever is signed out everywhere; everybody else reads our page first.
    func finish(_ ticket: LogoutTicket, isComplete: Bool) -> SignOutStep {
        if isComplete, let wanted = ticket.target, let site = live.resources.sites[ticket.site],
            let target = registered(wanted, at: site)
        {
            return SignOutStep(next: .leave(target), ticket: nil)
        }
        return page(ticket.ended(isComplete: isComplete))
    }

    /// Our own page; without its ticket it only says that the session here is over.
    func page(_ ticket: LogoutTicket) -> SignOutStep {
        SignOutStep(next: .page, ticket: try? ticket.seal(with: environment))
    }

    /// An address that is registered for the site, byte for byte (M50).
    private func registered(_ wanted: String, at site: Site) -> String? {
        RedirectURIMatcher(site.postLogoutRedirectURIs).matches(wanted) ? wanted : nil
    }

    /// What our own page says to a browser with this cookie.
    package func outcome(of cookie: String?) -> SignOutOutcome? {
        guard let ticket = LogoutTicket.open(cookie, with: environment), case .ended(let isComplete) = ticket.stage,
            let connection = live.resources.connections[ticket.connection]
        else { return nil }
        return SignOutOutcome(connection: connection.name, isComplete: isComplete)
    }

    // MARK: Recording

    static func code(isComplete: Bool) -> String { isComplete ? "complete" : "partial" }

    func event(
        _ kind: AuditKind, _ ticket: LogoutTicket, code: String? = nil, facts: [String: String] = [:]
    ) -> AuditEvent {
        AuditEvent(
            kind, at: environment.time.now, actor: .customer, reference: ticket.reference, customer: ticket.customer,
            organization: live.resources.connections[ticket.connection]?.organization, connection: ticket.connection,
            site: ticket.site, session: ticket.session, code: code, facts: facts)
    }

    /// Records why the IdP was not reached or not believed; where not even that can be written, the log says it.
    func failed(_ ticket: LogoutTicket, _ error: any Error) async {
        let error = LoginError(ending: error)
        do {
            try await audit.record(
                event(.logoutFailed, ticket, code: error.code.rawValue, facts: LoginFlow.facts(of: error)))
        } catch {
            environment.logger.error(
                "a sign-out that failed was not recorded",
                metadata: ["reference": "\(ticket.reference)", "cause": "\(error)"])
        }
    }
}

extension LoginError {
    /// What a step outside the module ended with.
    fileprivate init(ending error: any Error) {
        switch error {
        case let error as LoginError: self = error
        case let error as StoreError:
            self.init(.storeUnavailable, detail: error.detail, underlying: error)
        case let error as SettingsError: self.init(.configurationInvalid, detail: error.description)
        default: self.init(.configurationInvalid, detail: "the sign-out cannot go on", underlying: error)
        }
    }
}
