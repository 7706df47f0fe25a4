import Broker
import ConformanceKit
import Foundation
import JOSE
import OpenIDConnect
import Testing

@testable import OIDCProvider

@Suite struct ShippedProfileTests {
    @Test(arguments: OIDCProvider.Profile.shipped.keys.sorted())
    func `a shipped profile fits its own form and is sound`(name: String) throws {
        let document = try unwrap(OIDCProvider.Profile.shipped[name])
        #expect(OIDCProvider.Profile.form.problems(in: document) == [])
        let profile = try JSONDecoder().decode(OIDCProvider.Profile.self, from: document.canonicalJSON)
        #expect(profile.problems == [])
        #expect(profile.document == document)
        #expect(profile.help?.isEmpty == false && profile.notes?.isEmpty == false)
    }

    @Test func `the form knows every key of a profile`() throws {
        var profile = OIDCProvider.Profile.auth0
        profile.discovery = "https://{domain}/d"
        profile.refusedScopes = ["offline_access"]
        profile.responseMode = .query
        profile.attributes = ["department"]
        profile.soleAudience = true
        profile.userInfo = .always
        #expect(Set(OIDCProvider.Profile.form.fields.map(\.key)) == profile.document.keys)
    }

    // MARK: OneLogin

    private func oneLogin(_ settings: [String: SettingsValue] = [:]) throws -> VendorWorld {
        try VendorWorld(
            shipped: "onelogin", issuer: "https://acme.onelogin.com/oidc/2", variables: ["subdomain": "acme"],
            settings: settings,
            metadata: ["end_session_endpoint": "https://acme.onelogin.com/oidc/2/logout"])
    }

    @Test func `a OneLogin login proves an address once the operator says that the tenant owns it`() async throws {
        let vendor = try oneLogin(["emailEvidence": .string("tenantOwnsDomain")])
        try vendor.grant(["email": "alice@acme.example", "name": "Alice", "groups": ["staff", "it"]])
        let identity = try await vendor.identity()
        #expect(identity.email?.evidence == .tenantOwnsDomain)
        #expect(identity.groups == GroupSet(["staff", "it"], completeness: .complete))
        #expect(identity.subject.issuer == "https://acme.onelogin.com/oidc/2")
        #expect(try await vendor.asked()["scope"] == "openid profile email groups")
    }

