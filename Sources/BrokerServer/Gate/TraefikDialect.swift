import Broker
import BrokerEngine
import HTTPTypes
import Hummingbird

/// The gate as Traefik's `ForwardAuth` asks it: the forward dialect, and two things that Traefik cannot do itself.
///
/// It has no way to put the client's address into a header of our name, and none to change a header of the client's. So
/// the address is read where Traefik always writes it, and the answer carries the `Cookie` that JSM may get.
struct TraefikDialect: Sendable {
    /// Where it checks.
    static let path = "/gate/traefik"

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")!

    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to router: Router<WebContext>) {
        router.get("/gate/traefik") { request, _ in await answer(request) }
    }

    private func answer(_ request: Request) async -> Response {
        guard var question = GateHeaders.forward.request(from: request.headers) else {
            return GateAnswerPages(web).badRequest(nil, accept: request.headers[.accept])
        }
        question.client = Self.client(in: request.headers)
        let answer = await web.engine.gate.decide(question)
        guard var response = web.pass(answer), let pass = Pass(answer) else {
            return ForwardDialect(web).refused(answer, for: question)
        }
        if pass.passesPortalCookies, let cookies = OwnCookies.cut(from: question.cookies) {
            // Appended: a subscript would make a line of each, and JSM is to get one.
            response.headers.append(HTTPField(name: .cookie, value: cookies))
        }
        return response
    }

    /// The one address that Traefik overwrites the field with; a list is somebody else's, and opens no lane.
    private static func client(in fields: HTTPFields) -> IPAddress? {
        let values = fields[values: forwardedFor]
        return values.count == 1 ? IPAddress(values[0]) : nil
    }
}
