// SPDX-License-Identifier: Apache-2.0

import Foundation

/// nginx with `auth_request`.
struct NginxFront: Front {
    let name = "nginx"
    let mode = FrontMode.gate
    let program: FrontProgram? = .nginx
    let lacks: Set<FrontAbility> = [.formBodies]

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        for name in ["vestibule-http.conf", "vestibule-server.conf", "vestibule-portal.conf"] { try files.copy(name) }
        try files.copy(
            "site.conf",
            replacing: [
                "server 127.0.0.1:8081 max_fails=0;": "server 127.0.0.1:\(addresses.gate) max_fails=0;",
                "server 127.0.0.1:8080 max_fails=0;": "server 127.0.0.1:\(addresses.broker) max_fails=0;",
                "server 127.0.0.1:9001;": "server 127.0.0.1:\(addresses.portal);",
                "listen 127.0.0.1:8088": "listen 127.0.0.1:\(addresses.front)",
                "$vestibule_host portal.localhost:8088": "$vestibule_host \(addresses.host)",
                "/var/log/nginx/portal.access.log": files.folder.appending(path: "access.log").path(),
                "/var/log/nginx/portal.error.log": files.folder.appending(path: "error.log").path(),
            ])
        try files.write("nginx.conf", main(files.folder.path()))
    }

    /// What a distribution's `nginx.conf` says.
    private func main(_ folder: String) -> String {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }
        return """
            \(geteuid() == 0 ? "user root;" : "")
            daemon off;
            worker_processes 1;
            pid \(folder)/nginx.pid;
            error_log \(folder)/error.log crit;
            pcre_jit on;
            events { worker_connections 2048; }
            http {
                \(temporary.joined(separator: "\n    "))
                include site.conf;
            }

            """
    }

    func command(_ folder: URL) -> FrontCommand {
        FrontCommand(arguments: ["-p", folder.path(), "-c", folder.appending(path: "nginx.conf").path()])
    }
}
