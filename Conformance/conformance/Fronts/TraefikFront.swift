// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Traefik with `ForwardAuth`.
struct TraefikFront: Front {
    let name = "traefik"
    let mode = FrontMode.gate
    let program: FrontProgram? = .traefik
    let lacks: Set<FrontAbility> = [.formBodies, .rawSemicolons]

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        let folder = files.folder.path()
        try files.copy(
            "traefik.yaml",
            replacing: [
                "127.0.0.1:8088": "127.0.0.1:\(addresses.front)", "/etc/traefik/dynamic": "\(folder)/dynamic",
                "/var/log/traefik": folder,
            ])
        try files.copy(
            "portal.yaml", as: "dynamic/portal.yaml",
            replacing: [
                "127.0.0.1:8081": "127.0.0.1:\(addresses.gate)", "127.0.0.1:8080": "127.0.0.1:\(addresses.broker)",
                "127.0.0.1:9001": "127.0.0.1:\(addresses.portal)", "portal.localhost:8088": addresses.host,
            ])
    }

    func command(_ folder: URL) -> FrontCommand {
        FrontCommand(
            arguments: ["--configFile=\(folder.appending(path: "traefik.yaml").path())"],
            environment: ["HOME": folder.path()])
    }
}
