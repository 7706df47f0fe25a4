// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Finds tenant and endpoint of a request and has it answered.
struct OPRouter: Sendable {
    let host: OPHost

    func respond(to request: Request, port: Int) async -> Response {
        let target = request.head.path ?? "/"
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let body = (try? await request.body.collect(upTo: 1 << 20)).map { String(buffer: $0) } ?? ""
        let path = halves[0].split(separator: "/").map(String.init)
        if path.first == "__mock" {
            return ControlRoutes(host: host).respond(
                request.method, path.dropFirst().joined(separator: "/"), request.headers, Parameters(body))
        }
        if let (tenant, route) = host.route(Self.hostName(request.head.authority), halves[0]) {
            let visit = OPVisit(
                host: host, tenant: tenant, port: port, method: request.method, headers: request.headers,
                query: Parameters(halves.count == 2 ? halves[1] : ""), form: Parameters(body), realm: route.realm)
            return await VendorRouter(visit: visit, path: halves[0], body: body).respond(route)
        }
        guard path.count >= 3, path[0] == "op", let tenant = host.tenants[path[1]] else { return notFound }
        let visit = OPVisit(
            host: host, tenant: tenant, port: port, method: request.method, headers: request.headers,
            query: Parameters(halves.count == 2 ? halves[1] : ""), form: Parameters(body))
        do {
            return try await answer(path.dropFirst(2).joined(separator: "/"), visit)
        } catch {
            return Answer.failure("server_error", .internalServerError)
        }
    }

    private func answer(_ endpoint: String, _ visit: OPVisit) async throws -> Response {
        switch (visit.method, endpoint) {
        case (.get, ".well-known/openid-configuration"): DiscoveryRoute(visit: visit).discovery()
        case (.get, "jwks"): try DiscoveryRoute(visit: visit).jwks()
        case (.get, "lure"): try DiscoveryRoute(visit: visit).lure()
        case (.get, "authorize"), (.post, "authorize"): try AuthorizeRoute(visit: visit).respond()
        case (.post, "login"): try LoginRoute(visit: visit).respond()
        case (.post, "token"): try await TokenRoute(visit: visit).respond()
        case (.post, "par"): await PushedRequestRoute(visit: visit).respond()
        case (.get, "userinfo"), (.post, "userinfo"): UserInfoRoute(visit: visit).respond()
        case (.get, "end-session"), (.post, "end-session"): EndSessionRoute(visit: visit).respond()
        case (.get, "style.css"): Answer.text(StyleSheet.text, type: "text/css; charset=utf-8")
        default: notFound
        }
    }

    /// The host that the caller means, without its port.
    private static func hostName(_ authority: String?) -> String {
        (authority ?? "").prefix { $0 != ":" }.lowercased()
    }

    private var notFound: Response { Answer.text("Not found", type: "text/plain", .notFound) }
}
