// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Envoy, which asks the gate by `ext_authz`, and shows it bodies.
struct EnvoyFront: Front {
    let name = "envoy"
    let mode = FrontMode.gate
    let program: FrontProgram? = .envoy
    let lacks: Set<FrontAbility> = []

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        try files.copy(
            "envoy.yaml",
            replacing: [
                "portal.localhost:8088": addresses.host,
                "port_value: 8088": "port_value: \(addresses.front)",
                "port_value: 8081": "port_value: \(addresses.gate)",
                "port_value: 8080": "port_value: \(addresses.broker)",
                "port_value: 9001": "port_value: \(addresses.portal)",
                "value: portal}": "value: \(addresses.site)}",
                "/var/log/envoy/portal.log": files.folder.appending(path: "access.log").path(),
            ])
    }

    func command(_ folder: URL) -> FrontCommand { .envoy(folder) }
}

extension FrontCommand {
    /// Several run here at a time, so each takes a free number for its shared memory.
    static func envoy(_ folder: URL) -> FrontCommand {
        FrontCommand(arguments: [
            "-c", folder.appending(path: "envoy.yaml").path(), "--use-dynamic-base-id", "--concurrency", "1", "-l",
            "warn",
        ])
    }
}
