// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Caddy, which asks the gate as `forward_auth` does.
struct CaddyFront: Front {
    let name = "caddy"
    let mode = FrontMode.gate
    let program: FrontProgram? = .caddy
    let lacks: Set<FrontAbility> = [.formBodies]

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        try files.copy("vestibule.caddy")
        try files.copy(
            "Caddyfile",
            replacing: [
                "/var/log/caddy": files.folder.path(), "portal.localhost:8088 127.0.0.1:8081": "HOST 127.0.0.1:8081",
                "http://portal.localhost:8088": "http://portal.localhost:\(addresses.front)",
                "http://:8088": "http://:\(addresses.front)",
                "HOST 127.0.0.1:8081": "\(addresses.host) 127.0.0.1:\(addresses.gate)",
                "127.0.0.1:8080 127.0.0.1:9001": "127.0.0.1:\(addresses.broker) 127.0.0.1:\(addresses.portal)",
            ])
    }

    func command(_ folder: URL) -> FrontCommand {
        let home = folder.path()
        return FrontCommand(
            arguments: ["run", "--config", "\(home)/Caddyfile", "--adapter", "caddyfile"],
            environment: ["HOME": home, "XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home])
    }
}
