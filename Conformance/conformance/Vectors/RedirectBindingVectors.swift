// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import JOSE
import SAML
import XMLSecurity

/// Queries of the HTTP-Redirect binding: `redirect-binding-cases.json`, each a LogoutRequest to the logout endpoint.
enum RedirectBindingVectors {
    static func run(_ file: JSONObject, _ name: String, _ url: URL) async throws -> [CheckResult] {
        let folder = url.deletingLastPathComponent().appending(path: "saml")
        let expected = try JSONObject.parse(
            Data(contentsOf: folder.appending(path: "expected.json")), maximumBytes: 1 << 26)
        let tenant = try VectorTenant("acme", in: expected, folder: folder)
        try require(tenant.logout == file.string("destination"), "the destination is not acme's logout endpoint")
        return await (try VectorCase.all(in: file)).run(in: name) { example in
            try await MessageBounds.run { try judge(example, tenant) }
        }
    }

    private static func judge(_ example: VectorCase, _ tenant: VectorTenant) throws {
        let seen = Result {
            let query = Data(try example.text("query").utf8)
            return try LogoutVectors.request(
                LoginCallback(method: .get, endpoint: .logout, rawQuery: query), tenant)
        }
        switch try example.text("verdict") {
        case "accept":
            try require(seen.get().nameID.value == "alice@acme.example", "somebody else is signed out")
        case "refuse":
            guard case .failure(let error) = seen else { throw Unmet("was accepted") }
            try require(error is SAMLError || error is LoginError, "was refused by \(error), which is no rule")
        case let verdict: throw Unmet("unknown verdict \(verdict)")
        }
    }
}
