import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import Foundation
import Logging
import Testing

@testable import BrokerRuntime

struct ServerConfigurationTests {
    @Test func `one key is enough and the standards hold for the rest`() throws {
        let workshop = try Workshop()
        let configuration = try workshop.load(minimal)
        #expect(configuration.engine == EngineSettings(publicURL: "https://support.example/vestibule"))
        #expect(configuration.publicListener == .tcp(host: "127.0.0.1", port: 8080))
        #expect(configuration.internalListener == .tcp(host: "127.0.0.1", port: 8081))
        #expect(configuration.storePath == workshop.path("vestibule.sqlite"))
        #expect(configuration.logLevel == .info && configuration.logFormat == .json)
        #expect(configuration.shutdownWithin == .seconds(10) && configuration.tls == nil)
    }

    @Test func `every key is read and paths are relative to the file`() throws {
        let workshop = try Workshop()
        try workshop.write("cert.pem", "c")
        try workshop.write("key.pem", "k")
        try workshop.write("ca.pem", "ca")
        try workshop.write("jira.pem", "ca")
        try workshop.write("kek", Workshop.kek + "\n")
        let configuration = try workshop.load(
            """
            publicURL: https://support.example/vestibule
            listen: 0.0.0.0:8443
            gate: {listen: "unix:/run/vestibule/gate.sock"}
            server:
              tls: {certificate: cert.pem, privateKey: key.pem}
              pidFile: vestibule.pid
              shutdownWithin: 30s
            store: {path: state/store.sqlite}
            keys: {kek: "file:kek", previousKeks: [env:VESTIBULE_KEK], publishBefore: 1h30m, activeFor: 30d}
            token: {algorithm: RS256, lifetime: 5m}
            login: {lifetime: 15m}
            log: {level: debug, format: text}
            trustedProxies: [10.0.0.0/8]
            outbound:
              allow:
                - {host: idp.acme.example, cidr: 10.1.0.0/16}
                - {host: own.acme.example, cidr: 10.2.0.0/16, connection: acme}
                - {host: jira.acme.example, cidr: 10.3.0.0/16, site: acme}
              trustRoots: [{file: ca.pem, connection: acme}, {file: jira.pem, site: acme}]
            """)
        #expect(configuration.internalListener == .unix(path: "/run/vestibule/gate.sock"))
        #expect(configuration.tls?.certificate == workshop.path("cert.pem"))
        #expect(configuration.pidFile == workshop.path("vestibule.pid"))
        #expect(configuration.storePath == workshop.path("state/store.sqlite"))
        #expect(configuration.kek.description == "file:" + workshop.path("kek"))
        #expect(configuration.engine.keyPublishBefore == .seconds(5400))
        #expect(configuration.engine.keyActiveFor == .seconds(30 * 86400))
        #expect("\(configuration.engine.tokenAlgorithm)" == "rs256")
        #expect(configuration.engine.tokenLifetime == .seconds(300))
        #expect(configuration.engine.loginLifetime == .seconds(900))
        #expect(configuration.logLevel == .debug && configuration.logFormat == .text)
        #expect(configuration.trustedProxies.map { "\($0)" } == ["10.0.0.0/8"])
        let outbound = configuration.outbound
        let (acme, other) = (
            "\(outbound.policy(for: .connection("acme")))", "\(outbound.policy(for: .connection("other")))"
        )
        #expect(acme.contains("own.acme.example") && acme.contains("10.1.0.0/16") && acme.contains("/ca.pem"))
        #expect(!other.contains("own.acme.example") && other.contains("10.1.0.0/16") && !other.contains("ca.pem"))
        // A site is nobody's connection, even where they share a name.
        let (site, common) = ("\(outbound.policy(for: .site("acme")))", "\(outbound.policy(for: nil))")
        #expect(site.contains("jira.acme.example") && site.contains("/jira.pem") && site.contains("10.1.0.0/16"))
        #expect(!site.contains("own.acme.example") && !site.contains("/ca.pem"))
        #expect(!acme.contains("jira") && !common.contains("jira") && !common.contains("own.acme.example"))
    }

