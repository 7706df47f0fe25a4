import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Hummingbird

/// Where staff enter the code of an emergency, on the site's own host.
struct BreakGlassRoutes: Sendable {
    private let web: Web

    init(_ web: Web) { self.web = web }

    func add(to group: RouterGroup<WebContext>) {
        group.get("break-glass") { request, _ in page(request, isRefused: false) }
        group.post("break-glass") { request, context in try await enter(request, context) }
    }

    private func page(_ request: Request, isRefused: Bool) -> Response {
        web.page(
            BreakGlassPage(action: web.path("break-glass"), isRefused: isRefused), site: web.site(of: request),
            status: isRefused ? .forbidden : .ok)
    }

    /// Nothing tells a wrong code from one that is used, over or another site's.
    private func enter(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request)
        guard let site = web.site(of: request) else { throw HTTPError(.notFound) }
        guard let code = form[FormField.code]?.trimmingCharacters(in: .whitespaces), !code.isEmpty,
            let entered = try await web.engine.breakGlass.enter(site.id, code: code, network: context.network)
        else { return page(request, isRefused: true) }
        let cookie = SetCookie(
            name: web.cookies.glass, value: entered.handle.reveal(),
            maxAge: entered.until - web.engine.environment.time.now)
        return web.redirect(to: site.defaultPath).setting([cookie], isSecure: web.isSecure)
    }
}
