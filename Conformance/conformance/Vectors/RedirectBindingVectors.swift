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
        let tenant = try SAMLTenant("acme", in: expected, folder: folder)
        try require(tenant.logout == file.string("destination"), "the destination is not acme's logout endpoint")
        let limit = try unwrap(file.int64("max_inflated_bytes"), "no max_inflated_bytes")
        try require(RedirectMessage.maximumInflatedBytes <= limit, "more is inflated than may be")
        return await (try VectorCase.all(in: file)).run(in: name) { try judge($0, tenant) }
    }

    private static func judge(_ example: VectorCase, _ tenant: SAMLTenant) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let seen = Result {
            let query = Data(try example.text("query").utf8)
            return try LogoutVectors.request(
                LoginCallback(method: .get, endpoint: .logout, rawQuery: query), tenant)
        }
        try require(clock.now - start < .seconds(1), "took longer than a second")
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
