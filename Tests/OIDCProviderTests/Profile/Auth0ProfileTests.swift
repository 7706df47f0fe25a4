import Broker
import ConformanceKit
import Foundation
import JOSE
import Testing

@testable import OIDCProvider

@Suite struct Auth0ProfileTests {
    private func auth0(
        _ variables: [String: String] = [:], settings: [String: SettingsValue] = [:], metadata: JSONObject = [:]
    ) throws -> VendorWorld {
        try VendorWorld(
            shipped: "auth0", issuer: "https://acme.eu.auth0.com/",
            variables: variables.merging(["domain": "acme.eu.auth0.com"]) { first, _ in first }, settings: settings,
            metadata: metadata)
    }

    private func alice(_ more: JSONObject = [:]) -> JSONObject {
        var claims: JSONObject = ["email": "alice@acme.example", "email_verified": true, "name": "Alice"]
        for name in more.keys { claims[name] = more[name] }
        return claims
    }

    @Test func `an Auth0 login has the issuer with its slash and groups under their namespace`() async throws {
        let vendor = try auth0(["groupsClaim": "https://acme.example/roles"])
        try vendor.grant(alice(["https://acme.example/roles": ["staff"]]))
        let identity = try await vendor.identity()
        #expect(identity.subject.issuer == "https://acme.eu.auth0.com/")
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.groups == GroupSet(["staff"], completeness: .complete))
        let body = try unwrap(vendor.world.transport.requests.first { $0.url.path() == "/token" }?.body)
        #expect(String(decoding: body, as: UTF8.self).contains("client_secret="))
    }

    @Test func `an Auth0 token or document without the final slash is refused`() async throws {
        let vendor = try auth0()
        try vendor.grant(alice(["iss": "https://acme.eu.auth0.com"]))
        #expect(await vendor.refused() == "issuer_mismatch")
        try vendor.grant(alice())
        try vendor.publish(["issuer": "https://acme.eu.auth0.com"])
        let fresh = try auth0(metadata: ["issuer": "https://acme.eu.auth0.com"])
        #expect(await fresh.refused() == "issuer_mismatch")
    }

    @Test func `the configured Auth0 organization is asked for and demanded`() async throws {
        let vendor = try auth0(["organization": "org_acme"])
        #expect(try await vendor.asked()["organization"] == "org_acme")
        try vendor.grant(alice(["org_id": "org_acme"]))
        #expect(try await vendor.identity().email?.evidence == .idpVerified)
        try vendor.grant(alice(["org_id": "org_evil"]))
        #expect(await vendor.refused() == "not_admitted")
        try vendor.grant(alice(["org_id": ["org_acme"]]))
        #expect(await vendor.refused() == "not_admitted")
        try vendor.grant(alice())
        #expect(await vendor.refused() == "not_admitted")
    }

    @Test func `without an organization none is asked for`() async throws {
        let vendor = try auth0()
        try vendor.grant(alice(["org_id": "org_any"]))
        _ = try await vendor.identity()
        #expect(try await vendor.asked()["organization"] == nil)
    }

    @Test(arguments: [JSONValue.bool(false), .string("true"), .string("false"), .null])
    func `an Auth0 address is proved by JSON true alone`(said: JSONValue) async throws {
        let vendor = try auth0()
        try vendor.grant(alice(["email_verified": said]))
        #expect(try await vendor.identity().email?.evidence == Email.Evidence.none)
    }

    @Test func `other evidence than Auth0's own statement cannot be chosen`() throws {
        let vendor = try auth0(settings: ["emailEvidence": .string("tenantOwnsDomain")])
        #expect(try vendor.refusals() == ["emailEvidence: must be chosen for Auth0: verifiedClaim"])
    }

    @Test func `a forged Auth0 token is refused`() async throws {
        let vendor = try auth0()
        try vendor.grant(alice(), signedBy: VendorWorld.otherKey)
        #expect(await vendor.refused() == "signature_invalid")
        try vendor.grant(alice(["nonce": "another"]))
        #expect(await vendor.refused() == "nonce_mismatch")
    }

    @Test func `a sign-out goes to v2 logout where the metadata has no endpoint`() async throws {
        guard case .redirect(let url) = try await auth0().logout() else { throw KitFailure("another outcome") }
        #expect(
            url.absoluteString == "https://acme.eu.auth0.com/v2/logout?client_id=broker-acme&returnTo="
                + "https%3A%2F%2Fb.example%2Fvestibule%2Fcb%2Facme%2Flogout%3Fstate%3DL0GOUT")
        let standard: JSONObject = ["end_session_endpoint": "https://acme.eu.auth0.com/oidc/logout"]
        guard case .formPost(let endpoint, _) = try await auth0(metadata: standard).logout() else {
            throw KitFailure("another outcome")
        }
        #expect(endpoint.absoluteString == "https://acme.eu.auth0.com/oidc/logout")
    }

    @Test func `what to check at Auth0 is told by lint`() async throws {
        let texts = await (try auth0().provider()).lint().map(\.text)
        #expect(texts.contains { $0.hasPrefix("Auth0: without the variable organization") })
        #expect(!texts.contains { $0.contains("people stay signed in there") })
    }

    @Test(arguments: [
        "https://acme.eu.auth0.com", "acme.eu.auth0.com/", "acme.eu.auth0.com:8443", "a@evil.example", "acme",
        "evil.example/?", "ACME.eu.auth0.com", "acme..auth0.com", "acme.eu.auth0.com#", "",
    ])
    func `a domain that is more than a host name is refused`(domain: String) throws {
        #expect(try auth0(["domain": domain]).refusals().first?.hasPrefix("variables.domain: must be") == true)
    }

    @Test func `a variable that is missing or unknown is named`() throws {
        let vendor = try VendorWorld(
            shipped: "auth0", issuer: "https://acme.eu.auth0.com/", variables: ["tenant": "acme"])
        let refusals = try vendor.refusals()
        #expect(refusals.contains { $0.hasPrefix("variables.domain: is required") })
        #expect(refusals.contains { $0.hasPrefix("variables.tenant: is not a variable of auth0; known: domain") })
    }
}
