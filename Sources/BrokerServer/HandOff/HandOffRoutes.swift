import Broker
import BrokerEngine
import BrokerModel
import Hummingbird

/// The way between a site's own host and the broker's: a login arrives here, and its session goes back; a sign-out follows.
struct HandOffRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get("arrive/:ticket") { request, context in try await arrive(request, context) }
        group.get("hand-off") { request, _ in try await redeem(request) }
        group.get("signing-out") { request, _ in try await signOut(request) }
    }

    /// At the broker's host: a browser with a session goes back at once, any other signs in.
    private func arrive(_ request: Request, _ context: WebContext) async throws -> Response {
        guard web.isAtBroker(request) else { throw HTTPError(.notFound) }
        let arrival = LoginArrival(
            ticket: try context.parameters.require("ticket"), handle: web.handle(in: request)?.value,
            locales: request.locales, network: context.network)
        do {
            switch try await web.engine.login.arrive(arrival) {
            case .handOff(let code, let id):
                guard let site = web.site(id) else { throw HTTPError(.notFound) }
                return web.redirect(to: web.handOff(code, to: site))
            case .login(let login, let id):
                guard let site = web.site(id) else { throw HTTPError(.notFound) }
                return try web.follow(login.next, handle: login.handle, site: site, request)
                    .setting(web.bindingCookies(login.reference, login.binding, request), isSecure: web.isSecure)
            }
        } catch let failure as LoginFailure {
            return try await web.recover(from: failure, request)
        }
    }

    /// At the broker's host: a sign-out that began at a site's goes on to whom else it concerns.
    private func signOut(_ request: Request) async throws -> Response {
        guard web.isAtBroker(request) else { throw HTTPError(.notFound) }
        let arrived = await web.engine.logout.arrive(try request.query()["ticket"] ?? "")
        let response = arrived.map { web.follow($0.step, site: web.site($0.site)) } ?? web.signedOutRedirect
        // Whoever is signed in here did not sign out.
        return try await web.owner(in: request) == nil ? web.signedOut(response, request) : response
    }

    /// At the site's host: the browser with the login's cookie gets a handle and a token of this site's.
    private func redeem(_ request: Request) async throws -> Response {
        guard case .site(let id) = web.place(of: request) else { throw HTTPError(.notFound) }
        let arrival = HandOffReturn(
            code: try request.query()["code"] ?? "", site: id, binding: web.binding(in: request),
            priorHandle: web.handle(in: request)?.value)
        do {
            return web.handedOff(try await web.engine.login.redeem(arrival), request)
        } catch let failure as LoginFailure {
            return try await web.recover(from: failure, request)
        }
    }
}

extension Web {
    /// Where a login that began at a site's own host goes on.
    func arrival(_ ticket: Secret<String>) -> String { "\(publicURL)/arrive/\(ticket.reveal())" }

    /// Where the session goes back to.
    func handOff(_ code: Secret<String>, to site: Site) -> String {
        "\(site.origin)/vestibule/hand-off?code=\(code.reveal())"
    }

    /// A browser whose session came to this host goes where it wanted to go, which is on this site.
    fileprivate func handedOff(_ handed: HandedOff, _ request: Request) -> Response {
        redirect(to: handed.returnTarget).setting(
            [
                SetCookie(
                    name: cookies.handle, value: handed.credentials.handle.reveal(), maxAge: handed.remaining),
                tokenCookie(handed.credentials.token), bindingCleared(handed.reference),
            ] + portalCookiesCleared(request), isSecure: isSecure)
    }
}
