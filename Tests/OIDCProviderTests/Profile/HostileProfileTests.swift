import Broker
import ConformanceKit
import Foundation
import JOSE
import Testing

@testable import OIDCProvider

/// A profile can only tighten: whatever a document says, no check is off.
@Suite struct HostileProfileTests {
    private let sound: [String: SettingsValue] = [
        "name": .string("acme"), "title": .string("Acme"), "version": .integer(1),
        "issuer": .string("https://{host}/op"),
        "variables": .object([
            "host": .object([
                "help": .string("The host."), "example": .string("id.acme.example"), "pattern": .string("host"),
            ]),
            "claim": .object([
                "help": .string("A claim."), "example": .string("groups"), "pattern": .string("claim"),
                "optional": .bool(true),
            ]),
        ]),
    ]

    private func vendor(
        _ change: [String: SettingsValue], variables: [String: String] = [:], settings: [String: SettingsValue] = [:]
    ) throws -> VendorWorld {
        try VendorWorld(
            .object(sound.merging(change) { $1 }), issuer: "https://id.acme.example/op",
            variables: variables.merging(["host": "id.acme.example"]) { first, _ in first }, settings: settings)
    }

    private func refused(
        _ change: [String: SettingsValue], variables: [String: String] = [:], settings: [String: SettingsValue] = [:]
    ) throws -> String? {
        try vendor(change, variables: variables, settings: settings).refusals().first.map {
            String($0.prefix { $0 != ":" })
        }
    }

    @Test func `the sound profile is one`() async throws {
        let vendor = try vendor([:])
        #expect(try vendor.refusals() == [])
        try vendor.grant(["email": "alice@acme.example", "email_verified": true, "name": "Alice"])
        #expect(try await vendor.identity().email?.evidence == .idpVerified)
    }

    @Test(arguments: [
        "checks", "nonce", "state", "pkce", "skipIssuerCheck", "skipAudience", "skipSignature", "skew", "audience",
        "jwks", "jwksURI", "clientSecret", "tokenEndpoint", "emailDomains", "untypedLogoutTokens",
    ])
    func `there is no word to switch a check off`(key: String) throws {
        #expect(try refused([key: .bool(false)]) == "profile.\(key)")
    }

    @Test(arguments: ["none", "HS256", "HS512", "RS1", "dir"])
    func `algorithms are not widened`(name: String) throws {
        #expect(try refused(["signingAlgorithms": .array([.string(name)])]) == "profile.signingAlgorithms.0")
    }

    @Test func `a profile that no form has seen is held against the same rules`() {
        var profile = OIDCProvider.Profile(name: "acme", title: "Acme", version: 1, issuer: "https://{host}/op")
        profile.variables = ["host": .init(help: "The host.", example: "id.acme.example/x", pattern: .claim)]
        profile.signingAlgorithms = ["RS256", "HS256"]
        #expect(profile.problems.map(\.path) == [["issuer"], ["signingAlgorithms", "1"]])
    }

