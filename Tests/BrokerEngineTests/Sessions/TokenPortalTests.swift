import Broker
import BrokerEngine
import BrokerModel
import JOSE
import Testing

/// What a token says about portals: what fronts that check it themselves may go by.
@Suite struct TokenPortalTests {
    private func portals(_ browser: TestBrowser) throws -> [String] {
        let token = try #require(browser.credentials).token.reveal()
        let claims = try JSONObject.parse(Base64URL.decode(String(token.split(separator: ".")[1])))
        guard case .array(let values)? = claims["portals"] else { throw Unexpected("portals") }
        return values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    @Test func `it names the portals that are open, or says that all are`() async throws {
        let here = try await GatedSite.installation { $0.sites[0].access.staff.connections = ["acme-staff"] }
        #expect(try portals(await here.browser()) == ["3"])
        #expect(try portals(await here.browser(groups: ["hr"], as: "hank@globex.example")) == ["*"])
        #expect(try portals(await here.browser(as: "al@acme.example", with: "acme-staff")) == ["*"])
        try await here.change {
            $0.sites[0].access.rules = [PortalRule(AccessRule("all", .deny, .organization("globex")))]
        }
        #expect(try portals(await here.browser(as: "ben@globex.example")).isEmpty)
        try await here.change { $0.sites[0].access.enforcement = .observe }
        #expect(try portals(await here.browser(as: "cat@globex.example")) == ["*"])
    }

    @Test func `a site without portals is all of it, or nothing`() async throws {
        let here = try await TestInstallation()
        #expect(try portals(await here.browser()) == ["*"])
        try await here.change { $0.sites[0].access.policy = .deny }
        #expect(try portals(await here.browser(as: "ben@globex.example")).isEmpty)
    }
}
