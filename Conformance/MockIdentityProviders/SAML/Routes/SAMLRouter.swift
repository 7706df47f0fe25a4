// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird

/// Finds tenant and endpoint of a request and has it answered.
struct SAMLRouter: Sendable {
    let host: SAMLHost

    func respond(to request: Request, port: Int) async -> Response {
        let target = request.head.path ?? "/"
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let body = (try? await request.body.collect(upTo: 4 << 20)).map { Array($0.readableBytesView) } ?? []
        let path = halves[0].split(separator: "/").map(String.init)
        if path.first == "__mock" {
            let form = Parameters(String(decoding: body, as: UTF8.self))
            return SAMLControlRoutes(host: host).respond(
                request.method, path.dropFirst().joined(separator: "/"), request.headers, form)
        }
        guard path.count >= 3, path[0] == "saml", let tenant = host.tenants[path[1]] else { return notFound }
        let visit = SAMLVisit(
            host: host, tenant: tenant, port: port, method: request.method, headers: request.headers,
            rawQuery: halves.count == 2 ? halves[1] : "", rawForm: body)
        do {
            return try answer(path.dropFirst(2).joined(separator: "/"), visit)
        } catch {
            // The reason helps whoever wrote the SP; nothing here is a secret of somebody else.
            let page = MessagePage(brand: visit.brand, title: "This does not work", text: "\(error)")
            return Answer.html(page.html(), .badRequest)
        }
    }

    private func answer(_ endpoint: String, _ visit: SAMLVisit) throws -> Response {
        switch (visit.method, endpoint) {
        case (.get, "metadata"): try SAMLMetadataRoute(visit: visit).respond()
        case (.get, "sso"), (.post, "sso"): try SingleSignOnRoute(visit: visit).respond()
        case (.post, "login"): try SAMLLoginRoute(visit: visit).respond()
        case (.get, "start-login"): try StartLoginRoute(visit: visit).respond()
        case (.get, "slo"), (.post, "slo"): try SingleLogoutRoute(visit: visit).respond()
        case (.get, "start-logout"): try StartLogoutRoute(visit: visit).respond()
        case (.get, "lure"): lure(visit)
        case (.get, "style.css"): Answer.text(StyleSheet.text, type: "text/css; charset=utf-8")
        default: notFound
        }
    }

    /// Where hostile messages point: an SP that comes here follows what it is told.
    private func lure(_ visit: SAMLVisit) -> Response {
        visit.tenant.count("lure")
        return Answer.text("<lured/>", type: "application/xml")
    }

    private var notFound: Response { Answer.text("Not found", type: "text/plain", .notFound) }
}

/// Metadata (SAML Metadata 4.1.1).
struct SAMLMetadataRoute {
    let visit: SAMLVisit

    func respond() throws -> Response {
        visit.tenant.count("metadata")
        switch visit.tenant.metadata.fault {
        case .down: return Answer.text("Down for maintenance", type: "text/plain", .serviceUnavailable)
        case .redirect: return Answer.found("\(visit.base)/lure")
        default: break
        }
        let document = try SAMLMetadataMaker(host: visit.host, tenant: visit.tenant, port: visit.port).document()
        return Answer.text(String(decoding: document, as: UTF8.self), type: "application/samlmetadata+xml")
    }
}
