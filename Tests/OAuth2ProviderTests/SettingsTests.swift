import Broker
import ConformanceKit
import Foundation
import OAuth2Provider
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private static let custom: [String: SettingsValue] = [
        "profile": .string("custom"), "clientID": .string("c"), "clientSecret": .string("env:ACME"),
        "authorizationEndpoint": .string("https://auth.example/authorize"),
        "tokenEndpoint": .string("https://auth.example/token"), "userInfoURL": .string("https://api.example/me"),
        "claims": .object(["subject": .string("id")]),
    ]
    private static let gitHub: [String: SettingsValue] = [
        "profile": .string("github"), "clientID": .string("c"), "clientSecret": .string("env:ACME"),
    ]

    private func paths(_ base: [String: SettingsValue], _ settings: [String: SettingsValue]) -> [String] {
        let all = base.merging(settings) { $1 }
        return settingsProblems(OAuth2Provider.self, all, world.context)
    }

    @Test func `few keys are enough, and every key of the form is read`() {
        let custom: [String: SettingsValue] = [
            "issuer": .string("https://auth.example"), "authentication": .string("post"),
            "scopes": .array([.string("profile")]), "emailEvidence": .string("tenantOwnsDomain"),
            "claims": .object([
                "subject": .string("id"), "email": .string("mail"), "emailVerified": .string("ok"),
                "name": .string("n"), "groups": .string("roles"),
            ]),
        ]
        let gitHub: [String: SettingsValue] = [
            "emailDomain": .string("acme.example"), "requiredOrganizations": .array([.string("acme")]),
            "teams": .bool(true), "authentication": .string("basic"), "scopes": .array([.string("user")]),
            "issuer": .string("https://github.com/login/oauth"),
        ]
        #expect(paths(Self.custom, [:]) == [])
        #expect(paths(Self.gitHub, [:]) == [])
        #expect(paths(Self.custom, custom) == [])
        #expect(paths(Self.gitHub, gitHub) == [])
        let read = Set(Self.custom.keys).union(custom.keys).union(gitHub.keys)
        #expect(Set(OAuth2Provider.form.fields.map(\.key)) == read)
        #expect(OAuth2Provider.form.fields.first { $0.key == "clientSecret" }?.isSecret == true)
    }

    @Test func `names the key that is wrong`() {
        for key in Self.custom.keys.sorted() where key != "claims" {
            #expect(paths(Self.custom, [key: .null]) == [key])
        }
        #expect(paths(Self.custom, ["claims": .null]) == ["claims.subject"])
        #expect(paths(Self.custom, ["claims": .object(["email": .string("mail")])]) == ["claims.subject"])
        #expect(paths(Self.custom, ["clientSecret": .string("hunter2")]) == ["clientSecret"])
        #expect(paths(Self.custom, ["authentication": .string("none")]) == ["authentication"])
        #expect(paths(Self.custom, ["profile": .string("gitlab")]) == ["profile"])
        #expect(paths(Self.custom, ["scopes": .array([.string("a"), .string("b c")])]) == ["scopes.1"])
        #expect(paths(Self.custom, ["subject": .string("id")]) == ["subject"])
    }

    @Test(arguments: ["authorizationEndpoint", "tokenEndpoint", "userInfoURL"])
    func `addresses are https, or on this machine`(key: String) {
        for bad in [
            "http://auth.example/x", "auth.example", "javascript:alert(1)", "https://u:p@auth.example/",
            "https://auth.example/#x", "ftp://auth.example/",
        ] { #expect(paths(Self.custom, [key: .string(bad)]) == [key]) }
        #expect(paths(Self.custom, [key: .string("http://127.0.0.1:8080/x")]) == [])
    }

    @Test func `a check of the other profile refuses, for nobody would make it`() {
        for key in ["emailDomain", "requiredOrganizations", "teams"] {
            let values: [String: SettingsValue] = [
                "emailDomain": .string("acme.example"), "requiredOrganizations": .array([.string("acme")]),
                "teams": .bool(true),
            ]
            #expect(paths(Self.custom, values.filter { $0.key == key }) == [key])
        }
        #expect(paths(Self.gitHub, ["claims": .object(["subject": .string("login")])]) == ["claims"])
        #expect(paths(Self.gitHub, ["emailEvidence": .string("tenantOwnsDomain")]) == ["emailEvidence"])
    }

    @Test func `names of organizations and domains are looked at`() {
        for bad in ["", "..", "a/b", "a b", "ä", "../../admin", String(repeating: "a", count: 40)] {
            let problems = paths(Self.gitHub, ["requiredOrganizations": .array([.string("acme"), .string(bad)])])
            #expect(problems == ["requiredOrganizations.1"])
        }
        #expect(paths(Self.gitHub, ["requiredOrganizations": .array([])]) == ["requiredOrganizations"])
        #expect(paths(Self.gitHub, ["emailDomain": .string("acme")]) == ["emailDomain"])
        #expect(paths(Self.gitHub, ["emailDomain": .string("@acme.example")]) == ["emailDomain"])
    }

    @Test func `a GitHub server of one's own needs all its addresses`() {
        let all: [String: SettingsValue] = [
            "authorizationEndpoint": .string("https://git.example/login/oauth/authorize"),
            "tokenEndpoint": .string("https://git.example/login/oauth/access_token"),
            "userInfoURL": .string("https://git.example/api/v3/user"),
        ]
        #expect(paths(Self.gitHub, all) == [])
        for key in all.keys.sorted() { #expect(paths(Self.gitHub, all.filter { $0.key != key }) == [key]) }
        #expect(
            paths(Self.gitHub, all.merging(["userInfoURL": .string("https://git.example/user?a=b")]) { $1 })
                == ["userInfoURL"])
    }

    @Test func `plain http is warned about`() async throws {
        let provider = try world.custom { $0.userInfoURL = "http://localhost:8080/me" }
        #expect(await provider.lint().map(\.path) == [["userInfoURL"]])
    }

    @Test func `settings survive being written and read again`() throws {
        for settings in [
            try world.custom { $0.claims?.groups = "roles" }.settings, try world.gitHub { $0.teams = true }.settings,
        ] {
            let again = try JSONDecoder().decode(
                OAuth2Provider.Settings.self, from: JSONEncoder().encode(settings))
            #expect(again == settings)
        }
    }
}
