import Broker
import BrokerEngine
import BrokerModel
import Testing

@Suite struct BreakGlassTests {
    private func open(
        _ here: TestInstallation, for duration: Duration = .seconds(3600), reason: String = "the IdP is down"
    ) async throws -> BreakGlassService.Opened {
        try await here.engine.breakGlass.open("portal", for: duration, operatorName: "ada", reason: reason)
    }

    @Test func `a code lets one browser in, once, and both are in the audit log`() async throws {
        let here = try await TestInstallation()
        let opened = try await open(here)
        let entered = try await here.engine.breakGlass.enter("portal", code: opened.code.reveal())
        #expect(entered?.until == opened.glass.expiresAt)
        #expect(try await here.engine.breakGlass.enter("portal", code: opened.code.reveal()) == nil)
        let records = try await here.records(.breakGlassOpened, .breakGlassUsed)
        #expect(records.map(\.kind) == [.breakGlassOpened, .breakGlassUsed])
        #expect(records.allSatisfy { $0.body.contains("the IdP is down") })
        #expect(records.allSatisfy { !$0.body.contains(opened.code.reveal()) })
    }

    @Test func `a code opens no other site, and nothing after its time`() async throws {
        let here = try await TestInstallation()
        let opened = try await open(here)
        #expect(try await here.engine.breakGlass.enter("other", code: opened.code.reveal()) == nil)
        #expect(try await here.engine.breakGlass.enter("portal", code: "guess") == nil)
        here.clock.advance(by: .seconds(3600))
        #expect(try await here.engine.breakGlass.enter("portal", code: opened.code.reveal()) == nil)
    }

    @Test func `what is closed is closed at once, for its browser too`() async throws {
        let here = try await TestInstallation()
        let opened = try await open(here)
        let entered = try await here.engine.breakGlass.enter("portal", code: opened.code.reveal())
        let handle = try #require(entered?.handle.reveal())
        #expect(await passes(here, handle))
        #expect(try await here.engine.breakGlass.close(opened.glass.reference, operatorName: "bob"))
        #expect(await passes(here, handle) == false)
        #expect(try await here.engine.breakGlass.close(opened.glass.reference, operatorName: "bob") == false)
        #expect(try await here.engine.breakGlass.list() == [])
    }

    @Test func `the browser passes without an identity until the time is over`() async throws {
        let here = try await TestInstallation()
        let opened = try await open(here)
        let handle = try #require(
            try await here.engine.breakGlass.enter("portal", code: opened.code.reveal())?.handle.reveal())
        #expect(await passes(here, handle))
        #expect(await passes(here, handle, target: "/browse/SUP-1"))
        #expect(await passes(here, "another") == false)
        here.clock.advance(by: .seconds(3600))
        #expect(await passes(here, handle) == false)
    }

    private func passes(
        _ here: TestInstallation, _ handle: String, target: String = "/servicedesk/customer/portals"
    ) async -> Bool {
        let answer = await here.engine.gate.decide(
            GateRequest(
                site: "portal", method: "GET", target: target, cookies: "__Host-vestibule-glass=\(handle)",
                accept: "text/html"))
        guard case .allowAnonymous(.breakGlass) = answer else { return false }
        return true
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(12 * 3600 + 1)])
    func `it is opened for at most twelve hours`(_ duration: Duration) async throws {
        let here = try await TestInstallation()
        await #expect(throws: SettingsError.self) { _ = try await open(here, for: duration) }
        #expect(try await here.engine.breakGlass.list() == [])
    }

    @Test func `it is not opened without a reason`() async throws {
        let here = try await TestInstallation()
        await #expect(throws: SettingsError.self) { _ = try await open(here, reason: "  ") }
    }

    @Test func `a server says every minute that a site is open`() async throws {
        let here = try await TestInstallation()
        _ = try await open(here)
        try await here.engine.maintain()
        #expect(here.log.lines.contains { $0.contains("a site is open in an emergency") })
    }
}
