// SPDX-License-Identifier: Apache-2.0

import Foundation

/// HAProxy, which checks the token by itself with `jwt_verify`.
struct HAProxyLocalFront: Front {
    let name = "haproxy-local"
    let mode = FrontMode.local
    let program: FrontProgram? = .haproxy
    let lacks = Set<FrontAbility>.local

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        // One that is retired or to come stands behind the one that signs.
        let key = try unwrap(addresses.keys.first, "the broker has no key")
        try require(key.algorithm == "ES256", "the broker signs with \(key.algorithm)")
        try files.write("vestibule-session.pem", key.pem)
        try files.copy("vestibule-local.lua")
        try files.copy(
            "haproxy.cfg",
            replacing: [
                "/etc/haproxy": files.folder.path(),
                "setenv VESTIBULE_SITE portal": "setenv VESTIBULE_SITE \(addresses.site)",
                "setenv VESTIBULE_HOST portal.localhost:8088": "setenv VESTIBULE_HOST \(addresses.host)",
                "setenv VESTIBULE_ISSUER http://portal.localhost:8088/vestibule":
                    "setenv VESTIBULE_ISSUER \(addresses.issuer)",
                "bind 127.0.0.1:8088": "bind 127.0.0.1:\(addresses.front)",
                "server broker 127.0.0.1:8080": "server broker 127.0.0.1:\(addresses.broker)",
                "server jsm 127.0.0.1:9001": "server jsm 127.0.0.1:\(addresses.portal)",
            ])
    }

    func command(_ folder: URL) -> FrontCommand {
        FrontCommand(arguments: ["-db", "-f", folder.appending(path: "haproxy.cfg").path()])
    }
}

extension Set<FrontAbility> {
    /// What no front can do that looks at the token and asks nobody: the list that `Documentation/fronts.md` shows.
    static let local: Self = [
        .portalRules, .bodies, .formBodies, .closedDoors, .lanes, .stepUp, .revocation, .renewal, .storeCheck,
        .gateCheck, .brokerAnswers, .clearedCookies, .publicPaths,
    ]
}
