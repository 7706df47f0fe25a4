import Broker
import ConformanceKit
import Foundation
import JOSE
import OIDCProvider
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private func path(_ settings: [String: SettingsValue]) -> String? {
        var all: [String: SettingsValue] = [
            "issuer": .string(World.issuer), "clientID": .string(World.clientID), "clientSecret": .string("env:ACME"),
        ]
        all.merge(settings) { $1 }
        return settingsProblems(OIDCProvider.self, all, world.context).first
    }

    @Test func `three keys are enough, and every key of the form is read`() throws {
        #expect(path([:]) == nil)
        let full: [String: SettingsValue] = [
            "tokenEndpointAuthMethod": .string("client_secret_post"), "scopes": .array([.string("openid")]),
            "responseMode": .string("form_post"), "signingAlgorithms": .array([.string("PS256"), .string("EdDSA")]),
            "userInfo": .string("never"), "emailEvidence": .string("tenantOwnsDomain"),
            "claims": .object(["groups": .string("roles")]), "maxAge": .integer(60), "prompt": .string("login"),
            "authorizationParameters": .object(["audience": .string("x")]), "untypedLogoutTokens": .bool(true),
            "endSession": .string("query"), "clientSecretExpires": .string("2027-06-30"),
            "clientAssertionAlgorithm": .string("RS256"), "clientAssertionAudience": .string("endpoint"),
            "pushedAuthorization": .string("never"), "frontChannelLogout": .bool(true),
        ]
        #expect(path(full) == nil)
        #expect(
            Set(OIDCProvider.form.fields.map(\.key))
                == Set(full.keys).union(["issuer", "clientID", "clientSecret", "profile", "variables"]))
    }

    @Test func `names the key that is wrong`() {
        #expect(path(["issuer": .string("http://op.example")]) == "issuer")
        #expect(path(["issuer": .string("https://op.example/?x=1")]) == "issuer")
        #expect(path(["clientSecret": .null]) == "clientSecret")
        #expect(path(["clientSecret": .null, "tokenEndpointAuthMethod": .string("none")]) == nil)
        #expect(path(["clientSecret": .null, "tokenEndpointAuthMethod": .string("private_key_jwt")]) == nil)
        #expect(
            path(["clientSecret": .null, "tokenEndpointAuthMethod": .string("client_secret_jwt")]) == "clientSecret")
        #expect(path(["clientSecretExpires": .string("2027-02-30")]) == "clientSecretExpires")
        #expect(path(["clientAssertionAlgorithm": .string("HS256")]) == "clientAssertionAlgorithm")
        #expect(path(["pushedAuthorization": .string("sometimes")]) == "pushedAuthorization")
        #expect(path(["clientSecret": .string("hunter2")]) == "clientSecret")
        #expect(path(["scopes": .array([.string("email")])]) == "scopes")
        #expect(path(["signingAlgorithms": .array([])]) == "signingAlgorithms")
        #expect(path(["signingAlgorithms": .array([.string("HS256")])]) == "signingAlgorithms.0")
        #expect(path(["signingAlgorithms": .array([.string("none")])]) == "signingAlgorithms.0")
        #expect(
            path(["authorizationParameters": .object(["nonce": .string("x")])]) == "authorizationParameters.nonce")
        #expect(path(["prompt": .string("none")]) == "prompt")
        #expect(path(["emailevidence": .string("none")]) == "emailevidence")
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider { $0.claims.groups = "roles" }.settings
        let again = try JSONDecoder().decode(OIDCProvider.Settings.self, from: JSONEncoder().encode(settings))
        #expect(again == settings)
    }

    // MARK: Lint

    @Test func `a sound connection has no findings`() async throws {
        #expect(try await world.provider().lint().isEmpty)
    }

    static let defects: [(String, JSONValue?, String, LintFinding.Severity)] = [
        ("issuer", "https://op.example/t1/", "issuer", .error),
        ("id_token_signing_alg_values_supported", ["PS512"], "signingAlgorithms", .error),
        ("code_challenge_methods_supported", ["plain"], "issuer", .warning),
        ("code_challenge_methods_supported", nil, "issuer", .note),
        ("token_endpoint_auth_methods_supported", ["private_key_jwt"], "tokenEndpointAuthMethod", .error),
        ("response_modes_supported", ["fragment"], "responseMode", .error),
        ("scopes_supported", ["openid"], "scopes", .warning), ("end_session_endpoint", nil, "issuer", .note),
        ("jwks_uri", "https://op.example/none", "issuer", .error),
    ]

    @Test(arguments: defects)
    func `lint finds what the OP's metadata contradicts`(
        name: String, value: JSONValue?, path: String, severity: LintFinding.Severity
    ) async throws {
        world.publishDocument { $0[name] = value }
        let findings = try await world.provider().lint()
        #expect(findings.count == 1)
        #expect(findings.first?.path == [path])
        #expect(findings.first?.severity == severity)
    }

    @Test func `lint says that the OP is away, and that the issuer is plain http`() async throws {
        world.transport.fail("/t1/.well-known/openid-configuration", .nameNotResolved)
        #expect(try await world.provider().lint().first?.text.contains("name_not_resolved") == true)
        let issuer = "http://idp.localhost/t1"
        world.publishDocument { $0["issuer"] = .string(issuer) }
        let findings = try await world.provider { $0.issuer = issuer }.lint()
        #expect(findings.map(\.severity) == [.warning])
    }
}
