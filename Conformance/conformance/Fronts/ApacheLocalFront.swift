// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Apache, which checks the token by itself with mod_auth_openidc.
struct ApacheLocalFront: Front {
    let name = "apache-local"
    let mode = FrontMode.local
    var program: FrontProgram? {
        var program = FrontProgram.apache
        program.modules = [
            ("\(FrontFiles.apacheModules)/mod_auth_openidc.so", "apt-get install libapache2-mod-auth-openidc")
        ]
        return program
    }
    let lacks = Set<FrontAbility>.local

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) throws {
        let keys = try FreePort.take()
        for name in ["vestibule-headers.conf", "vestibule-local.lua"] { try files.copy(name) }
        try files.copy(
            "portal.conf",
            replacing: [
                "http://portal.localhost:8088/vestibule": addresses.issuer,
                "127.0.0.1:8088": "127.0.0.1:\(addresses.front)",
                "127.0.0.1:8444": "127.0.0.1:\(keys)",
                "ServerName portal.localhost": "ServerName \(addresses.hostName)",
                "Require claim aud:portal": "Require claim aud:\(addresses.site)",
                "http://127.0.0.1:8080/": "http://127.0.0.1:\(addresses.broker)/",
                "http://127.0.0.1:9001/": "http://127.0.0.1:\(addresses.portal)/",
                "/etc/apache2/": "\(files.folder.path())/",
                "/var/log/apache2": files.folder.path(),
            ])
        try files.writeApache([
            "headers", "setenvif", "alias", "rewrite", "proxy", "proxy_http", "socache_shmcb", "ssl", "authz_user",
            "auth_openidc", "lua",
        ])
        try certificate(in: files.folder)
    }

    func command(_ folder: URL) -> FrontCommand { .apache(folder) }

    /// The certificate by which Apache serves the keys to itself: the command of the file's own comment.
    private func certificate(in folder: URL) throws {
        let openssl = Process()
        openssl.executableURL = try FrontProgram(name: "openssl", installation: "apt-get install openssl").find()
        openssl.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=127.0.0.1", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", folder.appending(path: "vestibule-keys.key").path(), "-out",
            folder.appending(path: "vestibule-keys.crt").path(),
        ]
        (openssl.standardOutput, openssl.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try openssl.run()
        openssl.waitUntilExit()
        try require(openssl.terminationStatus == 0, "openssl made no certificate")
    }
}
