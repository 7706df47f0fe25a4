import Broker
import ConformanceKit
import Foundation
import JOSE
import KeycloakProvider
import OIDCProvider
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private func path(_ settings: [String: SettingsValue]) -> String? {
        var all: [String: SettingsValue] = [
            "baseURL": .string(World.base), "realm": .string("acme"), "clientID": .string(World.clientID),
            "clientSecret": .string("env:KEYCLOAK"),
        ]
        all.merge(settings) { $1 }
        return settingsProblems(KeycloakProvider.self, all, world.bench.context).first
    }

    @Test func `four keys are enough, and every key of the form is read`() throws {
        #expect(path([:]) == nil)
        let full: [String: SettingsValue] = [
            "legacyPath": .bool(true), "tokenEndpointAuthMethod": .string("client_secret_post"),
            "clientSecretExpires": .string("2027-06-30"), "clientAssertionAlgorithm": .string("RS256"),
            "roles": .string("both"), "groupsClaim": .string("groups"), "emailEvidence": .string("none"),
            "scopes": .array([.string("openid")]), "signingAlgorithms": .array([.string("PS256")]),
            "idpHint": .string("x"), "untypedLogoutTokens": .bool(true),
            "directory": .object([
                "enabled": .bool(true), "clientID": .string("reader"), "clientSecret": .string("env:READER"),
                "adminURL": .string("https://admin.acme.example"), "groupForm": .string("name"),
            ]),
        ]
        #expect(path(full) == nil)
        #expect(
            Set(KeycloakProvider.form.fields.map(\.key))
                == Set(full.keys).union(["baseURL", "realm", "clientID", "clientSecret"]))
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider {
            $0.roles = .both
            $0.legacyPath = true
            $0.untypedLogoutTokens = true
            $0.emailEvidence = .tenantOwnsDomain
        }.settings
        #expect(
            try JSONDecoder().decode(KeycloakProvider.Settings.self, from: JSONEncoder().encode(settings)) == settings)
    }

    static let wrong: [(String, SettingsValue)] = [
        ("realm", .string("a/b")), ("realm", .string("..")), ("realm", .string("a b")), ("realm", .string("a?x")),
        ("realm", .string("a#x")), ("realm", .string("%61cme")), ("realm", .string("äcme")),
        ("baseURL", .string("https://sso.acme.example/realms/acme")), ("baseURL", .string("http://sso.acme.example")),
        ("baseURL", .string("https://sso.acme.example?x=1")), ("roles", .string("all")), ("clientSecret", .null),
        ("clientSecret", .string("hunter2")), ("signingAlgorithms", .array([.string("HS256")])),
        ("scopes", .array([.string("email")])), ("Roles", .string("none")),
    ]

    @Test(arguments: wrong) func `names the key that is wrong`(key: String, value: SettingsValue) {
        #expect(path([key: value])?.hasPrefix(key) == true)
    }

    @Test func `the old path is not added twice`() {
        #expect(path(["baseURL": .string(World.base + "/auth"), "legacyPath": .bool(true)]) == "baseURL")
        #expect(path(["baseURL": .string(World.base + "/auth")]) == nil)
        #expect(path(["clientSecret": .null, "tokenEndpointAuthMethod": .string("none")]) == nil)
        #expect(path(["clientSecret": .null, "tokenEndpointAuthMethod": .string("private_key_jwt")]) == nil)
        #expect(path(["clientSecretExpires": .string("soon")]) == "clientSecretExpires")
    }

    @Test func `a server that is no https address is named as such without a form`() {
        let error = #expect(throws: SettingsError.self) { _ = try world.provider { $0.baseURL = "http://sso.example" } }
        #expect(error?.problems.map(\.path) == [["baseURL"]])
    }

    // MARK: Lint

    @Test func `a sound connection has no findings, and the server is what a wrong issuer is put down to`() async throws
    {
        #expect(await (try world.provider()).lint().isEmpty)
        let world = try World()
        world.publish { $0["issuer"] = .string(World.base + "/auth/realms/acme") }
        let findings = await (try world.provider()).lint()
        #expect(findings.map(\.path) == [["baseURL"]])
        #expect(findings.first?.severity == .error)
    }

    @Test func `the administrators' own realm is no place for customers`() async throws {
        world.publish(issuer: World.base + "/realms/master")
        let findings = await (try world.provider { $0.realm = "master" }).lint()
        #expect(findings.map(\.path) == [["realm"]])
    }

    @Test func `a client with Signed JWT has keys and publishes them`() async throws {
        var settings = try world.provider().settings
        #expect(KeycloakProvider.keyAlgorithms(for: settings).isEmpty)
        settings.tokenEndpointAuthMethod = .privateKeyJWT
        #expect(KeycloakProvider.keyAlgorithms(for: settings) == [.p256])
        let key = try SigningKey.generate(.es256)
        var context = world.bench.context
        context.keys = [
            PrivateKeyHandle(
                id: "own", subjectPublicKeyInfo: Data(key.publicKey.spkiDER), pkcs8: Data(key.pkcs8DER))
        ]
        let document = try await KeycloakProvider(id: "acme", settings: settings, context: context)
            .metadata(callbackURL: context.callbackURL)
        #expect(document.contentType == "application/jwk-set+json")
        #expect(try JWKSet.parse(document.body).keys.map(\.kid) == ["own"])
    }
}