    @Test func `an operator's narrower choice of algorithms stands`() throws {
        let named: [String: SettingsValue] = ["signingAlgorithms": .array([.string("RS256"), .string("ES256")])]
        let narrow = try vendor(named, settings: ["signingAlgorithms": .array([.string("ES256")])])
        #expect(try narrow.provider().settings.signingAlgorithms == ["ES256"])
        #expect(
            try refused(named, settings: ["signingAlgorithms": .array([.string("PS256")])]) == "signingAlgorithms")
    }

    @Test(arguments: ["nonce", "state", "code_challenge", "redirect_uri", "client_id", "response_type", "request_uri"])
    func `the protocol's parameters are not replaced`(name: String) throws {
        #expect(
            try refused(["authorizationParameters": .object([name: .string("x")])])
                == "profile.authorizationParameters.\(name)")
    }

    @Test(arguments: ["iss", "aud", "nonce", "exp", "sub", "azp"])
    func `the protocol's claims are not demanded with another value`(name: String) throws {
        #expect(
            try refused(["requiredClaims": .object([name: .string("x")])]) == "profile.requiredClaims.\(name)")
    }

    @Test(arguments: [
        "http://{host}/op", "{host}", "https://{host}/op?x=1", "https://{host}/op#f", "https://user@{host}/op",
        "https://{stranger}/op", "https://{host/op", "https://host}/op", "https://{claim}/op", "ftp://{host}/",
        "https://{}/op", "https://{host}/a b",
    ])
    func `an issuer that is no plain https URL is refused`(issuer: String) throws {
        #expect(try refused(["issuer": .string(issuer)]) == "profile.issuer")
    }

    @Test(arguments: ["https://evil.example/d", "https://{host}.evil.example/d", "https://{host}@evil.example/d"])
    func `keys are not looked for elsewhere`(discovery: String) throws {
        #expect(try refused(["discovery": .string(discovery)]) == "profile.discovery")
    }

    @Test(arguments: ["https://evil.example/?r={returnURL}", "https://{host}.evil.example/", "https://{clientID}/"])
    func `a sign-out does not lead elsewhere`(link: String) throws {
        #expect(try refused(["logout": .object(["link": .string(link)])]) == "profile.logout.link")
    }

    @Test(arguments: ["upn", "preferred_username", "unique_name", "UPN", "sub"])
    func `what people sign in with is never taken for an address`(claim: String) throws {
        let claims = SettingsValue.object(["email": .string(claim)])
        #expect(try refused(["claims": claims]) == "profile.claims.email")
        let variable: [String: SettingsValue] = ["claims": .object(["email": .string("{claim}")])]
        #expect(try refused(variable, variables: ["claim": claim]) == "profile.claims.email")
    }

    @Test(
        arguments: [JSONValue.bool(false), .string("false"), .integer(0), .null], ["verifiedClaim", "tenantOwnsDomain"])
    func `no evidence is given where the claim says false`(said: JSONValue, evidence: String) async throws {
        let vendor = try vendor(
            ["claims": .object(["emailVerified": .string("is_active")])],
            settings: ["emailEvidence": .string(evidence)])
        try vendor.grant([
            "email": "victim@acme.example", "email_verified": said, "is_active": true, "name": "Mallory",
        ])
        #expect(try await vendor.identity().email?.evidence == Email.Evidence.none)
    }

    @Test func `UserInfo that says false ends the evidence too`() async throws {
        let vendor = try vendor(["userInfo": .string("always")])
        try vendor.grant(["email": "victim@acme.example", "email_verified": true, "name": "Mallory"])
        vendor.userInfo(["email": "victim@acme.example", "email_verified": false])
        #expect(try await vendor.identity().email?.evidence == Email.Evidence.none)
    }

    @Test func `a secret that the operator configured is used, whatever the profile lists`() async throws {
        let methods = SettingsValue.array([.string("none"), .string("client_secret_post")])
        let vendor = try vendor(["tokenEndpointAuthMethods": methods])
        #expect(try vendor.provider().settings.tokenEndpointAuthMethod == .post)
        #expect(try refused(["tokenEndpointAuthMethods": .array([.string("none")])]) == "tokenEndpointAuthMethod")
    }

    @Test func `scopes without openid, and a value that is not of its pattern, are refused`() throws {
        #expect(try refused(["scopes": .array([.string("email")])]) == "profile.scopes")
        #expect(try refused([:], variables: ["host": "id.acme.example/../evil"]) == "variables.host")
        #expect(try refused([:], variables: ["claim": "a{b}"]) == "variables.claim")
        #expect(try refused(["emailEvidence": .array([])]) == "profile.emailEvidence")
        #expect(
            try refused(["requiredClaims": .object(["tenant": .string("{missing}")])])
                == "profile.requiredClaims.tenant")
    }

    @Test(arguments: ["issuer", "claims", "responseMode", "userInfo"])
    func `what the profile decides is not said again beside it`(key: String) throws {
        let profile: [String: SettingsValue] = [
            "claims": .object(["groups": .string("roles")]), "responseMode": .string("query"),
            "userInfo": .string("whenMissing"),
        ]
        let others: [String: SettingsValue] = [
            "issuer": .string("https://evil.example"), "claims": .object(["groups": .string("admins")]),
            "responseMode": .string("form_post"), "userInfo": .string("never"),
        ]
        #expect(try refused(profile, settings: others.filter { $0.key == key }) == key)
    }

    @Test func `variables without a profile, and settings with neither profile nor issuer, are refused`() throws {
        let alone = try VendorWorld(.null, issuer: "https://id.acme.example/op", variables: ["host": "x.example"])
        #expect(try alone.refusals().first?.hasPrefix("variables:") == true)
        let nothing = try VendorWorld(.null, issuer: "https://id.acme.example/op")
        #expect(try nothing.refusals().first?.hasPrefix("issuer: is required") == true)
    }

    @Test func `every check of the protocol holds with a profile`() async throws {
        let vendor = try vendor(["soleAudience": .bool(false)])
        let alice: JSONObject = ["email": "alice@acme.example", "email_verified": true, "name": "Alice"]
        for (claim, value, code) in [
            ("iss", JSONValue.string("https://id.acme.example/op/"), "issuer_mismatch"),
            ("aud", "another", "audience_mismatch"), ("nonce", "another", "nonce_mismatch"),
            ("exp", .integer(1), "time_invalid"),
        ] {
            var claims = alice
            claims[claim] = value
            try vendor.grant(claims)
            #expect(await vendor.refused() == code)
        }
        try vendor.grant(alice, signedBy: VendorWorld.otherKey)
        #expect(await vendor.refused() == "signature_invalid")
    }
}
