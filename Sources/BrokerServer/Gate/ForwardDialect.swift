import BrokerEngine
import BrokerModel
import HTTPTypes
import Hummingbird

/// The gate as Caddy and HAProxy ask it, and Traefik nearly (see `TraefikDialect`): with a GET, and headers that say what
/// stands at the door.
///
/// Whatever is no 200 they pass on to the browser as it is.
struct ForwardDialect: Sendable {
    /// Where they check.
    static let path = "/gate/forward"

    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to router: Router<WebContext>) {
        router.get("/gate/forward") { request, _ in await answer(request) }
    }

    private func answer(_ request: Request) async -> Response {
        guard let gateRequest = GateHeaders.forward.request(from: request.headers) else {
            return GateAnswerPages(web).badRequest(nil, accept: request.headers[.accept])
        }
        let answer = await web.engine.gate.decide(gateRequest)
        return web.pass(answer) ?? refused(answer, for: gateRequest)
    }

    /// What the browser gets in place of what it asked for.
    func refused(_ answer: GateAnswer, for request: GateRequest) -> Response {
        absolute(GateAnswerPages(web).response(to: answer, for: request), for: request)
    }

    /// Traefik reads a location without a host as a place on this listener, and would send the browser here.
    private func absolute(_ response: Response, for request: GateRequest) -> Response {
        let sites = web.engine.live.resources.sites
        guard let location = response.headers[.location], location.hasPrefix("/"),
            let site = request.site.map({ sites[$0] }) ?? sites.first?.value
        else { return response }
        var response = response
        response.headers[.location] = site.origin + location
        return response
    }
}
