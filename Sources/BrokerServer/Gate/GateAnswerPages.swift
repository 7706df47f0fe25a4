import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import Logging

/// What a browser or a program is told at the door.
struct GateAnswerPages: Sendable {
    let web: Web

    init(_ web: Web) { self.web = web }

    /// The one wording of every answer, for all fronts.
    ///
    /// What lets through is here only where a front asks a second time, to word what it refused: a front that asks and a
    /// proxy that forwards answer those themselves.
    func response(to answer: GateAnswer, for request: GateRequest) -> Response {
        switch answer {
        case .allow, .allowAnonymous: allowedAfterAll(request)
        case .signIn(let signIn): self.signIn(signIn)
        case .stepUp(let step): stepUp(step)
        case .portalReset(let reset): portalReset(reset)
        case .notAdmitted(let site, let organization): notAdmitted(site, organization, accept: request.accept)
        case .denied(let refusal): denied(refusal, for: request)
        case .closed(let door): closed(door, for: request)
        case .badBody: refusal("body_unreadable", .badRequest, request.site, request.accept)
        case .badRequest: badRequest(request.site, accept: request.accept)
        case .unavailable: unavailable(request.site, accept: request.accept)
        }
    }

    func site(_ id: SiteID) -> Site? { web.engine.live.resources.sites[id] }

    // MARK: No session, or one that does not do

    private func signIn(_ signIn: SignIn) -> Response {
        let start = start(signIn)
        let response = lead(
            signIn, to: start, page: UnsavedPage(signIn: PageURL(start) ?? .start), code: "sign_in_required",
            text: "Sign in first, then send this request again.")
        guard signIn.clearsCookies else { return response }
        return response.setting(
            [.clearing(web.cookies.handle), .clearing(web.cookies.token)], isSecure: web.isSecure)
    }

    private func stepUp(_ step: StepUp) -> Response {
        let start = start(step.signIn) + "&" + step.requirements.query
        note("step_up_required")
        return lead(
            step.signIn, to: start, page: UnsavedPage(signIn: PageURL(start) ?? .start, isStepUp: true),
            code: "step_up_required",
            text: "Sign in again, in the way that this asks for, then send this request again.")
    }

    /// Where a login for a site begins: at its own host.
    private func start(_ signIn: SignIn) -> String {
        let origin = site(signIn.site)?.origin ?? ""
        let base = origin.isEmpty || web.publicURL.hasPrefix(origin + "/") ? web.publicURL : origin + "/vestibule"
        return "\(base)/start?rd=\(signIn.returnTarget.queryEncoded)"
    }

    private func lead(
        _ signIn: SignIn, to start: String, page: UnsavedPage, code: String, text: String
    ) -> Response {
        switch signIn.way {
        case .redirect: Response(status: .found, headers: [.location: start, .cacheControl: "no-store"])
        case .page: web.page(page, site: site(signIn.site), status: .unauthorized)
        case .problem: problem(.unauthorized, code: code, text: text, extra: #","sign_in":"\#(start)""#)
        }
    }

    /// Takes the cookies of somebody else's session of JSM and asks for the same again; JSM then asks us who it is.
    private func portalReset(_ reset: PortalReset) -> Response {
        let response: Response
        switch reset.way {
        case _ where reset.isRepeated: response = refusal("portal_cookie_stays", .conflict, reset.site, "text/html")
        case .redirect:
            response = Response(status: .found, headers: [.location: reset.returnTarget, .cacheControl: "no-store"])
        case .page: response = refusal("portal_session_changed", .conflict, reset.site, "text/html")
        case .problem: response = refusal("portal_session_changed", .conflict, reset.site, nil)
        }
        let mark = SetCookie(name: web.cookies.reset, value: "1", maxAge: .seconds(30))
        let cleared =
            site(reset.site).map { SetCookie.clearingPortal(reset.cookies, of: $0) }
            ?? reset.cookies.map { .clearing($0) }
        return response.setting(cleared + [mark], isSecure: web.isSecure)
    }

    // MARK: Refusals

    func notAdmitted(_ site: SiteID, _ organization: OrganizationID, accept: String?) -> Response {
        refusal(
            "not_admitted", .forbidden, site, accept,
            organization: web.engine.live.resources.organizations[organization])
    }

    func badRequest(_ site: SiteID?, accept: String?) -> Response {
        refusal("malformed_request", .badRequest, site, accept)
    }

    func unavailable(_ site: SiteID?, accept: String?) -> Response {
        var response = refusal("store_unavailable", .serviceUnavailable, site, accept)
        response.headers[.retryAfter] = "5"
        return response
    }

    /// The second look found what the first had missed, such as a store that answers again.
    private func allowedAfterAll(_ request: GateRequest) -> Response {
        guard request.method == "GET" || request.method == "HEAD" else {
            return unavailable(request.site, accept: request.accept)
        }
        return Response(status: .temporaryRedirect, headers: [.location: request.target, .cacheControl: "no-store"])
    }

    func refusal(
        _ code: String, _ status: HTTPResponse.Status, _ id: SiteID?, _ accept: String?,
        organization: Organization? = nil
    ) -> Response {
        let reference = note(code)
        let message = web.texts.message(forCode: code)
        guard accept?.contains("text/html") == true else {
            return problem(status, code: code, text: message.title, extra: #","reference":"\#(reference)""#)
        }
        let site = id.flatMap { self.site($0) }
        return web.page(
            ErrorPage(
                code: code, message: message, reference: reference,
                support: web.support(organization, site: site),
                retry: site.flatMap { PageURL($0.defaultPath) }),
            site: site, status: status)
    }

    /// Logs a refusal under a reference of its own, which the person can tell.
    @discardableResult
    func note(_ code: String) -> String {
        let environment = web.engine.environment
        let reference = Reference.make(at: environment.time.now, environment.randomness)
        web.logger.notice("the gate refused", metadata: ["reference": "\(reference)", "code": "\(code)"])
        return reference.displayed
    }

    func problem(_ status: HTTPResponse.Status, code: String, text: String, extra: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: #"{"error":"\#(code)","message":"\#(text)"\#(extra)}"# + "\n")))
    }
}
