import Broker
import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

/// The gate as nginx asks it.
///
/// `auth_request` knows 2xx, 401 and 403 only, so the check answers nothing else; for a refusal nginx then asks
/// `/gate/nginx/answer` what to tell the browser, and passes that on.
struct NginxDialect: Sendable {
    /// Where nginx checks.
    static let path = "/gate/nginx"

    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to router: Router<WebContext>) {
        router.get("/gate/nginx") { request, _ in await check(request) }
        // nginx keeps the browser's method on its way to a named location.
        for method: HTTPRequest.Method in [.get, .head, .post, .put, .delete, .patch, .options] {
            router.on("/gate/nginx/answer", method: method) { request, _ in await answer(request) }
        }
    }

    // MARK: The check

    private func check(_ request: Request) async -> Response {
        guard let gateRequest = GateHeaders.request(from: request.headers) else { return Self.refused(.forbidden) }
        switch await web.engine.gate.decide(gateRequest) {
        case .allow(let grant):
            let response = Self.allowed(
                grant, cookie: grant.renewedToken.map { web.tokenCookie($0).rendered(isSecure: web.isSecure) })
            return Response(status: response.status, headers: response.headerFields)
        case .allowAnonymous: return Response(status: .ok, headers: [.cacheControl: "no-store"])
        case .signIn, .stepUp, .portalReset: return Self.refused(.unauthorized)
        case .notAdmitted, .denied, .closed, .badRequest, .badBody, .unavailable: return Self.refused(.forbidden)
        }
    }

    /// 200 with the full identity header set; never without.
    static func allowed(_ grant: GateGrant, cookie: String?) -> HTTPResponse {
        var fields = grant.answer
        if let cookie { fields.append(HTTPField(name: .setCookie, value: cookie)) }
        return HTTPResponse(status: .ok, headerFields: fields)
    }

    private static func refused(_ status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: [.cacheControl: "no-store"])
    }

    // MARK: The answer to the browser

    private func answer(_ request: Request) async -> Response {
        guard let gateRequest = GateHeaders.request(from: request.headers) else {
            return GateAnswerPages(web).badRequest(nil, accept: request.headers[.accept])
        }
        let pages = GateAnswerPages(web)
        switch await web.engine.gate.decide(gateRequest, isCounted: false) {
        case .allow, .allowAnonymous: return pages.allowedAfterAll(gateRequest)
        case .signIn(let signIn): return pages.signIn(signIn)
        case .portalReset(let reset): return pages.portalReset(reset)
        case .notAdmitted(let site, let organization):
            return pages.notAdmitted(site, organization, accept: gateRequest.accept)
        case .denied(let refusal):
            return pages.notAdmitted(refusal.site, refusal.organization, accept: gateRequest.accept)
        case .stepUp(let step): return pages.signIn(step.signIn)
        case .closed, .badBody: return pages.badRequest(gateRequest.site, accept: gateRequest.accept)
        case .badRequest: return pages.badRequest(gateRequest.site, accept: gateRequest.accept)
        case .unavailable: return pages.unavailable(gateRequest.site, accept: gateRequest.accept)
        }
    }
}
