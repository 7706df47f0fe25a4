// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Envoy, which checks the token by itself with `jwt_authn`.
struct EnvoyLocalFront: Front {
    let name = "envoy-local"
    let mode = FrontMode.local
    let program: FrontProgram? = .envoy
    let lacks = Set<FrontAbility>.local

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        try files.copy(
            "envoy.yaml",
            replacing: [
                "http://portal.localhost:8088/vestibule": addresses.issuer,
                "portal.localhost:8088": addresses.host,
                "audiences: [portal]": "audiences: [\(addresses.site)]",
                "port_value: 8088": "port_value: \(addresses.front)",
                "port_value: 8080": "port_value: \(addresses.broker)",
                "port_value: 9001": "port_value: \(addresses.portal)",
                "/var/log/envoy/portal.log": files.folder.appending(path: "access.log").path(),
            ])
    }

    func command(_ folder: URL) -> FrontCommand { .envoy(folder) }
}
