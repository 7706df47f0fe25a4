import Broker
import BrokerModel
import JOSE
import Logging
import ServiceManagement

/// Decides for every request at the door.
///
/// Fails closed: whatever is not a clear yes does not pass.
package struct Gate: Sendable {
    let environment: EngineEnvironment
    let live: LiveState
    let portals: PortalSessions
    let machines: MachineLanes
    let mailLinks: MailLinks
    let emergencies: BreakGlassService
    let cookies: CookieNames
    private let sessions: SessionService
    private let refusals: RefusalLog

    init(
        _ environment: EngineEnvironment, live: LiveState, sessions: SessionService, emergencies: BreakGlassService,
        audit: AuditLog
    ) {
        self.environment = environment
        self.live = live
        self.sessions = sessions
        portals = PortalSessions(environment)
        machines = MachineLanes(environment)
        mailLinks = MailLinks(environment)
        self.emergencies = emergencies
        refusals = RefusalLog(environment, audit: audit)
        cookies = CookieNames(isSecure: environment.settings.publicURL.hasPrefix("https:"))
    }

    // MARK: On the event loop

    /// The answer for a session token that was verified before and may have what is asked for, or nil where somebody has to
    /// look: no store, no signature, no rule.
    package func warmAnswer(_ request: GateRequest) -> GateAnswer? {
        // A token was verified for a site that is there, and is forgotten when the sites change.
        guard let site = request.site ?? live.plan(named: nil)?.site.id,
            case .one(let token) = CookieHeader.value(of: cookies.token, in: request.cookies),
            let entry = live.warmEntry(for: String(token), site: site, at: environment.time.now),
            entry.accepts(cookies: request.cookies), entry.view?.letsThrough(request) == true
        else { return nil }
        environment.observer.gateAnswered(.allowed, isWarm: true)
        return .allow(entry.grant)
    }

    // MARK: In full

    /// The decision.
    ///
    /// - Parameter isCounted: False for a front that asks about one request a second time, to word its answer.
    package func decide(_ request: GateRequest, isCounted: Bool = true) async -> GateAnswer {
        let decision = await decision(on: request)
        guard isCounted else { return decision.answer }
        environment.observer.gateAnswered(decision.outcome, isWarm: false)
        refusals.note(request, decision)
        return decision.answer
    }

    /// Writes what the gate refused since the last time as aggregated audit events.
    package func flushRefusals() async throws {
        try await refusals.flush()
        try await refusals.forget()
    }

    // MARK: Sessions

    /// A live session behind a request, and what it would pass with.
    struct Pass {
        var owner: SessionService.Owner
        var grant: GateGrant
        /// The token that was verified, where it was one and not a handle.
        var verified: (token: String, until: Timestamp, generation: Int)?
    }

    /// - Parameter generation: Read before the site was: what changes later is not remembered.
    func pass(for request: GateRequest, site: Site, readAt generation: Int) async throws -> Pass? {
        if case .one(let token) = CookieHeader.value(of: cookies.token, in: request.cookies),
            let pass = try await pass(token: String(token), site: site, readAt: generation)
        {
            return pass
        }
        guard case .one(let handle) = CookieHeader.value(of: cookies.handle, in: request.cookies),
            CookieHeader.value(of: cookies.token, in: request.cookies) != .several,
            let owner = try await sessions.owner(handle: String(handle), at: .site(site.id))
        else { return nil }
        var pass = Pass(owner: owner, grant: try grant(for: owner, site: site, at: environment.time.now))
        // No token for a site that will not have them.
        guard site.admits(owner.customer.organization) else { return pass }
        guard let token = try await sessions.renew(owner, site: site) else { return nil }
        pass.grant.renewedToken = token
        return pass
    }

    /// A token passes only while its session lives: the signature says who, the store says whether still.
    private func pass(token: String, site: Site, readAt generation: Int) async throws -> Pass? {
        let now = environment.time.now
        guard let verifier = live.keys.verifier(.session),
            let verified = try? SessionToken.verify(
                token, with: verifier, issuer: environment.settings.publicURL, site: site.id, at: now),
            let owner = try await sessions.owner(verified.session)
        else { return nil }
        let until = min(
            verified.expiresAt, now + IdentityHeaders.reuse, owner.session.idleDeadline, owner.session.absoluteDeadline)
        return Pass(
            owner: owner, grant: try grant(for: owner, site: site, at: now), verified: (token, until, generation))
    }

    private func grant(for owner: SessionService.Owner, site: Site, at now: Timestamp) throws -> GateGrant {
        guard let key = live.keys.signingKey(.identity) else {
            throw StoreError(.unavailable, detail: "no active identity key")
        }
        return GateGrant(
            headers: try IdentityHeaders.make(
                for: owner.customer, session: owner.session, site: site, issuer: environment.settings.publicURL,
                key: key, at: now))
    }
}
