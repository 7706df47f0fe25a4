import Broker
import BrokerEngine
import BrokerModel
import Testing

/// What must be true of resources, each with the path to the fault.
@Suite struct ResourceCheckTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String { path.joined(separator: ".") + " " + text }
        var path: [String]
        var text: String
        var spoil: @Sendable (inout WantedResources) -> Void

        init(_ path: String, _ text: String, _ spoil: @escaping @Sendable (inout WantedResources) -> Void) {
            (self.path, self.text, self.spoil) = (path.split(separator: ".").map(String.init), text, spoil)
        }
    }

    static let faults: [Fault] = [
        Fault("organizations.1.domains", "acme.example belongs to organization acme") {
            $0.organizations[1].domains.append(.acme)
        },
        Fault("organizations.1.addresses", "x@y.example belongs to organization acme") {
            $0.organizations[0].addresses = [.address("x@y.example")]
            $0.organizations[1].addresses = [.address("x@y.example")]
        },
        Fault("organizations.1.loginSlug", "belongs to organization acme") {
            $0.organizations[0].loginSlug = "s"
            $0.organizations[1].loginSlug = "s"
        },
        Fault("organizations.0.domains", "gmail.com is a public mail domain") {
            $0.organizations[0].domains.append(.domain("GMAIL.com"))
        },
        Fault("organizations.0.id", "must be 1 to 64") { $0.organizations[0].id = "Acme!" },
        Fault("organizations.2.id", "acme is there twice") { $0.organizations.append($0.organizations[0]) },
        Fault("organizations.0.linkRules", "connection globex-oidc is not one of this organization's") {
            $0.organizations[0].linkRules = [LinkRule("acme-staff", "globex-oidc")]
        },
        Fault("organizations.0.linkRules", "two different connections") {
            $0.organizations[0].linkRules = [LinkRule("acme-staff", "acme-staff")]
        },
        Fault("connections.0.organization", "organization gone does not exist") {
            $0.connections[0].organization = "gone"
        },
        Fault("connections.0.id", "must be 1 to 64") { $0.connections[0].id = "a/b" },
        Fault("connections.3.id", "globex-oidc is there twice") { $0.connections.append($0.connections[2]) },
        Fault("connections.0.domains", "globex.example is not a domain of organization acme") {
            $0.connections[0].domains = [.globex]
        },
        Fault("connections.1.kind", "is not a provider kind here") { $0.connections[1].kind = "unknown" },
        Fault("connections.1.settings.script", "is required") { $0.connections[1].settings = .object([:]) },
        Fault("connections.1.settings.other", "is not a setting here") {
            $0.connections[1].settings = .object(["script": "x", "other": "y"].mapValues { .string($0) })
        },
        Fault("connections.1.settings.script", "is not a script") {
            $0.connections[1].settings = .object(["script": .string("unknown")])
        },
        Fault("sites.0.id", "must be 1 to 64") { $0.sites[0].id = "" },
        Fault("sites.1.id", "portal is there twice") { $0.sites.append($0.sites[0]) },
        Fault("sites.1.origin", "another site has this origin") {
            var second = $0.sites[0]
            second.id = "second"
            $0.sites.append(second)
        },
        Fault("sites.0.publicPaths.1", "is not a path pattern") { $0.sites[0].publicPaths = ["/status", "status"] },
        Fault("sites.0.defaultPath", "a path on the site") { $0.sites[0].defaultPath = "//evil.example" },
        Fault("sites.0.defaultPath", "a path on the site") { $0.sites[0].defaultPath = "https://evil.example" },
        Fault("sites.0.lifetimes", "idle") { $0.sites[0].lifetimes.idle = .zero },
        Fault("sites.0.lifetimes", "idle") { $0.sites[0].lifetimes.absolute = .seconds(60) },
        Fault("sites.0.theme", "#rrggbb") { $0.sites[0].theme.colour = "red;}body{display:none" },
        Fault("sites.0.organizations.1", "organization gone does not exist") {
            $0.sites[0].organizations = ["acme", "gone"]
        },
        Fault("sites.0.portalCookies.1", "must be the name of a cookie") {
            $0.sites[0].portalCookies = ["JSESSIONID", "a=b; Path=/"]
        },
        Fault("sites.0.portalCookies.0", "must be the name of a cookie") { $0.sites[0].portalCookies = [""] },
        Fault("sites.0.portalCookies.0", "a cookie of the broker's own") {
            $0.sites[0].portalCookies = ["__Host-vestibule-session"]
        },
        Fault("sites.0.portalCookies.0", "a cookie of the broker's own") { $0.sites[0].portalCookies = ["Vestibule"] },
        Fault("sites.0.facades.unknown", "unknown is not a facade here; known: scripted") {
            $0.sites[0].facades = [SiteFacade(kind: "unknown", settings: .object([:]))]
        },
        Fault("sites.0.facades.scripted.script", "is required") {
            $0.sites[0].facades = [SiteFacade(kind: "scripted", settings: .object([:]))]
        },
        Fault("sites.0.facades.scripted.other", "is not a setting here") {
            $0.sites[0].facades = [SiteFacade(kind: "scripted", settings: .object(["other": .bool(true)]))]
        },
        Fault("sites.0.facades.scripted.script", "is no script") {
            $0.sites[0].facades = [SiteFacade(kind: "scripted", settings: .object(["script": .string("unknown")]))]
        },
        Fault("sites.0.facades.scripted", "another version") {
            $0.sites[0].facades = [SiteFacade(kind: "scripted", settings: .object([:]), settingsVersion: 9)]
        },
    ]

    private func problems(_ here: TestInstallation, _ wanted: WantedResources) async throws -> [SettingsError.Problem] {
        do { try await here.apply(wanted) } catch let error as SettingsError { return error.problems }
        return []
    }

    @Test(arguments: faults) func `a fault is found at its place`(fault: Fault) async throws {
        let here = try await TestInstallation()
        let before = try await here.engine.resources.export()
        var wanted = here.standardResources()
        fault.spoil(&wanted)
        let found = try await problems(here, wanted)
        #expect(found.contains { $0.path == fault.path && $0.text.contains(fault.text) }, "found \(found)")
        #expect(try await here.engine.resources.export() == before)
    }

    @Test(arguments: [
        "http://portal.example", "https://Portal.example", "https://portal.example/", "https://portal.example/x",
        "https://a@portal.example", "portal.example", "https://", "https://portal..example", "https://x:0",
        "https://x:99999", "https://x:080", "ftp://portal.example", "https://portal.example?x",
        "http://localhost.evil.example",
        "https://portal.example ", "http://evil-localhost",
    ]) func `is no origin`(origin: String) async throws {
        let here = try await TestInstallation()
        var wanted = here.standardResources()
        wanted.sites[0].origin = origin
        #expect(try await problems(here, wanted).map(\.path) == [["sites", "0", "origin"]])
    }

    @Test(arguments: [
        "https://portal.example", "https://portal.example:8443", "http://localhost:8080",
        "http://portal.localhost:8080",
        "http://127.0.0.1:8080", "http://[::1]:8080", "https://xn--bcher-kva.example",
    ]) func `is an origin`(origin: String) async throws {
        let here = try await TestInstallation()
        var wanted = here.standardResources()
        wanted.sites[0].origin = origin
        #expect(try await problems(here, wanted).isEmpty)
    }

    @Test func `every fault is told, not the first only`() async throws {
        let here = try await TestInstallation()
        var wanted = here.standardResources()
        wanted.connections[0].kind = "unknown"
        wanted.sites[0].origin = "x"
        wanted.organizations[0].domains = [.domain("gmail.com")]
        #expect(try await problems(here, wanted).count == 3)
    }

    @Test func `what is stored and not wanted still owns its domains and origins`() async throws {
        let here = try await TestInstallation()
        let wanted = WantedResources(
            organizations: [Organization(id: "new", name: "New", domains: [.acme])],
            sites: [Site(id: "second", kind: .cloud, origin: TestInstallation.origin)])
        #expect(
            try await problems(here, wanted).map(\.path) == [
                ["organizations", "0", "domains"], ["sites", "0", "origin"],
            ])
        #expect(try await here.apply(wanted, prune: true).isEmpty == false)
    }
}
