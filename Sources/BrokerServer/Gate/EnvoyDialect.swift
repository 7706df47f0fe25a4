import BrokerEngine
import HTTPTypes
import Hummingbird

/// The gate as Envoy's `ext_authz` asks it: with the request itself, its target behind a prefix.
///
/// Stands before the router, which knows some methods and reads paths in its own way: the decision is on the method as it
/// came and on the target octet for octet. Whatever is no 200 Envoy passes on to the browser as it is.
struct EnvoyDialect: RouterMiddleware {
    typealias Context = WebContext

    /// What Envoy puts before the target: `path_prefix`.
    static let prefix = "/gate/envoy"

    /// `with_request_body` may show as much; the bodies that we read are much smaller.
    private static let maximumBody = 1 << 20

    private static let partialBody = HTTPField.Name("X-Envoy-Auth-Partial-Body")!

    private let web: Web

    init(_ web: Web) { self.web = web }

    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard let target = Self.target(of: request.head) else { return try await next(request, context) }
        return await answer(request, target: target)
    }

    /// The target behind the prefix; nil where the request is not in this dialect.
    static func target(of head: HTTPRequest) -> String? {
        guard let path = head.path?.utf8, path.starts(with: "\(prefix)/".utf8) else { return nil }
        return String(decoding: path.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    private func answer(_ request: Request, target: String) async -> Response {
        let pages = GateAnswerPages(web)
        let gateRequest = GateHeaders.envoy.request(
            from: request.headers, given: (target, request.head.method.rawValue), body: await Self.body(of: request))
        guard let gateRequest else { return pages.badRequest(nil, accept: request.headers[.accept]) }
        let answer = await web.engine.gate.decide(gateRequest)
        return web.pass(answer) ?? pages.response(to: answer, for: gateRequest)
    }

    /// What Envoy shows of the body.
    ///
    /// Envoy says itself whether it is all; without that field an empty body is one that was held back.
    private static func body(of request: Request) async -> GateBody {
        switch request.headers[values: partialBody] {
        case ["false"]:
            guard PlainBody.isAnnounced(by: request.headers) else { return .tooLarge }
            guard let octets = try? await request.octets(upTo: maximumBody) else { return .tooLarge }
            return .seen(Array(octets))
        case ["true"]: return .tooLarge
        default: return .unseen
        }
    }
}
