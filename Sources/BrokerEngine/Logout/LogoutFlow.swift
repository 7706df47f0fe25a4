import Broker
package import BrokerModel
package import Foundation
import JOSE
import Logging
import ServiceManagement

/// A sign-out: the session here ends first, whatever happens then; those of the sites that were told of it follow, and the
/// IdP's own where the connection can.
///
/// `LogoutFlow+Sites` takes the browser to the sites, `LogoutFlow+Return` takes it back from the IdP.
package struct LogoutFlow: Sendable {
    let environment: EngineEnvironment
    let live: LiveState
    let connections: ConnectionPool
    let sessions: SessionService
    let facades: FacadeService
    let audit: AuditLog

    init(
        _ environment: EngineEnvironment, live: LiveState, connections: ConnectionPool, sessions: SessionService,
        facades: FacadeService, audit: AuditLog
    ) {
        self.environment = environment
        self.live = live
        self.connections = connections
        self.sessions = sessions
        self.facades = facades
        self.audit = audit
    }

    /// How long the sign-out's cookie lives.
    package static var ticketLifetime: Duration { LogoutTicket.lifetime }

    /// Signs a person out.
    ///
    /// No failure on the way to the sites and the IdP undoes or hides that the session here is over.
    ///
    /// - Parameters:
    ///   - wanted: Where the browser wants to go in the end, unchecked.
    ///   - asking: The facade whose site asked for it, and what it concludes with.
    ///   - departs: Whether the browser is at a site's own host.
    ///   - isProven: Whether the site proved that it asked, so that it need not be told.
    package func signOut(
        _ session: Session, site: Site, wanted: String, asking: (facade: FacadeAddress, conclusion: Data?)? = nil,
        isProven: Bool = false, departs: Bool = false
    ) async throws -> SignOutStep {
        let now = environment.time.now
        let reference = Reference.make(at: now, environment.randomness)
        let told = try await sessions.facadeSessions(of: session.id)
        let knowing = isProven ? asking?.facade : nil
        let sites = told.filter { $0.facade != knowing && isToldByBrowser($0.facade) }.prefix(Self.maximumSites)
        let silent = Set(sites.map(\.facade) + [knowing].compactMap { $0 })
        try await sessions.end(
            .session(session.id), reason: .signedOut, actor: .customer, reference: reference, toldByBrowser: silent)
        var ticket = LogoutTicket(
            stage: .ended(isComplete: false), connection: session.subject.connection, site: site.id,
            customer: session.customer, session: session.id, reference: reference, target: registered(wanted, at: site),
            expiresAt: now + LogoutTicket.lifetime, sites: Array(sites))
        ticket.conclusion = asking.flatMap { asking in
            asking.conclusion.map { LogoutTicket.Conclusion(facade: asking.facade, data: $0) }
        }
        return departs ? depart(ticket) : await goOn(ticket, session)
    }

    /// The ticket is a cookie and has to fit; sites beyond that hear from the outbox, or it says that they did not.
    private static let maximumSites = 6

    // MARK: Going to the sites, then to the IdP

    /// The next step of a sign-out; the session is as it was when it ended.
    func goOn(_ ticket: LogoutTicket, _ session: Session?) async -> SignOutStep {
        if let step = await nextSite(ticket) { return step }
        var ticket = ticket
        ticket.sites = []
        do {
            return try await atProvider(ticket, session)
        } catch {
            await failed(ticket, error)
            return await end(ticket.ended(isComplete: false))
        }
    }

    private func atProvider(_ ticket: LogoutTicket, _ session: Session?) async throws -> SignOutStep {
        guard let session, let module = try module(of: ticket.connection),
            let upstream = try sessions.upstreamSession(of: session)
        else { return await remain(ticket) }
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
            return await end(ticket.ended(isComplete: true))
        case .notConfigured: return await remain(ticket)
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
    private func remain(_ ticket: LogoutTicket) async -> SignOutStep {
        if ticket.conclusion != nil { return await end(ticket.ended(isComplete: true)) }
        guard let target = ticket.target else { return page(ticket) }
        return SignOutStep(next: .leave(target), ticket: nil)
    }

    /// Back to the site that asked; else, for whoever is signed out everywhere, to a registered address; everybody else
    /// reads our page first.
    func end(_ ticket: LogoutTicket) async -> SignOutStep {
        guard case .ended(let isComplete) = ticket.stage else { return page(ticket) }
        if let conclusion = ticket.conclusion, let step = await conclude(conclusion, ticket, isComplete: isComplete) {
            return step
        }
        if isComplete, let wanted = ticket.target, let site = live.resources.sites[ticket.site],
            let target = registered(wanted, at: site)
        {
            return SignOutStep(next: .leave(target), ticket: nil)
        }
        return page(ticket)
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
    init(ending error: any Error) {
        switch error {
        case let error as LoginError: self = error
        case let error as StoreError:
            self.init(.storeUnavailable, detail: error.detail, underlying: error)
        case let error as SettingsError: self.init(.configurationInvalid, detail: error.description)
        default: self.init(.configurationInvalid, detail: "the sign-out cannot go on", underlying: error)
        }
    }
}
