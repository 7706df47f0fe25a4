import Broker
import BrokerModel
import JOSE
import Testing

@testable import BrokerEngine

/// Groups that the IdP did not tell in full are said to be incomplete wherever they are read: "not in the list" is then
/// no answer to "is not in the group".
@Suite struct IncompleteGroupsTests {
    private func claims(_ steps: [GroupSet]) async throws -> JSONObject {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        for step in steps { try await here.signIn("ann@globex.example", in: browser) { $0.groups = step } }
        let token = try #require(browser.credentials?.token.reveal())
        return try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
    }

    @Test(arguments: [GroupSet.Completeness.overage, .failed, .unsupported])
    func `a list that never was complete says so in the token`(completeness: GroupSet.Completeness) async throws {
        let claims = try await claims([GroupSet(["staff"], completeness: completeness)])
        #expect(claims.strings("groups") == ["staff"])
        #expect(claims.bool("groups_incomplete") == true)
    }

    @Test func `a complete list says nothing of it`() async throws {
        let claims = try await claims([
            GroupSet([], completeness: .failed), GroupSet(["staff"], completeness: .complete),
        ])
        #expect(claims.strings("groups") == ["staff"] && !claims.contains("groups_incomplete"))
    }

    @Test func `after a failed look-up the token says that its list is no longer whole`() async throws {
        let claims = try await claims([
            GroupSet(["staff"], completeness: .complete), GroupSet([], completeness: .failed),
        ])
        #expect(claims.strings("groups") == ["staff"] && claims.bool("groups_incomplete") == true)
    }

    @Test func `a list that does not fit is left out, complete or not`() throws {
        let groups = (0..<200).map { "group-\($0)-of-a-very-large-company" }
        for isIncomplete in [false, true] {
            let claims = SessionTokenClaims(
                issuer: "https://portal.example/vestibule", customer: "c_1", site: "portal", issuedAt: 1,
                expiresAt: 2, tokenID: "AAAAAAAAAAAAAAAAAAAAAA", session: "s_1", authenticatedAt: 1, acr: nil, amr: [],
                email: nil, name: nil, organization: "globex", connection: "globex-oidc", groups: groups,
                areGroupsIncomplete: isIncomplete, portals: ["*"])
            let token = try SessionToken.issue(claims, with: SigningKey.generate(.es256))
            let payload = try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
            #expect(payload.bool("groups_omitted") == true)
            #expect(!payload.contains("groups") && !payload.contains("groups_incomplete"))
        }
    }
}
