import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

/// Where somebody whom the gate refused a portal asks for it.
struct AccessRequestRoutes: Sendable {
    private let web: Web
    private let requests: AccessRequests

    init(_ web: Web) {
        self.web = web
        requests = AccessRequests(web.engine)
    }

    func add(to group: RouterGroup<WebContext>) {
        group.post("access-request") { request, _ in try await file(request) }
    }

    /// Takes a POST with the token of the session's own form: a page elsewhere can file nothing in somebody's name.
    private func file(_ request: Request) async throws -> Response {
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        guard let handle = web.handle(in: request), let owner = try await web.owner(in: request) else {
            return web.redirect(to: PageURL.start.description, referrer: .sameOrigin)
        }
        let form = try await Form(request)
        guard let token = form[FormField.csrf], SessionHandle.isFormToken(token, of: handle.value) else {
            throw LoginError(.malformedRequest, detail: "a request for access without the token of the session's form")
        }
        guard let portal = form[FormField.portal].flatMap({ PortalID(decimal: $0) }) else {
            throw LoginError(.malformedRequest, detail: "a request for access that names no portal")
        }
        let outcome = try await requests.file(
            owner, site: site, portal: portal, message: form[FormField.message] ?? "")
        return try answer(to: outcome, site: site, portal: portal, owner: owner, request)
    }

    private func answer(
        to outcome: AccessRequests.Outcome, site: Site, portal: PortalID, owner: SessionService.Owner,
        _ request: Request
    ) throws -> Response {
        let organization = web.engine.live.resources.organizations[owner.customer.organization]
        func page(_ reference: Reference?) -> Response {
            web.page(
                AccessRequestedPage(
                    portal: site.portals.first { $0.id == portal }?.name ?? portal.description,
                    reference: reference?.displayed, support: web.support(organization, site: site),
                    home: web.portal(of: site, request)),
                site: site)
        }
        switch outcome {
        case .filed(let reference): return page(reference)
        case .repeated: return page(nil)
        case .tooMany:
            return GateAnswerPages(web).refusal(
                "access_requests_exceeded", .tooManyRequests, site.id, request.headers[.accept],
                organization: organization)
        case .notOffered:
            throw LoginError(.malformedRequest, detail: "a request for a portal that the site does not have")
        case .tooLong: throw LoginError(.malformedRequest, detail: "a request for access with a message too long")
        }
    }
}
