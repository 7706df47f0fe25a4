import BrokerEngine
import Testing

@Suite struct SmokeTests {
    @Test func `a person of Globex signs in`() async throws {
        let here = try await TestInstallation()
        let signedIn = try await here.signIn("ann@globex.example")
        #expect(signedIn.returnTarget == "/servicedesk/customer/portal/3")
        #expect(try await here.sessionCount() == 1)
    }
}
