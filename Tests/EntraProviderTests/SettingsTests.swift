import Broker
import ConformanceKit
import EntraProvider
import Foundation
import OIDCProvider
import Testing

@Suite struct SettingsTests {
    let world: World
    init() throws { world = try World() }

    private func refused(_ changes: [String: SettingsValue]) -> [String] {
        var settings: [String: SettingsValue] = [
            "tenants": .array([.string(World.tenantA)]), "clientID": .string(World.clientID),
            "clientSecret": .string("env:E"),
        ]
        settings.merge(changes) { $1 }
        return settingsProblems(EntraProvider.self, settings, world.context)
    }

    @Test func `three keys are enough, and every key of the form is read`() throws {
        #expect(refused([:]).isEmpty)
        let full: [String: SettingsValue] = [
            "cloud": .string("china"), "emailEvidence": .string("tenantOwnsDomain"), "graphGroups": .bool(true),
            "offlineAccess": .bool(true), "endSession": .string("query"), "endpoint": .string("http://e.localhost:1"),
            "tokenEndpointAuthMethod": .string("client_secret_post"), "clientSecretExpires": .string("2027-06-30"),
            "frontChannelLogout": .bool(true),
            "directory": .object(["enabled": .bool(true), "groups": .bool(true)]),
        ]
        #expect(refused(full).isEmpty)
        #expect(full.count + 3 == EntraProvider.form.fields.count)
        #expect(EntraProvider.form.fields.allSatisfy { !$0.help.isEmpty })
    }

    @Test func `without a list of tenants nothing is made`() {
        #expect(refused(["tenants": .null]) == ["tenants"])
        #expect(refused(["tenants": .array([])]) == ["tenants"])
        for name in ["common", "organizations", "consumers", "acme.onmicrosoft.com", "{tenantid}", World.tenantA + "0"]
        {
            #expect(refused(["tenants": .array([.string(World.tenantA), .string(name)])]) == ["tenants.1"], "\(name)")
        }
    }

    @Test func `tenantOwnsDomain is for one tenant that can own a domain`() {
        let owns: [String: SettingsValue] = ["emailEvidence": .string("tenantOwnsDomain")]
        let several: SettingsValue = .array([.string(World.tenantA), .string(World.tenantB)])
        #expect(refused(owns.merging(["tenants": several]) { $1 }) == ["emailEvidence"])
        #expect(refused(owns.merging(["tenants": .array([.string(World.consumers)])]) { $1 }) == ["emailEvidence"])
        let same: SettingsValue = .array([.string(World.tenantA), .string(World.tenantA.uppercased())])
        #expect(refused(owns.merging(["tenants": same]) { $1 }).isEmpty)
    }

    @Test func `the stand-in for Microsoft is on this machine`() {
        for text in ["https://login.example", "http://10.0.0.1", "http://localhost:1/?x=1"] {
            #expect(refused(["endpoint": .string(text)]) == ["endpoint"], "\(text)")
        }
        #expect(refused(["clientSecret": .null]) == ["clientSecret"])
        #expect(refused(["clientSecret": .null, "tokenEndpointAuthMethod": .string("private_key_jwt")]).isEmpty)
        #expect(
            refused(["tokenEndpointAuthMethod": .string("client_secret_basic")]) == ["tokenEndpointAuthMethod"])
        #expect(refused(["clientSecretExpires": .string("soon")]) == ["clientSecretExpires"])
    }

    @Test func `each cloud has its own issuer`() throws {
        let issuers = try EntraProvider.Settings.Cloud.allCases.map { cloud in
            try world.provider { $0.cloud = cloud }.oidc.settings.issuer
        }
        #expect(
            issuers
                == ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"].map {
                    "https://\($0)/\(World.tenantA)/v2.0"
                })
    }

    @Test func `settings survive being written and read again`() throws {
        let settings = try world.provider { $0.graphGroups = true }.settings
        let again = try JSONDecoder().decode(EntraProvider.Settings.self, from: JSONEncoder().encode(settings))
        #expect(again == settings)
    }

    @Test func `lint names the tenants where the metadata is not theirs`() async throws {
        world.publish(World.tenantA, issuer: World.template)
        #expect(await (try world.provider()).lint().map(\.path) == [["tenants"]])
    }
}
