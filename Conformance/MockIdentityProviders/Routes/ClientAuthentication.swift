// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import JOSE

/// Who calls the token endpoint or pushes a request (RFC 6749 2.3.1, RFC 9126 2).
struct ClientAuthentication {
    let visit: OPVisit
    /// `token` or `par`.
    var endpoint = "token"

    /// The authenticated client, or nil: unknown, wrong secret or assertion, another method, or two at once.
    func client() async -> OPClient? {
        let basic = basicCredentials()
        if basic != nil, visit.form["client_secret"] != nil { return nil }
        guard let id = basic?.id ?? visit.form["client_id"], let client = visit.tenant.client(id) else { return nil }
        guard client.method.isSecret else {
            guard basic == nil else { return nil }
            return await ClientAssertionCheck(visit: visit, client: client, endpoint: endpoint).holds() ? client : nil
        }
        guard visit.form["client_assertion"] == nil else { return nil }
        let given = basic?.secret ?? visit.form["client_secret"]
        switch (client.clientSecret, given) {
        case (nil, nil): return client
        case (let expected?, let given?):
            return Digests.constantTimeEquals(Array(expected.utf8), Array(given.utf8)) ? client : nil
        default: return nil
        }
    }

    /// Both halves are form-encoded before they are joined.
    private func basicCredentials() -> (id: String, secret: String)? {
        guard let header = visit.headers[.authorization], header.hasPrefix("Basic "),
            let data = Data(base64Encoded: String(header.dropFirst(6)))
        else { return nil }
        let halves = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1).map(String.init)
        guard halves.count == 2 else { return nil }
        return (Parameters.decode(halves[0]), Parameters.decode(halves[1]))
    }
}
