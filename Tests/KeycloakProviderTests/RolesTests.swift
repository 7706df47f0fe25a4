import Broker
import ConformanceKit
import Foundation
import JOSE
import KeycloakProvider
import Testing

@Suite struct RolesTests {
    let world: World
    init() throws { world = try World() }

    static let wanted: [(KeycloakProvider.Settings.Roles, [String])] = [
        (.realm, ["realm:admin", "realm:default-roles-acme"]),
        (.client, ["client:account:view-profile", "client:vestibule:agent"]),
        (
            .both,
            [
                "client:account:view-profile", "client:vestibule:agent", "realm:admin", "realm:default-roles-acme",
            ]
        ),
    ]

    @Test(arguments: wanted)
    func `roles of a verified access token are groups`(
        roles: KeycloakProvider.Settings.Roles, values: [String]
    ) async throws {
        let groups = try await world.groups(try world.accessToken(), try world.provider { $0.roles = roles })
        #expect(groups == GroupSet(values, completeness: .complete))
    }

    @Test func `without a wish for roles the access token is not looked at`() async throws {
        let provider = try world.provider { $0.roles = .none }
        #expect(try await world.groups("opaque", provider) == .unsupported)
        #expect(try await world.groups(try world.accessToken(), provider) == .unsupported)
    }

    @Test(arguments: ["JWT", "at+jwt", "application/at+jwt", nil])
    func `an access token has the types of old and new versions`(_ typ: String?) async throws {
        let token = try world.accessToken(typ: typ)
        #expect(try await world.groups(token, try world.provider()).completeness == .complete)
    }

    @Test func `without azp an audience says whose token it is`() async throws {
        let token = try world.accessToken {
            $0["azp"] = nil
            $0["aud"] = ["account", .string(World.clientID)]
        }
        #expect(try await world.groups(token, try world.provider()).completeness == .complete)
    }

    // MARK: Tokens that do not count

    private func expectNothing(_ token: String) async throws {
        for roles in [KeycloakProvider.Settings.Roles.realm, .client, .both] {
            let groups = try await world.groups(token, try world.provider { $0.roles = roles })
            #expect(groups == GroupSet([], completeness: .failed))
        }
    }

    static let defects: [(String, JSONValue?)] = [
        ("iss", "https://sso.acme.example/realms/other"), ("iss", "https://sso.acme.example/auth/realms/acme"),
        ("iss", "https://sso.acme.example/realms/acme/"), ("iss", nil), ("azp", "another-client"),
        ("azp", ["vestibule"]),
        ("azp", nil), ("aud", 7), ("exp", 1_768_478_000), ("exp", nil), ("exp", "x"), ("iat", 1_768_499_999),
        ("nbf", 1_768_499_999), ("sub", "f:1:u2"), ("sub", nil), ("typ", "ID"), ("typ", "Refresh"), ("typ", "Offline"),
        ("typ", nil),
    ]

    @Test(arguments: defects)
    func `an access token with a defect gives no roles and leaves them unknown`(
        claim: String, value: JSONValue?
    ) async throws {
        try await expectNothing(try world.accessToken { $0[claim] = value })
    }

    @Test func `roles of an access token that nobody verified never appear`() async throws {
        let good = try world.accessToken()
        let parts = good.split(separator: ".").map(String.init)
        var claims = world.accessClaims
        claims["realm_access"] = ["roles": ["root"]]
        let forged = Base64URL.encode(claims.serialized())
        let unsigned = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
        for token in [
            "\(parts[0]).\(forged).\(parts[2])", "\(unsigned).\(forged).", "\(parts[0]).\(forged).",
            "\(parts[0]).\(parts[1])", "opaque", "..",
        ] { try await expectNothing(token) }
    }

    @Test func `roles that another realm's key signed never appear, whatever the token says`() async throws {
        try await expectNothing(try world.accessToken(signedBy: try SigningKey.generate(.es256, kid: "k-other")))
        try await expectNothing(try world.accessToken(signedBy: try SigningKey.generate(.es256, kid: "k1")))
        try await expectNothing(try world.accessToken(typ: "logout+jwt"))
    }

