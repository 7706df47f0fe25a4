import Broker
import ConformanceKit
import Foundation
import JOSE
import Testing

@testable import OIDCProvider

@Suite struct ADFSProfileTests {
    private func adfs(_ variables: [String: String] = [:]) throws -> VendorWorld {
        try VendorWorld(
            shipped: "adfs", issuer: "https://adfs.acme.example/adfs",
            variables: variables.merging(["host": "adfs.acme.example"]) { $1 },
            settings: ["emailEvidence": .string("tenantOwnsDomain")],
            metadata: [
                "access_token_issuer": "http://adfs.acme.example/adfs/services/trust",
                "response_modes_supported": ["query", "fragment", "form_post"],
                "end_session_endpoint": "https://adfs.acme.example/adfs/oauth2/logout",
            ])
    }

    @Test func `an AD FS login comes back as a form, and UserInfo is not asked`() async throws {
        let vendor = try adfs(["groupsClaim": "group", "resource": "https://support.example"])
        vendor.userInfo(["email": "mallory@acme.example"])
        try vendor.grant([
            "email": "alice@acme.example", "upn": "alice@ad.acme.example", "name": "Alice", "group": "staff",
        ])
        let identity = try await vendor.identity()
        #expect(identity.email?.address.description == "alice@acme.example")
        #expect(identity.email?.evidence == .tenantOwnsDomain)
        #expect(identity.groups == GroupSet(["staff"], completeness: .complete))
        #expect(vendor.world.transport.count("/adfs/userinfo") == 0)
        let asked = try await vendor.asked()
        #expect(asked["response_mode"] == "form_post")
        #expect(asked["scope"] == "openid profile email allatclaims")
        #expect(asked["resource"] == "https://support.example")
    }

    @Test func `a upn is no address`() async throws {
        let vendor = try adfs()
        try vendor.grant(["upn": "alice@acme.example", "unique_name": "alice@acme.example", "name": "Alice"])
        #expect(try await vendor.identity().email == nil)
    }

    @Test func `an access token, whose issuer is another, is no ID token`() async throws {
        let vendor = try adfs()
        try vendor.grant(["iss": "http://adfs.acme.example/adfs/services/trust", "email": "alice@acme.example"])
        #expect(await vendor.refused() == "issuer_mismatch")
    }

    @Test func `an answer in the query is refused where a form was asked for`() async throws {
        let vendor = try adfs()
        try vendor.grant(["email": "alice@acme.example"])
        let provider = try vendor.provider()
        let refusal = await refusal { () async throws(LoginError) in
            guard let callback = try? vendor.world.callback("code=C0DE-value&state=STAT3-value") else { return }
            _ = try await provider.completeLogin(callback, resuming: vendor.world.pending())
        }
        #expect(refusal != nil)
    }
}