    @Test func `an entry of the ways out is for a connection or for a site`() throws {
        let workshop = try Workshop()
        try workshop.write("ca.pem", "ca")
        let refusal = try workshop.refusal(
            minimal + """
                outbound:
                  allow:
                    - {host: a.example, cidr: 10.0.0.0/8, connection: a, site: b}
                  trustRoots:
                    - {file: ca.pem, connection: a, site: b}
                    - {file: ca.pem}
                """)
        #expect(
            refusal?.problems.map { "\($0.line ?? 0) \($0.key): \($0.text)" } == [
                "4 outbound.allow[0]: must name a connection or a site, not both",
                "6 outbound.trustRoots[0]: must name a connection or a site, not both",
                "7 outbound.trustRoots[1]: must name a connection or a site; for all, give the path alone",
            ])
    }

    @Test func `all problems come at once, each with line, column and key`() throws {
        let workshop = try Workshop()
        let refusal = try workshop.refusal(
            """
            publicURL: https://support.example/vestibule
            token:
              lifetime: 10
              algorithm: HS256
            login:
              lifetme: 10m
            outbound:
              allow:
                - host: idp.acme.example
                - {host: a.example, cidr: 10.0.0.1/8}
            trustedProxies: 10.0.0.0/8
            """)
        let file = workshop.path("server.yaml")
        #expect(
            refusal?.problems.map(\.description) == [
                "\(file):3:3: token.lifetime: must be a duration from 30s to 1h, such as 30s, 10m, 8h or 7d; put it in quotes",
                "\(file):4:3: token.algorithm: must be one of ES256, RS256",
                "\(file):6:3: login.lifetme: is not a key here; known: lifetime",
                "\(file):9:7: outbound.allow[0].cidr: is required",
                "\(file):10:25: outbound.allow[1].cidr: must be a block of addresses such as 10.0.0.0/8",
                "\(file):11:1: trustedProxies: must be a list",
            ])
    }

    @Test(arguments: [
        ("publicURL: [", "2:1", "is not YAML"), ("a: 1\na: 2\n", "1:1", "is there twice"),
        ("publicURL: *x\n", "1:12", "is not YAML"), ("- a\n", "1:1", "must be a mapping"),
    ])
    func `what is no YAML mapping is refused with its place`(text: String, place: String, problem: String) throws {
        let refusal = try #require(try Workshop().refusal(text))
        #expect(refusal.description.contains(problem), "\(refusal)")
        #expect(refusal.description.contains("server.yaml:\(place.split(separator: ":")[0]):"), "\(refusal)")
    }

    @Test func `a file that is not there is named`() {
        #expect(throws: ConfigurationError([.init(file: "/nowhere/v.yaml", text: "cannot be read")])) {
            try ServerConfiguration.load(file: "/nowhere/v.yaml", environment: [:])
        }
    }

    @Test func `a missing required key is named`() throws {
        let refusal = try Workshop().refusal("listen: 127.0.0.1:1\n")
        #expect(refusal?.problems.map(\.key) == ["publicURL"])
    }

    @Test func `the environment wins over the file`() throws {
        let configuration = try Workshop().load(
            minimal + "log: {level: error}\n",
            [
                "VESTIBULE_LOG_LEVEL": "trace", "VESTIBULE_LISTEN": "127.0.0.1:9000",
                "VESTIBULE_SERVER_SHUTDOWN_WITHIN": "3s",
            ])
        #expect(configuration.logLevel == .trace)
        #expect(configuration.publicListener == .tcp(host: "127.0.0.1", port: 9000))
        #expect(configuration.shutdownWithin == .seconds(3))
    }

    @Test func `a problem from the environment names the variable`() throws {
        let refusal = try Workshop().refusal(minimal, ["VESTIBULE_LOG_FORMAT": "xml"])
        #expect(
            refusal?.description == "environment VESTIBULE_LOG_FORMAT: log.format: must be one of json, text")
    }

    @Test(arguments: [
        ("30s", 30), ("10m", 600), ("8h", 28800), ("7d", 604_800), ("1h30m", 5400), ("0s", 0),
    ])
    func `durations read and write`(text: String, seconds: Int) {
        #expect(DurationText.parse(text) == .seconds(seconds))
        #expect(DurationText.parse(DurationText.write(.seconds(seconds))) == .seconds(seconds))
    }

    @Test(arguments: ["", "10", "m", "10 m", "-5m", "1.5h", "5m1h", "5m5m", "99999999999s", "9999999999d", "١m"])
    func `what is no duration is refused`(text: String) { #expect(DurationText.parse(text) == nil) }
}