    @Test func `another realm's token is refused though one key signs for both`() async throws {
        let token = try world.accessToken { $0["iss"] = .string(World.base + "/realms/master") }
        try await expectNothing(token)
    }

    // MARK: What a token may leave out

    static let gaps: [(String, JSONValue?, KeycloakProvider.Settings.Roles)] = [
        ("realm_access", nil, .realm), ("realm_access", [:], .realm), ("realm_access", ["roles": ["a", 1]], .realm),
        ("realm_access", ["roles": "admin"], .realm), ("resource_access", nil, .client),
        ("resource_access", ["x": [:]], .client), ("resource_access", ["x": ["roles": "admin"]], .client),
        ("resource_access", ["admin"], .client),
    ]

    @Test(arguments: gaps)
    func `roles that the token does not tell are unknown and not none`(
        claim: String, value: JSONValue?, roles: KeycloakProvider.Settings.Roles
    ) async throws {
        let token = try world.accessToken { $0[claim] = value }
        let groups = try await world.groups(token, try world.provider { $0.roles = roles })
        #expect(groups == GroupSet([], completeness: .failed))
        let both = try await world.groups(token, try world.provider { $0.roles = .both })
        #expect(both.completeness == .failed)
        #expect(!both.values.isEmpty)
    }

    @Test func `an empty list is an empty list`() async throws {
        let token = try world.accessToken { $0["realm_access"] = ["roles": []] }
        #expect(try await world.groups(token, try world.provider()) == GroupSet([], completeness: .complete))
    }

    // MARK: Names

    @Test func `a role of one client cannot be written as another's`() async throws {
        let token = try world.accessToken {
            $0["resource_access"] = [
                "a": ["roles": ["b:c"]], "a:b": ["roles": ["c"]], "a%3Ab": ["roles": ["c"]],
                "https://sp.example": ["roles": ["r"]],
            ]
        }
        let groups = try await world.groups(token, try world.provider { $0.roles = .client })
        #expect(
            groups.values
                == ["client:a%253Ab:c", "client:a%3Ab:c", "client:a:b:c", "client:https%3A//sp.example:r"])
    }

    @Test func `groups of a mapper stand beside roles, and one that reads like a role does not`() async throws {
        let token = try world.accessToken()
        let provider = try world.provider { $0.groupsClaim = "memberOf" }
        #expect(
            try await world.groups(token, provider) { $0["memberOf"] = ["/staff"] }
                == GroupSet(["/staff", "realm:admin", "realm:default-roles-acme"], completeness: .complete))
        #expect(
            try await world.groups(token, provider) { $0["memberOf"] = ["/staff", "realm:root", "client:x:root"] }
                == GroupSet(["/staff", "realm:admin", "realm:default-roles-acme"], completeness: .failed))
        #expect(
            try await world.groups("opaque", provider) { $0["memberOf"] = ["/staff"] }
                == GroupSet(["/staff"], completeness: .failed))
    }

    @Test func `a mapper that is configured and silent leaves the groups unknown`() async throws {
        let token = try world.accessToken()
        for roles in [KeycloakProvider.Settings.Roles.none, .realm] {
            let provider = try world.provider {
                $0.groupsClaim = "groups"
                $0.roles = roles
            }
            #expect(try await world.groups(token, provider).completeness == .failed)
            #expect(try await world.groups(token, provider) { $0["groups"] = "x" }.completeness == .complete)
            #expect(try await world.groups(token, provider) { $0["groups"] = 1 }.completeness == .failed)
        }
    }

    @Test func `roles in claims that are not the access token's do not count`() async throws {
        let token = try world.accessToken { $0["realm_access"] = nil }
        let groups = try await world.groups(token, try world.provider()) {
            $0["realm_access"] = ["roles": ["root"]]
            $0["groups"] = ["realm:root"]
        }
        #expect(groups == GroupSet([], completeness: .failed))
    }
}
