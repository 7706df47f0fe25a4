import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

/// What a signed-in person does with their session.
struct AccountRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get("account") { request, _ in try await account(request) }
        group.get("sign-out") { request, _ in
            try await signOutPage(request, question: request.query()[FormField.question])
        }
        group.post("sign-out") { request, _ in try await signOut(request) }
        group.get("signed-out") { request, _ in signedOutPage(request) }
        RenewalRoutes(web).add(to: group)
        AccessRequestRoutes(web).add(to: group)
    }

    private func owner(_ request: Request) async throws -> (handle: String, owner: SessionService.Owner)? {
        guard let handle = web.handle(in: request), let owner = try await web.owner(in: request) else { return nil }
        return (handle.value, owner)
    }

    /// The site whose host was asked, else the one where the session began; nil where that is gone too.
    private func site(_ request: Request, _ owner: SessionService.Owner?) -> Site? {
        web.site(of: request) ?? web.site(owner?.session.site)
    }

    private func account(_ request: Request) async throws -> Response {
        guard let (handle, owner) = try await owner(request) else {
            guard web.site(of: request) != nil else { return signedOutPage(request) }
            return web.redirect(to: PageURL.start.description, referrer: .sameOrigin)
        }
        let site = site(request, owner)
        let organization = web.engine.live.resources.organizations[owner.customer.organization]
        return web.page(
            SignedInPage(
                name: owner.customer.displayName, organization: organization?.name,
                email: owner.customer.email?.description ?? "", portal: portal(of: site, request),
                signOut: web.path("sign-out"), csrf: SessionHandle.formToken(handle)),
            site: site)
    }

    private func portal(of site: Site?, _ request: Request) -> PageURL {
        site.flatMap { web.portal(of: $0, request) } ?? .start
    }

    // MARK: Signing out

    /// Signing out takes a POST with the form's token: a link or an image elsewhere cannot do it (M49).
    ///
    /// - Parameter question: The site that asked, sealed.
    func signOutPage(_ request: Request, question: String?) async throws -> Response {
        guard let (handle, owner) = try await owner(request) else {
            return try await withoutSession(request, question: question) ?? signedOutPage(request)
        }
        let site = site(request, owner)
        return web.page(
            SignOutPage(
                action: web.path("sign-out"), csrf: SessionHandle.formToken(handle), question: question,
                email: owner.customer.email?.description, cancel: portal(of: site, request)),
            site: site)
    }

    private func signOut(_ request: Request) async throws -> Response {
        let form = try await Form(request)
        let question = form[FormField.question]
        guard let (handle, owner) = try await owner(request) else {
            return try await withoutSession(request, question: question)
                ?? clearingIfShown(web.signedOutRedirect, request)
        }
        guard let token = form[FormField.csrf], SessionHandle.isFormToken(token, of: handle) else {
            throw LoginError(.malformedRequest, detail: "a sign-out without the token of the session's own form")
        }
        // A question that is too old or not ours leads nowhere; the person wants to be signed out all the same.
        let asking = question.flatMap { web.engine.logout.asking($0) }
        guard let site = web.site(asking?.facade.site) ?? site(request, owner) else {
            try await web.engine.sessions.end(.session(owner.session.id), reason: .signedOut, actor: .customer)
            return web.signedOut(web.signedOutRedirect, request)
        }
        let step = try await web.engine.logout.signOut(
            owner.session, site: site, wanted: form[FormField.postLogoutRedirectURI] ?? "", asking: asking,
            departs: !web.isAtBroker(request))
        return web.signedOut(web.follow(step, site: site), request)
    }

    /// There is nothing to sign out of: back to the site that asked.
    private func withoutSession(_ request: Request, question: String?) async throws -> Response? {
        guard let asking = question.flatMap({ web.engine.logout.asking($0) }) else { return nil }
        return clearingIfShown(try await web.conclude(asking.conclusion, at: asking.facade), request)
    }

    /// Takes back the cookies of a session that is over.
    ///
    /// A form on another site comes without the Lax cookies: clearing them would sign the person out (M49).
    private func clearingIfShown(_ response: Response, _ request: Request) -> Response {
        web.handle(in: request) == nil ? response : web.signedOut(response, request)
    }

    private func signedOutPage(_ request: Request) -> Response {
        let ticket = request.cookie(web.cookies.logout)
        let site = web.site(of: request) ?? web.site(web.engine.logout.site(of: ticket))
        return web.page(
            SignedOutPage(
                signIn: site.map { web.signIn(to: $0, request) }, outcome: web.engine.logout.outcome(of: ticket)),
            site: site)
    }
}
