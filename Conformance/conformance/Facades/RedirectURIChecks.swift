// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE

/// Where codes may go: own vectors over the real authorization endpoint, and what stands around them.
struct RedirectURIChecks: FacadeChecks {
    let world: FacadeWorld
    private var party: RelyingParty { world.party }

    func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        var results = [await registered(), await unknownClient(), await neverSent()]
        for example in try Self.examples() {
            let uri = example.string("redirect_uri") ?? ""
            results.append(
                await check("redirect-uri-cases: \(uri.debugDescription)", rule: "M50") {
                    guard example.string("verdict") == "refuse" else {
                        _ = try await party.code(world.world.browser(), ["redirect_uri": uri])
                        return "taken"
                    }
                    return try await world.refused("redirect_uri_mismatch") {
                        try await world.world.browser().open(party.authorizeURL(["redirect_uri": uri]))
                    }
                })
        }
        return results
    }

    /// The project's own vectors, wherever the program was built.
    private static func examples() throws -> [JSONObject] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Vectors/own-dev/redirect-uri-cases.json")
        let text = try Data(contentsOf: file.standardizedFileURL)
        return try unwrap(JSONObject.parse(Array(text)).array("cases"), "no cases").compactMap(\.object)
    }

    private func registered() async -> CheckResult {
        await check("oidcc-ensure-registered-redirect-uri", rule: "M50") {
            try await world.refused("redirect_uri_mismatch") {
                try await world.world.browser().open(
                    party.authorizeURL(["redirect_uri": "https://jsm.example/cb/other"]))
            }
        }
    }

    private func unknownClient() async -> CheckResult {
        await check("a client that is not registered, and none", rule: "M50") {
            for client in ["other", nil] {
                _ = try await world.refused("client_unknown") {
                    try await world.world.browser().open(party.authorizeURL(["client_id": client]))
                }
            }
            return "client_unknown"
        }
    }

    /// Signed in or not: a refused address never gets a code, and neither does an error.
    private func neverSent() async -> CheckResult {
        await check("a refused address gets no error either", rule: "M50") {
            let browser = world.world.browser()
            _ = try await party.code(browser)
            return try await world.refused("redirect_uri_mismatch") {
                try await browser.open(
                    party.authorizeURL(["redirect_uri": "https://evil.example/", "prompt": "none", "scope": nil]))
            }
        }
    }
}
