// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE

/// Answers a request that came to a vendor's own address.
struct VendorRouter {
    let visit: OPVisit
    let path: String
    let body: String

    func respond(_ route: OPRoute) async -> Response {
        do {
            return try await answer(route)
        } catch {
            return Answer.failure("server_error", .internalServerError)
        }
    }

    private func answer(_ route: OPRoute) async throws -> Response {
        switch (route.endpoint, visit.method) {
        case (.document(let metadata), .get): DiscoveryRoute(visit: visit).document(metadata)
        case (.jwks, .get): try DiscoveryRoute(visit: visit).jwks()
        case (.authorize, .get), (.authorize, .post): try AuthorizeRoute(visit: visit).respond()
        case (.token, .post): try await TokenRoute(visit: visit).respond()
        case (.userInfo, .get), (.userInfo, .post): UserInfoRoute(visit: visit).respond()
        case (.endSession, .get), (.endSession, .post): EndSessionRoute(visit: visit).respond()
        case (.api, _): api(route)
        default: Answer.text("Method not allowed", type: "text/plain", .methodNotAllowed)
        }
    }

    private func api(_ route: OPRoute) -> Response {
        visit.tenant.count("api")
        guard let api = visit.profile?.api else { return Answer.text("Not found", type: "text/plain", .notFound) }
        return api(APIVisit(visit: visit, host: route.host, path: path, body: body)).response
    }
}
