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
    private let refusals: RefusalLog
    private let cookies: CookieNames

    init(_ environment: EngineEnvironment, live: LiveState, sessions: SessionService, audit: AuditLog) {
        self.environment = environment
        self.live = live
        self.sessions = sessions
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
            let grant = live.warmGrant(for: String(token), site: site, at: environment.time.now)
        else { return nil }
        environment.observer.gateAnswered(.allowed, isWarm: true)
        return .allow(grant)
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
            if let grant = try await grant(for: request, site: site) { return .allow(grant) }
        } catch {
            return isPublic ? .allowPublic : unavailable(error)
        }
        if isPublic { return .allowPublic }
        return .signIn(signIn(request, target: target, site: site))
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

    private func grant(for request: GateRequest, site: Site) async throws -> GateGrant? {
        if case .one(let token) = CookieHeader.value(of: cookies.token, in: request.cookies),
            let grant = try await grant(token: String(token), site: site)
        {
            return grant
        }
        guard case .one(let handle) = CookieHeader.value(of: cookies.handle, in: request.cookies),
            CookieHeader.value(of: cookies.token, in: request.cookies) != .several,
            let owner = try await sessions.owner(handle: String(handle)),
            let token = try await sessions.renew(owner, site: site)
        else { return nil }
        var grant = try grant(for: owner, site: site, at: environment.time.now)
        grant.renewedToken = token
        return grant
    }

    /// A token passes only while its session lives: the signature says who, the store says whether still.
    private func grant(token: String, site: Site) async throws -> GateGrant? {
        let now = environment.time.now
        let generation = live.generation
        guard let verifier = live.keys.verifier(.session),
            let verified = try? SessionToken.verify(
                token, with: verifier, issuer: environment.settings.publicURL, site: site.id, at: now),
            let owner = try await sessions.owner(verified.session)
        else { return nil }
        let grant = try grant(for: owner, site: site, at: now)
        let until = min(
            verified.expiresAt, now + IdentityHeaders.reuse, owner.session.idleDeadline, owner.session.absoluteDeadline)
        live.remember(
            token, VerifiedTokens.Entry(session: owner.session.id, site: site.id, until: until, grant: grant),
            readAt: generation, at: now)
        return grant
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
        let navigation = NavigationCheck(method: request.method, accept: request.accept, path: target.path)
        let acceptsPage =
            request.accept?.contains("text/html") == true
            && RequestClass(path: target.path) == .navigation
        let way: SignIn.Way = navigation.isNavigation ? .redirect : acceptsPage ? .page : .problem
        let isGet = request.method == "GET" || request.method == "HEAD"
        return SignIn(
            way: way, site: site.id, returnTarget: isGet ? request.target : site.defaultPath,
            clearsCookies: CookieHeader.value(of: cookies.token, in: request.cookies) != .absent
                || CookieHeader.value(of: cookies.handle, in: request.cookies) != .absent)
    }
}
