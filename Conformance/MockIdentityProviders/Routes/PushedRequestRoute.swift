// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import JOSE

/// The pushed authorization request endpoint (RFC 9126 2): keeps a request that is in order, and gives its name.
struct PushedRequestRoute {
    /// A name lives a minute.
    private static let lifetime: Int64 = 60

    let visit: OPVisit

    func respond() async -> Response {
        visit.tenant.count("par")
        switch visit.tenant.definition.pushedRequests {
        case .none: return Answer.text("Not found", type: "text/plain", .notFound)
        case .failing: return Answer.failure("server_error", .internalServerError)
        case .offered, .required: break
        }
        guard let client = await ClientAuthentication(visit: visit, endpoint: "par").client() else {
            return Answer.failure("invalid_client", .unauthorized)
        }
        // RFC 9126 2.1: a pushed request does not name another.
        guard visit.form["request_uri"] == nil, visit.form["client_id"] == client.clientID,
            let redirectURI = visit.form["redirect_uri"],
            client.redirectURIs.contains(where: redirectURI.hasSameBytes)
        else { return Answer.failure("invalid_request") }
        do {
            _ = try AuthorizationCheck(
                parameters: visit.form, client: client, redirectURI: redirectURI,
                requiresPKCE: visit.tenant.definition.requiresPKCE
            ).request()
        } catch {
            return Answer.failure(error.code)
        }
        return keep(client)
    }

    private func keep(_ client: OPClient) -> Response {
        let name = "urn:ietf:params:oauth:request_uri:" + Base64URL.encode(visit.host.configuration.random(24))
        visit.tenant.keep(
            PushedRequest(clientID: client.clientID, parameters: visit.form, until: visit.now + Self.lifetime),
            requestURI: name)
        return Answer.json(["request_uri": .string(name), "expires_in": .integer(Self.lifetime)], .created)
    }
}
