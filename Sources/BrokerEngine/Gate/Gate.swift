import Broker
import BrokerModel
import JOSE
import Logging
import ServiceManagement

/// Decides for every request at the door.
///
/// Fails closed: whatever is not a clear yes does not pass.
package struct Gate: Sendable {
    private let environment: EngineEnvironment
    private let live: LiveState
    private let sessions: SessionService
    private let portals: PortalSessions
    private let refusals: RefusalLog
    private let cookies: CookieNames

    init(_ environment: EngineEnvironment, live: LiveState, sessions: SessionService, audit: AuditLog) {
        self.environment = environment
        self.live = live
        self.sessions = sessions
        portals = PortalSessions(environment)
        refusals = RefusalLog(environment, audit: audit)
        cookies = CookieNames(isSecure: environment.settings.publicURL.hasPrefix("https:"))
    }

    // MARK: On the event loop

    /// The answer for a session token that was verified before, or nil where somebody has to look: no store, no
    /// signature, one lock.
    package func warmAnswer(_ request: GateRequest) -> GateAnswer? {
        // A token was verified for a site that is there, and is forgotten when the sites change.
        guard CanonicalPath.isCanonical(request.target), let site = request.site ?? site(of: request)?.id,
            case .one(let token) = CookieHeader.value(of: cookies.token, in: request.cookies),
            let entry = live.warmEntry(for: String(token), site: site, at: environment.time.now),
            entry.accepts(cookies: request.cookies)
        else { return nil }
        environment.observer.gateAnswered(.allowed, isWarm: true)
        return .allow(entry.grant)
    }

    // MARK: In full

    /// The decision.
    ///
    /// - Parameter isCounted: False for a front that asks about one request a second time, to word its answer.
    package func decide(_ request: GateRequest, isCounted: Bool = true) async -> GateAnswer {
        let answer = await answer(to: request)
        guard isCounted else { return answer }
        environment.observer.gateAnswered(answer.outcome, isWarm: false)
        refusals.note(request, answer)
        return answer
    }

    /// Writes what the gate refused since the last time as aggregated audit events.
    package func flushRefusals() async throws { try await refusals.flush() }

    private func answer(to request: GateRequest) async -> GateAnswer {
        guard let target = try? RequestTarget(request.target) else { return .badRequest }
        do { try await live.refresh() } catch { return unavailable(error) }
        guard let site = site(of: request) else { return .unavailable }
        let isPublic = isPublic(target, method: request.method, site: site)
        do {
            if let pass = try await pass(for: request, site: site) {
                return try await answer(to: request, target: target, pass: pass, site: site)
            }
        } catch {
            return isPublic ? .allowAnonymous(.publicPath) : unavailable(error)
        }
        if isPublic { return .allowAnonymous(.publicPath) }
        return .signIn(signIn(request, target: target, site: site))
    }

    /// What a request with a live session gets.
    private func answer(
        to request: GateRequest, target: RequestTarget, pass: Pass, site: Site
    ) async throws -> GateAnswer {
        guard site.admits(pass.owner.customer.organization) else {
            return .notAdmitted(site: site.id, organization: pass.owner.customer.organization)
        }
        guard let cookies = PortalSessions.cookies(of: site, in: request.cookies),
            try await portals.belong(cookies, to: pass.owner.session.id, site: site)
        else { return .portalReset(reset(request, target: target, site: site)) }
        if let verified = pass.verified {
            let known = site.cookiesOfPortal.map { name in
                (name: name, value: cookies.first { $0.name == name }?.value)
            }
            live.remember(
                verified.token,
                VerifiedTokens.Entry(
                    session: pass.owner.session.id, site: site.id, until: verified.until, grant: pass.grant,
                    portal: known),
                readAt: verified.generation, at: environment.time.now)
        }
        return .allow(pass.grant)
    }

    private func unavailable(_ error: any Error) -> GateAnswer {
        environment.logger.error("the gate cannot decide", metadata: ["cause": "\(error)"])
        return .unavailable
    }

    /// The one site where the front names none; nil where that would be a guess.
    private func site(of request: GateRequest) -> Site? {
        let sites = live.resources.sites
        if let named = request.site { return sites[named] }
        return sites.count == 1 ? sites.first?.value : nil
    }

    private func isPublic(_ target: RequestTarget, method: String, site: Site) -> Bool {
        guard method == "GET" || method == "HEAD" else { return false }
        return site.publicPaths.contains { PathPattern($0)?.matches(target.segments) == true }
    }

    // MARK: Sessions

    /// A live session behind a request, and what it would pass with.
    private struct Pass {
        var owner: SessionService.Owner
        var grant: GateGrant
        /// The token that was verified, where it was one and not a handle.
        var verified: (token: String, until: Timestamp, generation: Int)?
    }

    private func pass(for request: GateRequest, site: Site) async throws -> Pass? {
        if case .one(let token) = CookieHeader.value(of: cookies.token, in: request.cookies),
            let pass = try await pass(token: String(token), site: site)
        {
            return pass
        }
        guard case .one(let handle) = CookieHeader.value(of: cookies.handle, in: request.cookies),
            CookieHeader.value(of: cookies.token, in: request.cookies) != .several,
            let owner = try await sessions.owner(handle: String(handle))
        else { return nil }
        var pass = Pass(owner: owner, grant: try grant(for: owner, site: site, at: environment.time.now))
        // No token for a site that will not have them.
        guard site.admits(owner.customer.organization) else { return pass }
        guard let token = try await sessions.renew(owner, site: site) else { return nil }
        pass.grant.renewedToken = token
        return pass
    }

    /// A token passes only while its session lives: the signature says who, the store says whether still.
    private func pass(token: String, site: Site) async throws -> Pass? {
        let now = environment.time.now
        let generation = live.generation
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

    // MARK: No session

    private func signIn(_ request: GateRequest, target: RequestTarget, site: Site) -> SignIn {
        SignIn(
            way: way(request, target), site: site.id, returnTarget: returnTarget(request, site),
            clearsCookies: CookieHeader.value(of: cookies.token, in: request.cookies) != .absent
                || CookieHeader.value(of: cookies.handle, in: request.cookies) != .absent)
    }

    private func reset(_ request: GateRequest, target: RequestTarget, site: Site) -> PortalReset {
        PortalReset(
            way: way(request, target), site: site.id, returnTarget: returnTarget(request, site),
            cookies: site.cookiesOfPortal,
            isRepeated: CookieHeader.value(of: cookies.reset, in: request.cookies) != .absent)
    }

    private func way(_ request: GateRequest, _ target: RequestTarget) -> SignIn.Way {
        let navigation = NavigationCheck(method: request.method, accept: request.accept, path: target.path)
        let acceptsPage =
            request.accept?.contains("text/html") == true
            && RequestClass(path: target.path) == .navigation
        return navigation.isNavigation ? .redirect : acceptsPage ? .page : .problem
    }

    private func returnTarget(_ request: GateRequest, _ site: Site) -> String {
        request.method == "GET" || request.method == "HEAD" ? request.target : site.defaultPath
    }
}
