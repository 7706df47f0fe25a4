import Broker
import BrokerEngine
import BrokerModel
import Hummingbird

extension LoginRoutes {
    // MARK: A login that an IdP started

    /// Asks the person; the page may be loaded again.
    func offerPage(_ request: Request, _ context: WebContext) async throws -> Response {
        let visit = try web.visit(request, context)
        let offer = try await web.engine.login.offer(visit, priorHandle: web.handle(in: request)?.value)
        return page(offer, visit)
    }

    private func page(_ offer: LoginOffer, _ visit: LoginVisit, status: HTTPResponse.Status = .ok) -> Response {
        web.page(
            OfferPage(
                action: web.path("login/\(visit.handle)/confirm"), csrf: offer.token.reveal(), email: offer.email,
                organization: offer.organization?.name, connection: offer.connection.name,
                blocked: offer.signedInAs.map { .init(signedInAs: $0, signOut: web.path("sign-out")) }),
            site: web.engine.live.resources.sites[offer.site], status: status)
    }

    /// The person's answer: a POST with the page's token, in the browser that has the login's cookie.
    func decide(_ request: Request, _ context: WebContext) async throws -> Response {
        let visit = try web.visit(request, context)
        let form = try await Form(request)
        let (token, handle) = (form[FormField.csrf], web.handle(in: request)?.value)
        guard form[FormField.cancel] == nil else {
            let denied = try await web.engine.login.decline(visit, token: token)
            return web.redirect(to: PageURL.start.description, referrer: .sameOrigin)
                .setting([web.bindingCleared(denied.reference)], isSecure: web.isSecure)
        }
        do {
            return web.signedIn(try await web.engine.login.accept(visit, token: token, priorHandle: handle), request)
        } catch let failure as LoginFailure where failure.code == .otherSession {
            let offer = try await web.engine.login.offer(visit, priorHandle: handle)
            return page(offer, visit, status: .conflict)
        }
    }
}
