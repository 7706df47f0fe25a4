import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird
import Logging

/// What a browser or a program is told at the door.
struct GateAnswerPages: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    // MARK: No session

    func signIn(_ signIn: SignIn) -> Response {
        let site = web.engine.live.resources.sites[signIn.site]
        let start = "\(web.publicURL)/start?rd=\(signIn.returnTarget.queryEncoded)"
        let response: Response
        switch signIn.way {
        case .redirect:
            response = Response(status: .found, headers: [.location: start, .cacheControl: "no-store"])
        case .page:
            response = web.page(UnsavedPage(signIn: PageURL(start) ?? .start), site: site, status: .unauthorized)
        case .problem:
            response = problem(
                .unauthorized, code: "sign_in_required", text: "Sign in first, then send this request again.",
                extra: #","sign_in":"\#(start)""#)
        }
        guard signIn.clearsCookies else { return response }
        return response.setting(
            [.clearing(web.cookies.handle), .clearing(web.cookies.token)], isSecure: web.isSecure)
    }

    // MARK: A session, and yet no

    /// Takes the cookies of somebody else's session of JSM and asks for the same again; JSM then asks us who it is.
    func portalReset(_ reset: PortalReset) -> Response {
        let response: Response
        switch reset.way {
        case _ where reset.isRepeated: response = refusal("portal_cookie_stays", .conflict, reset.site, "text/html")
        case .redirect:
            response = Response(status: .found, headers: [.location: reset.returnTarget, .cacheControl: "no-store"])
        case .page: response = refusal("portal_session_changed", .conflict, reset.site, "text/html")
        case .problem: response = refusal("portal_session_changed", .conflict, reset.site, nil)
        }
        let mark = SetCookie(name: web.cookies.reset, value: "1", maxAge: .seconds(30))
        let site = web.engine.live.resources.sites[reset.site]
        let cleared =
            site.map { SetCookie.clearingPortal(reset.cookies, of: $0) } ?? reset.cookies.map { .clearing($0) }
        return response.setting(cleared + [mark], isSecure: web.isSecure)
    }

    func notAdmitted(_ site: SiteID, _ organization: OrganizationID, accept: String?) -> Response {
        refusal(
            "not_admitted", .forbidden, site, accept,
            organization: web.engine.live.resources.organizations[organization]
        )
    }

    // MARK: Refusals

    func badRequest(_ site: SiteID?, accept: String?) -> Response {
        refusal("malformed_request", .badRequest, site, accept)
    }

    func unavailable(_ site: SiteID?, accept: String?) -> Response {
        var response = refusal("store_unavailable", .serviceUnavailable, site, accept)
        response.headers[.retryAfter] = "5"
        return response
    }

    /// The second look found what the first had missed, such as a store that answers again.
    func allowedAfterAll(_ request: GateRequest) -> Response {
        guard request.method == "GET" || request.method == "HEAD" else {
            return unavailable(request.site, accept: request.accept)
        }
        return Response(status: .temporaryRedirect, headers: [.location: request.target, .cacheControl: "no-store"])
    }

    private func refusal(
        _ code: String, _ status: HTTPResponse.Status, _ id: SiteID?, _ accept: String?,
        organization: Organization? = nil
    ) -> Response {
        let environment = web.engine.environment
        let reference = Reference.make(at: environment.time.now, environment.randomness)
        web.logger.notice("the gate refused", metadata: ["reference": "\(reference)", "code": "\(code)"])
        let message = web.texts.message(forCode: code)
        guard accept?.contains("text/html") == true else {
            return problem(status, code: code, text: message.title, extra: #","reference":"\#(reference.displayed)""#)
        }
        let site = id.flatMap { web.engine.live.resources.sites[$0] }
        return web.page(
            ErrorPage(
                code: code, message: message, reference: reference.displayed,
                support: web.support(organization, site: site),
                retry: site.flatMap { PageURL($0.defaultPath) }),
            site: site, status: status)
    }

    private func problem(_ status: HTTPResponse.Status, code: String, text: String, extra: String) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: #"{"error":"\#(code)","message":"\#(text)"\#(extra)}"# + "\n")))
    }
}
