// SPDX-License-Identifier: Apache-2.0

import Foundation

/// HAProxy, which asks the gate by a Lua action.
struct HAProxyFront: Front {
    let name = "haproxy"
    let mode = FrontMode.gate
    let program: FrontProgram? = .haproxy
    let lacks: Set<FrontAbility> = [.formBodies]

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        try files.copy("vestibule.lua")
        try files.copy(
            "haproxy.cfg",
            replacing: [
                "/etc/haproxy": files.folder.path(),
                "setenv VESTIBULE_SITE portal": "setenv VESTIBULE_SITE \(addresses.site)",
                "setenv VESTIBULE_HOST portal.localhost:8088": "setenv VESTIBULE_HOST \(addresses.host)",
                "setenv VESTIBULE_GATE 127.0.0.1:8081": "setenv VESTIBULE_GATE 127.0.0.1:\(addresses.gate)",
                "bind 127.0.0.1:8088": "bind 127.0.0.1:\(addresses.front)",
                "server broker 127.0.0.1:8080": "server broker 127.0.0.1:\(addresses.broker)",
                "server jsm 127.0.0.1:9001": "server jsm 127.0.0.1:\(addresses.portal)",
            ])
    }

    func command(_ folder: URL) -> FrontCommand {
        FrontCommand(arguments: ["-db", "-f", folder.appending(path: "haproxy.cfg").path()])
    }
}
