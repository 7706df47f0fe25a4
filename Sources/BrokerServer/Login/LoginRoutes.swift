import Broker
import BrokerEngine
import BrokerModel
import Hummingbird

/// From the first redirect to the IdP.
struct LoginRoutes: Sendable {
    let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get("start") { request, context in try await start(request, context, slug: nil) }
        group.get("t/:slug") { request, context in
            try await start(request, context, slug: context.parameters.require("slug"))
        }
        group.get("login/:handle") { request, context in try await page(request, context, identifyPage) }
        group.post("login/:handle") { request, context in try await page(request, context, post) }
        group.get("login/:handle/choose") { request, context in try await page(request, context, choosePage) }
        group.get("login/:handle/sent") { request, context in try await page(request, context, sentPage) }
        group.get("login/:handle/confirm") { request, context in try await page(request, context, offerPage) }
        group.post("login/:handle/confirm") { request, context in try await page(request, context, decide) }
        group.get("continue/:handle") { request, context in try await page(request, context, proceed) }
    }

    // MARK: Starting

    /// A live session needs no login: it goes where it wanted to go.
    ///
    /// Everybody else gets a login of their own.
    private func start(_ request: Request, _ context: WebContext, slug: String?) async throws -> Response {
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        let query = try request.query()
        var start = LoginStart(
            site: site.id, returnTarget: query["rd"] ?? "", loginHint: query["login_hint"],
            connectionHint: query["connection"], domainHint: query["domain_hint"], organizationSlug: slug,
            locales: request.locales, priorHandle: web.handle(in: request)?.value, network: context.network)
        start.requirements = try AuthenticationRequirements(of: query)
        // What asks for a fresher or stronger sign-in is never answered by the one that is there.
        (start.departs, start.isAnew) = (web.departs(to: site, request), start.requirements != .none)
        let owner = try await web.owner(in: request)
        // Somebody who only signs in anew may want to be somebody else; a step-up is of the person who is there.
        if start.requirements.isStepUp, start.loginHint == nil {
            start.loginHint = owner?.customer.email?.description
        }
        if !start.isAnew, owner != nil {
            let target = web.engine.login.returnTarget(start.returnTarget, site: site)
            return web.redirect(to: web.location(of: target, at: site, request))
        }
        let login = try await web.engine.login.start(start)
        return try web.follow(login.next, handle: login.handle, site: site, request)
            .setting(web.bindingCookies(login.reference, login.binding, request), isSecure: web.isSecure)
    }

    // MARK: Pages

    /// Shows a step of a login.
    ///
    /// An old tab's, in a browser that has signed in since, leads on to the portal.
    private func page(
        _ request: Request, _ context: WebContext, _ show: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await show(request, context)
        } catch let failure as LoginFailure {
            return try await web.recover(from: failure, request)
        }
    }

    private func identifyPage(_ request: Request, _ context: WebContext) async throws -> Response {
        let visit = try web.visit(request, context)
        let view = try await web.engine.login.view(visit)
        return identifyPage(view, handle: visit.handle, request: request)
    }

    private func identifyPage(
        _ view: LoginView, handle: String, request: Request, error: String? = nil, typed: String? = nil
    ) -> Response {
        let site = web.engine.live.resources.sites[view.site]
        let isOpen = site?.discovery == .open
        return web.page(
            IdentifyPage(
                action: web.path("login/\(handle)"), transaction: handle, email: typed ?? view.email?.description,
                error: error, choices: isOpen ? publicChoices() : [],
                remembered: isOpen ? remembered(request) : nil, support: web.support(nil, site: site)),
            site: site, status: error == nil ? .ok : .unprocessableContent)
    }

    private func publicChoices() -> [Choice] {
        web.engine.live.resources.publicChoices.map { Choice(id: $0.id.rawValue, label: $0.name) }
    }

    /// The connection of the last sign-in, while it is still one that anybody may pick.
    private func remembered(_ request: Request) -> Remembered? {
        guard let id = request.cookie(web.cookies.choice),
            let connection = web.engine.live.resources.publicChoices.first(where: { $0.id.rawValue == id })
        else { return nil }
        return Remembered(id: id, label: connection.name)
    }

    private func choosePage(_ request: Request, _ context: WebContext) async throws -> Response {
        let visit = try web.visit(request, context)
        let view = try await web.engine.login.view(visit)
        let site = web.engine.live.resources.sites[view.site]
        // Nobody's domain, and nothing that is open to everybody: the form says so, with what was typed in it.
        guard !view.choices.isEmpty else {
            return identifyPage(
                view, handle: visit.handle, request: request,
                error: web.texts.message(forCode: "no_connection").title)
        }
        let last = request.cookie(web.cookies.choice)
        let choices = view.choices.map {
            Choice(id: $0.id.rawValue, label: $0.name, remembered: $0.id.rawValue == last)
        }
        return web.page(
            ChoosePage(
                action: web.path("login/\(visit.handle)"), transaction: visit.handle,
                organization: view.organization?.name, email: view.email?.description, choices: choices,
                otherEmail: web.path("login/\(visit.handle)"), support: web.support(view.organization, site: site)),
            site: site)
    }

    private func sentPage(_ request: Request, _ context: WebContext) async throws -> Response {
        let view = try await web.engine.login.view(web.visit(request, context))
        let site = web.engine.live.resources.sites[view.site]
        return web.page(CheckMailPage(support: web.support(nil, site: site)), site: site)
    }

    // MARK: Answers

    private func post(_ request: Request, _ context: WebContext) async throws -> Response {
        let visit = try web.visit(request, context)
        let form = try await Form(request)
        guard form[FormField.transaction] == visit.handle else {
            throw LoginError(.malformedRequest, detail: "the form belongs to another login")
        }
        let view = try await web.engine.login.view(visit)
        guard let site = web.engine.live.resources.sites[view.site] else { throw HTTPError(.notFound) }
        if form[FormField.forget] != nil {
            return web.redirect(to: web.path("login/\(visit.handle)").description, referrer: .sameOrigin)
                .setting([.clearing(web.cookies.choice)], isSecure: web.isSecure)
        }
        if let id = form[FormField.connection] {
            let turn = try await web.engine.login.pick(ConnectionID(rawValue: id), visit)
            return try web.follow(turn, handle: visit.handle, site: site, request)
                .setting([web.choiceCookie(id)], isSecure: web.isSecure)
        }
        return try await identify(form[FormField.email] ?? "", visit, view: view, site: site, request: request)
    }

    private func identify(
        _ typed: String, _ visit: LoginVisit, view: LoginView, site: Site, request: Request
    ) async throws -> Response {
        // A slip of the finger is answered in the form: nothing is lost and nothing has failed.
        if site.discovery != .linkOnly, EmailAddress(typed: typed) == nil {
            return identifyPage(
                view, handle: visit.handle, request: request,
                error: web.texts.message(forCode: "email_malformed").title,
                typed: String(typed.prefix(320)))
        }
        let turn = try await web.engine.login.identify(typed, visit)
        return try web.follow(turn, handle: visit.handle, site: site, request)
    }

    private func proceed(_ request: Request, _ context: WebContext) async throws -> Response {
        let visit = try web.visit(request, context)
        let view = try await web.engine.login.view(visit)
        guard let site = web.engine.live.resources.sites[view.site] else { throw HTTPError(.notFound) }
        let turn = try await web.engine.login.continueUniformly(visit)
        return try web.follow(turn, handle: visit.handle, site: site, request)
    }
}
