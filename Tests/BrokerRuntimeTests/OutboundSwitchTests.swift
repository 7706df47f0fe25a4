import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Logging
import Testing

@testable import BrokerRuntime

struct OutboundSwitchTests {
    private static let opened = minimal + "outbound: {allow: [{host: 127.0.0.1, cidr: 127.0.0.0/8, site: portal}]}\n"

    /// Port 1 has no listener: who may connect finds nobody there.
    private func outcome(_ transport: any HTTPTransport) async throws -> TransportError.Code? {
        let url = try #require(URL(string: "https://127.0.0.1:1/"))
        do {
            _ = try await transport.send(OutboundRequest(url: url))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a site's own allowance is its own, from the settings to the engine`() async throws {
        let workshop = try Workshop()
        let installation = try Installation(
            workshop.load(Self.opened), providers: [], environment: workshop.environment,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let environment = installation.engine.environment
        let portal = environment.siteTransport("portal")
        #expect(try await outcome(portal) == .unreachable)
        #expect(try await outcome(environment.siteTransport("other")) == .addressRefused)
        #expect(try await outcome(environment.transport("portal")) == .addressRefused)
        // A reload takes it away from a facade that keeps its transport.
        try installation.outbound.change(to: workshop.load(minimal).outbound)
        #expect(try await outcome(portal) == .addressRefused)
        await installation.close()
    }
}
