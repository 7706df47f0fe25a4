import BrokerModel
import BrokerServer
import Foundation
import Outbound
import Testing

@testable import BrokerRuntime

/// `gate.upstream`, which makes the public listener a proxy.
struct UpstreamSettingsTests {
    private func inPath(_ yaml: String, in workshop: Workshop) throws -> InPathSettings? {
        try workshop.load(minimal + yaml).inPath
    }

    @Test func `without it there is no proxy`() throws {
        #expect(try inPath("", in: Workshop()) == nil)
        #expect(try inPath("gate: {listen: \"127.0.0.1:8081\"}\n", in: Workshop()) == nil)
    }

    @Test func `one upstream is that of the one site`() throws {
        let origin = try #require(UpstreamOrigin("http://127.0.0.1:9001"))
        let settings = try inPath("gate: {upstream: \"http://127.0.0.1:9001\", maxBodyMiB: 1024}\n", in: Workshop())
        #expect(settings == InPathSettings(targets: .only(.init(origin: origin)), maxBody: 1 << 30))
    }

    @Test func `several have the names of their sites, each with the authorities of its own`() throws {
        let workshop = try Workshop()
        try workshop.write("ca.pem", "ca")
        let settings = try inPath(
            """
            gate:
              upstream: {support: "https://jsm.example", partners: "http://10.0.0.5:8080"}
            outbound: {trustRoots: [{file: ca.pem, site: support}]}

            """, in: workshop)
        let support = try #require(UpstreamOrigin("https://jsm.example"))
        let partners = try #require(UpstreamOrigin("http://10.0.0.5:8080"))
        #expect(
            settings?.targets
                == .bySite([
                    "support": .init(origin: support, trustRoots: [workshop.path("ca.pem")]),
                    "partners": .init(origin: partners),
                ]))
        #expect(settings?.maxBody == 100 << 20)
    }

    @Test(arguments: [
        "http://127.0.0.1:9001/jira", "http://jsm.example", "jsm.example:8080", "ftp://127.0.0.1", "http://203.0.113.1",
    ])
    func `an address with a path, or plain http to the world, refuses`(text: String) throws {
        let one = try Workshop().refusal(minimal + "gate: {upstream: \"\(text)\"}\n")
        #expect(one?.problems.map(\.key) == ["gate.upstream"])
        let named = try Workshop().refusal(minimal + "gate: {upstream: {support: \"\(text)\"}}\n")
        #expect(named?.problems.map(\.key) == ["gate.upstream.support"])
    }

    @Test(arguments: ["0", "-1", "1048577", "lots"]) func `a bound that is none refuses`(bound: String) throws {
        let refusal = try Workshop().refusal(minimal + "gate: {maxBodyMiB: \(bound)}\n")
        #expect(refusal?.problems.map(\.key) == ["gate.maxBodyMiB"])
    }
}
