// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Apache, which hands everything to the broker in-path.
struct ApacheFront: Front {
    let name = "apache"
    let mode = FrontMode.gate
    let program: FrontProgram? = .apache
    /// It asks nobody: its gate is the proxy behind it, and without that there is no way to the portal.
    let lacks: Set<FrontAbility> = [.gateCheck]

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        try files.copy(
            "portal.conf",
            replacing: [
                "127.0.0.1:8088": "127.0.0.1:\(addresses.front)",
                "ServerName portal.localhost": "ServerName \(addresses.hostName)",
                "http://127.0.0.1:8080/": "http://127.0.0.1:\(addresses.broker)/",
                "/var/log/apache2": files.folder.path(),
            ])
        try files.writeApache(["headers", "setenvif", "alias", "rewrite", "proxy", "proxy_http"])
    }

    func command(_ folder: URL) -> FrontCommand { .apache(folder) }
}

extension FrontAddresses {
    /// The host without its port.
    var hostName: String { host.split(separator: ":").first.map(String.init) ?? host }
}

extension FrontFiles {
    /// Where Debian keeps Apache's modules.
    static let apacheModules = "/usr/lib/apache2/modules"

    /// What a distribution's `apache2.conf` says, with these modules beside what every Apache has, and `portal.conf`.
    func writeApache(_ modules: [String]) throws {
        let home = folder.path()
        try write("www/README", "Nothing is served from here.\n")
        let loaded = (["mpm_event", "authn_core", "authz_core"] + modules).map {
            "LoadModule \($0)_module \(Self.apacheModules)/mod_\($0).so"
        }
        try write(
            "apache2.conf",
            """
            ServerRoot \(home)
            DefaultRuntimeDir \(home)
            PidFile \(home)/apache2.pid
            Mutex file:\(home) default
            ErrorLog \(home)/error.log
            LogLevel crit
            ServerName 127.0.0.1
            User nobody
            Group nogroup
            DocumentRoot \(home)/www
            \(loaded.joined(separator: "\n"))
            StartServers 1
            <Directory />
                AllowOverride None
                Require all denied
            </Directory>
            Include portal.conf

            """)
    }
}

extension FrontCommand {
    /// In the foreground, with nothing of the machine's own configuration.
    static func apache(_ folder: URL) -> FrontCommand {
        FrontCommand(arguments: ["-DFOREGROUND", "-f", folder.appending(path: "apache2.conf").path()])
    }
}
