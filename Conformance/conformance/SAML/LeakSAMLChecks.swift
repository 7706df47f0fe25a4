// SPDX-License-Identifier: Apache-2.0

import BrokerModel
import Foundation
import MockIdentityProviders

/// No message, signature, session or attacker's name is anywhere that somebody reads (M53).
struct LeakSAMLChecks: SAMLChecks {
    let world: SAMLWorld

    func run() async -> [CheckResult] {
        var results: [CheckResult] = []
        for (place, text) in await places() {
            results.append(
                await check("no secret in: \(place)", rule: "M53") {
                    let issued = Set(world.idp.issuedSecrets.map(\.value))
                    let secrets = issued.union(world.seen.secrets).filter { $0.count >= 8 } + [SAMLFault.attacker]
                    try require(!text.isEmpty && secrets.count > 100, "there is nothing to search")
                    let found = secrets.filter { text.contains($0) }
                    try require(
                        found.isEmpty, "\(found.count) of \(secrets.count), such as \(found.first?.prefix(24) ?? "")")
                    return "\(secrets.count) secrets, \(text.utf8.count) octets"
                })
        }
        return results
    }

    private func places() async -> [(String, String)] {
        let audit = (try? await world.broker.records().map(\.body).joined(separator: "\n")) ?? ""
        return [
            ("audit log", audit), ("log lines", world.broker.log.text), ("answers to the browser", world.seen.text),
        ]
    }
}
