import AzureB2CProvider
import Broker
import ConformanceKit
import Foundation
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private func refused(_ changes: [String: SettingsValue]) -> [String] {
        var settings: [String: SettingsValue] = [
            "tenant": .string("contoso"), "tenantID": .string(World.tenantID),
            "policies": .array([.string("B2C_1_signin")]), "clientID": .string(World.clientID),
            "clientSecret": .string("env:B"),
        ]
        settings.merge(changes) { $1 }
        return settingsProblems(AzureB2CProvider.self, settings, world.context)
    }

    @Test func `five keys are enough, and every key of the form is read`() {
        #expect(refused([:]).isEmpty)
        let full: [String: SettingsValue] = [
            "issuerForm": .string("tfp"), "customDomain": .string("login.contoso.example"),
            "emailVerifiedByPolicy": .bool(true), "offlineAccess": .bool(true), "endSession": .string("query"),
            "endpoint": .string("http://b2c.localhost:1/"),
        ]
        #expect(refused(full).isEmpty)
        #expect(full.count + 5 == AzureB2CProvider.form.fields.count)
        #expect(AzureB2CProvider.form.fields.allSatisfy { !$0.help.isEmpty })
    }

    static let wrong: [(String, SettingsValue, String)] = [
        ("tenant", .string("contoso.onmicrosoft.com"), "tenant"), ("tenant", .string("evil.example/x"), "tenant"),
        ("tenantID", .string("contoso"), "tenantID"), ("policies", .array([]), "policies"),
        ("policies", .null, "policies"), ("policies", .array([.string("../x")]), "policies.0"),
        ("policies", .array([.string("B2C_1_signin"), .string("a/b")]), "policies.1"),
        ("customDomain", .string("https://login.contoso.example"), "customDomain"),
        ("customDomain", .string("a.example/b"), "customDomain"),
        ("customDomain", .string("x@y.example"), "customDomain"),
        ("issuerForm", .string("other"), "issuerForm"), ("endpoint", .string("https://b2c.example"), "endpoint"),
        ("clientSecret", .null, "clientSecret"),
    ]

    @Test(arguments: wrong)
    func `refuses what makes no issuer`(key: String, value: SettingsValue, path: String) {
        #expect(refused([key: value]) == [path])
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider { $0.issuerForm = .tfp }.settings
        let again = try JSONDecoder().decode(AzureB2CProvider.Settings.self, from: JSONEncoder().encode(settings))
        #expect(again == settings)
    }
}
