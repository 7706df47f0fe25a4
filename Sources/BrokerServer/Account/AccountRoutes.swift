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
        group.get("renew") { request, _ in try await renew(request) }
        group.get("sign-out") { request, _ in try await signOutPage(request) }
        group.post("sign-out") { request, _ in try await signOut(request) }
        group.get("signed-out") { request, _ in signedOutPage(request) }
    }

    private func owner(_ request: Request) async throws -> (handle: String, owner: SessionService.Owner)? {
        guard let handle = request.cookie(web.cookies.handle),
            let owner = try await web.engine.sessions.owner(handle: handle)
        else { return nil }
        return (handle, owner)
    }

    private func account(_ request: Request) async throws -> Response {
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        guard let (handle, owner) = try await owner(request) else {
            return web.redirect(to: "/vestibule/start", referrer: .sameOrigin)
        }
        let organization = web.engine.live.resources.organizations[owner.customer.organization]
        return web.page(
            SignedInPage(
                name: owner.customer.displayName, organization: organization?.name,
                email: owner.customer.email?.description ?? "", portal: PageURL(site.defaultPath) ?? .start,
                signOut: web.path("sign-out"), csrf: SessionHandle.formToken(handle)),
            site: site)
    }

    /// For fronts that check the token themselves: handle in, token out, back to where the browser was.
    private func renew(_ request: Request) async throws -> Response {
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        let target = web.engine.login.returnTarget(try request.query()["rd"] ?? "", site: site)
        guard let (_, owner) = try await owner(request),
            let token = try await web.engine.sessions.renew(owner, site: site)
        else {
            return web.redirect(to: "/vestibule/start?rd=\(target.queryEncoded)")
        }
        return web.redirect(to: target).setting([web.tokenCookie(token)], isSecure: web.isSecure)
    }

    // MARK: Signing out

    /// Signing out takes a POST with the form's token: a link or an image elsewhere cannot do it (M49).
    private func signOutPage(_ request: Request) async throws -> Response {
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        guard let (handle, owner) = try await owner(request) else { return signedOutPage(request) }
        return web.page(
            SignOutPage(
                action: web.path("sign-out"), csrf: SessionHandle.formToken(handle),
                email: owner.customer.email?.description, cancel: PageURL(site.defaultPath) ?? .start),
            site: site)
    }

    private func signOut(_ request: Request) async throws -> Response {
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        let form = try await Form(request)
        guard let (handle, owner) = try await owner(request) else {
            let answer = web.redirect(to: "/vestibule/signed-out", referrer: .sameOrigin)
            // A form on another site comes without the Lax cookies: clearing them would sign the person out (M49).
            return request.cookie(web.cookies.handle) == nil ? answer : clearing(answer)
        }
        guard let token = form[FormField.csrf], SessionHandle.isFormToken(token, of: handle) else {
            throw LoginError(.malformedRequest, detail: "a sign-out without the token of the session's own form")
        }
        let step = try await web.engine.logout.signOut(
            owner.session, site: site, wanted: form[FormField.postLogoutRedirectURI] ?? "")
        return clearing(web.follow(step, site: site))
    }

    private func signedOutPage(_ request: Request) -> Response {
        let outcome = web.engine.logout.outcome(of: request.cookie(web.cookies.logout))
        return web.page(SignedOutPage(signIn: web.path("start"), outcome: outcome), site: web.site(of: request))
    }

    private func clearing(_ response: Response) -> Response {
        response.setting([.clearing(web.cookies.handle), .clearing(web.cookies.token)], isSecure: web.isSecure)
    }
}