    @Test func `OneLogin without a choice of evidence is refused`() throws {
        #expect(
            try oneLogin().refusals() == ["emailEvidence: must be chosen for OneLogin: tenantOwnsDomain or none"])
    }

    @Test func `OneLogin is not asked for offline_access`() throws {
        let vendor = try oneLogin([
            "emailEvidence": .string("none"), "scopes": .array([.string("openid"), .string("offline_access")]),
        ])
        #expect(try vendor.refusals() == ["scopes.1: is refused by OneLogin"])
    }

    @Test func `a token of another OneLogin account is refused`() async throws {
        let vendor = try oneLogin(["emailEvidence": .string("tenantOwnsDomain")])
        try vendor.grant(["iss": "https://evil.onelogin.com/oidc/2", "email": "alice@acme.example"])
        #expect(await vendor.refused() == "issuer_mismatch")
    }

    @Test func `a OneLogin sign-out is a link with the ID token`() async throws {
        guard case .redirect(let url) = try await oneLogin(["emailEvidence": .string("none")]).logout() else {
            throw KitFailure("another outcome")
        }
        #expect(url.absoluteString.hasPrefix("https://acme.onelogin.com/oidc/2/logout?id_token_hint=ID-T0KEN&"))
    }

    // MARK: JumpCloud

    private func jumpCloud(_ variables: [String: String] = [:]) throws -> VendorWorld {
        try VendorWorld(
            shipped: "jumpcloud", issuer: "https://oauth.id.jumpcloud.com/", variables: variables)
    }

    private let alice: JSONObject = ["email": "alice@acme.example", "email_verified": true, "name": "Alice"]

    @Test func `a JumpCloud login reads groups only under the name that was given`() async throws {
        let plain = try jumpCloud()
        var claims = alice
        claims["memberOf"] = ["staff"]
        try plain.grant(claims)
        #expect(try await plain.identity().groups == .unsupported)
        #expect(try await plain.identity().email?.evidence == .idpVerified)
        let named = try jumpCloud(["groupsClaim": "memberOf"])
        try named.grant(claims)
        #expect(try await named.identity().groups == GroupSet(["staff"], completeness: .complete))
    }

    @Test(arguments: [
        JSONValue.string("another-customers-client"), ["another-customers-client"],
        ["broker-acme", "another-customers-client"],
    ])
    func `a JumpCloud token for another customer is refused`(audience: JSONValue) async throws {
        let vendor = try jumpCloud()
        var claims = alice
        claims["aud"] = audience
        claims["azp"] = .string(World.clientID)
        try vendor.grant(claims)
        #expect(await vendor.refused() == "audience_mismatch")
    }

    @Test func `a JumpCloud address that is said to be unverified has no evidence`() async throws {
        let vendor = try VendorWorld(
            shipped: "jumpcloud", issuer: "https://oauth.id.jumpcloud.com/",
            settings: ["emailEvidence": .string("tenantOwnsDomain")])
        try vendor.grant(["email": "alice@acme.example", "email_verified": false, "name": "Alice"])
        #expect(try await vendor.identity().email?.evidence == Email.Evidence.none)
    }

    // MARK: PingOne

    private static let environment = "0a1b2c3d-0000-4000-8000-000000000000"

    private func pingOne(_ metadata: JSONObject = [:], tld: String = "eu") throws -> VendorWorld {
        try VendorWorld(
            shipped: "pingone", issuer: "https://auth.pingone.\(tld)/\(Self.environment)/as",
            variables: ["tld": tld, "environment": Self.environment, "groupsClaim": "groups"], metadata: metadata)
    }

    @Test(arguments: ["eu", "com.au"])
    func `a PingOne login is of its region and environment`(tld: String) async throws {
        let vendor = try pingOne(tld: tld)
        var claims = alice
        claims["groups"] = ["staff"]
        try vendor.grant(claims)
        let identity = try await vendor.identity()
        #expect(identity.subject.issuer == vendor.issuer)
        #expect(identity.groups == GroupSet(["staff"], completeness: .complete))
    }

    @Test func `a token of another PingOne environment is refused`() async throws {
        let vendor = try pingOne()
        var claims = alice
        claims["iss"] = "https://auth.pingone.eu/11111111-0000-4000-8000-000000000000/as"
        try vendor.grant(claims)
        #expect(await vendor.refused() == "issuer_mismatch")
    }

    @Test func `a region that PingOne does not have is refused`() throws {
        #expect(try pingOne(tld: "evil.example").refusals().first?.hasPrefix("variables.tld: must be one of") == true)
    }

    @Test func `PingOne's own metadata name for sign-out serves where the standard one is absent`() async throws {
        let own = "https://auth.pingone.eu/idp/startSLO.ping"
        guard case .redirect(let url) = try await pingOne(["ping_end_session_endpoint": .string(own)]).logout() else {
            throw KitFailure("another outcome")
        }
        #expect(url.absoluteString.hasPrefix(own + "?"))
        let both: JSONObject = [
            "ping_end_session_endpoint": .string(own), "end_session_endpoint": "https://auth.pingone.eu/signoff",
        ]
        guard case .redirect(let standard) = try await pingOne(both).logout() else {
            throw KitFailure("another outcome")
        }
        #expect(standard.absoluteString.hasPrefix("https://auth.pingone.eu/signoff?"))
        let plain = try await pingOne(["ping_end_session_endpoint": "http://evil.example/"]).logout()
        guard case .notConfigured = plain else { throw KitFailure("another outcome") }
    }
}

extension SettingsValue {
    fileprivate var keys: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
}
