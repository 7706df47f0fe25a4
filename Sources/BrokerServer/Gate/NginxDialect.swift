import BrokerEngine
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

    private func check(_ request: Request) async -> Response {
        guard let gateRequest = GateHeaders.nginx.request(from: request.headers) else {
            return Self.refused(.forbidden)
        }
        let answer = await web.engine.gate.decide(gateRequest)
        return web.pass(answer) ?? Self.refused(Self.status(of: answer))
    }

    /// 401 where the browser can do something about it, 403 for the rest.
    private static func status(of answer: GateAnswer) -> HTTPResponse.Status {
        switch answer {
        case .signIn, .stepUp, .portalReset: .unauthorized
        case .allow, .allowAnonymous, .notAdmitted, .denied, .closed, .badRequest, .badBody, .unavailable: .forbidden
        }
    }

    private static func refused(_ status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: [.cacheControl: "no-store"])
    }

    private func answer(_ request: Request) async -> Response {
        guard let gateRequest = GateHeaders.nginx.request(from: request.headers) else {
            return GateAnswerPages(web).badRequest(nil, accept: request.headers[.accept])
        }
        return GateAnswerPages(web).response(
            to: await web.engine.gate.decide(gateRequest, isCounted: false), for: gateRequest)
    }
}
