import BrokerRuntime
import Foundation
import Testing

/// M63: each weakness refuses to start, by its key.
struct WeakConfigurationTests {
    private func refusedKeys(
        _ yaml: String, _ extra: [String: String] = [:], without: String? = nil, in workshop: Workshop
    ) throws -> [String] {
        try workshop.refusal(yaml, extra, without: without)?.problems.map(\.key) ?? []
    }

    @Test(arguments: [
        "http://support.example/vestibule", "ftp://support.example/vestibule", "https://u:p@support.example/vestibule",
        "https://support.example/vestibule#a", "http://localhost.example/vestibule", "support.example/vestibule",
    ])
    func `a publicURL that is not https refuses`(url: String) throws {
        #expect(try refusedKeys("publicURL: \"\(url)\"\n", in: Workshop()) == ["publicURL"])
    }

    @Test(arguments: [
        "http://localhost:8080/vestibule", "http://broker.localhost/vestibule", "http://127.0.0.1:1/vestibule",
        "https://support.example/vestibule",
    ])
    func `plain http is for loopback and localhost names`(url: String) throws {
        #expect(try refusedKeys("publicURL: \"\(url)\"\n", in: Workshop()) == [])
    }

    @Test(arguments: ["", "/", "/vestibule/", "/broker", "/a/vestibule", "/vestibule?x=1"])
    func `a publicURL that does not end in vestibule refuses`(path: String) throws {
        #expect(try refusedKeys("publicURL: https://support.example\(path)\n", in: Workshop()) == ["publicURL"])
    }

    @Test(arguments: ["0.0.0.0/0", "::/0", "0.0.0.0/1", "2000::/3"])
    func `trusting everybody as a proxy refuses`(range: String) throws {
        #expect(try refusedKeys(minimal + "trustedProxies: [\"\(range)\"]\n", in: Workshop()) == ["trustedProxies[0]"])
    }

    @Test(arguments: ["0.0.0.0:8080", "192.0.2.1:8080", "\"[::]:8080\"", "support.example:80", "127.0.0.1.example:80"])
    func `plain http to the world refuses`(address: String) throws {
        #expect(try refusedKeys(minimal + "listen: \(address)\n", in: Workshop()) == ["listen"])
        #expect(try refusedKeys(minimal + "listen: \(address)\ntrustedProxies: [10.0.0.0/8]\n", in: Workshop()) == [])
    }

    @Test(arguments: ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "\"[::1]:1\"", "unix:/run/v.sock"])
    func `plain http on this machine is fine`(address: String) throws {
        #expect(try refusedKeys(minimal + "listen: \(address)\n", in: Workshop()) == [])
    }

    @Test(arguments: ["0.0.0.0:8081", "192.0.2.1:8081", "gate.example:8081"])
    func `an internal listener that others can reach refuses`(address: String) throws {
        let yaml = minimal + "gate: {listen: \"\(address)\"}\ntrustedProxies: [10.0.0.0/8]\n"
        #expect(try refusedKeys(yaml, in: Workshop()) == ["gate.listen"])
    }

    @Test func `one listener for both refuses`() throws {
        #expect(try refusedKeys(minimal + "gate: {listen: \"127.0.0.1:8080\"}\n", in: Workshop()) == ["gate.listen"])
    }

    @Test(arguments: [
        "short", String(repeating: "A", count: 43), String(repeating: "00", count: 32),
        "abcdefghijklmnopqrstuvwxyz012345",
    ])
    func `a weak key-encryption key refuses and is not repeated`(kek: String) throws {
        let refusal = try #require(try Workshop().refusal(minimal, ["VESTIBULE_KEK": kek]))
        #expect(refusal.problems.map(\.key) == ["keys.kek"])
        #expect(!refusal.description.contains(kek))
    }

    @Test func `a key-encryption key that is missing refuses`() throws {
        #expect(try refusedKeys(minimal, without: "VESTIBULE_KEK", in: Workshop()) == ["keys.kek"])
    }

    @Test func `an earlier key-encryption key that is missing refuses`() throws {
        #expect(
            try refusedKeys(minimal + "keys: {previousKeks: [env:OLD]}\n", in: Workshop()) == ["keys.previousKeks[0]"])
    }

    @Test func `a secret that is written down refuses and is not repeated`() throws {
        let refusal = try #require(try Workshop().refusal(minimal + "keys: {kek: \(Workshop.kek)}\n"))
        #expect(refusal.problems.map(\.key) == ["keys.kek"])
        #expect(!refusal.description.contains(Workshop.kek))
    }

    @Test(arguments: [0o644, 0o604, 0o660, 0o602])
    func `a key-encryption key file that others can read refuses`(mode: Int) throws {
        let workshop = try Workshop()
        try workshop.write("kek", Workshop.kek, mode: mode)
        #expect(try refusedKeys(minimal + "keys: {kek: \"file:kek\"}\n", in: workshop) == ["keys.kek"])
        try workshop.write("kek", Workshop.kek, mode: 0o640)
        #expect(try refusedKeys(minimal + "keys: {kek: \"file:kek\"}\n", in: workshop) == [])
    }

    @Test func `a TLS key that others can read refuses`() throws {
        let workshop = try Workshop()
        try workshop.write("cert.pem", "c", mode: 0o644)
        try workshop.write("key.pem", "k", mode: 0o644)
        let yaml = minimal + "server: {tls: {certificate: cert.pem, privateKey: key.pem}}\n"
        #expect(try refusedKeys(yaml, in: workshop) == ["server.tls.privateKey"])
    }

    @Test func `files that are not there refuse`() throws {
        let yaml =
            minimal + "server: {tls: {certificate: no.pem, privateKey: no.key}}\noutbound: {trustRoots: [no.ca]}\n"
        #expect(
            Set(try refusedKeys(yaml, in: Workshop())) == [
                "server.tls.certificate", "server.tls.privateKey", "outbound.trustRoots[0]",
            ])
    }
}
