import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Logging
import OIDCProvider
import Testing

@testable import BrokerRuntime

struct ResourceDocumentTests {
    static let whole = """
        organizations:
          - id: acme
            name: "Acme: Ltd"
            domains: [acme.example, bücher.example]
            addresses: [contractor@other.example]
            support: helpdesk@acme.example
            linkRules: [[acme-staff, acme-guests]]
            loginSlug: 8f3kq0zt2m
          - {id: "no", name: "no", enabled: false}
        connections:
          - id: acme-staff
            organization: acme
            kind: oidc
            name: Acme staff
            domains: [acme.example]
            addressPattern: "*@acme.example"
            refreshEvery: 5m
            refreshGrace: 2d
            mapping:
              - {attribute: department, claim: dept, transforms: [trim, lower, {capture: "^([a-z]+)"}]}
              - attribute: unit
                claim: "urn:unit"
                nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
                transforms: [{lookup: {table: {rd: Research, "1": "true"}, otherwise: keep}}, {default: ""}]
                values: first
              - {attribute: a, claim: a, transforms: [{lookup: {table: {}, otherwise: drop}}], values: all}
              - {attribute: b, claim: b, transforms: [{lookup: {table: {x: y}, otherwise: {use: z}}}], values: {join: ", "}}
            settings:
              issuer: https://idp.acme.example
              clientID: vestibule
              clientSecret: env:ACME_SECRET
              maxAge: 3600
              scopes: [openid, email]
          - id: acme-guests
            organization: acme
            kind: oidc
            name: Guests
            enabled: false
            guest: true
            public: true
            domains: []
            settings: {issuer: "https://guests.acme.example", clientID: "42", tokenEndpointAuthMethod: none}
        sites:
          - id: portal
            kind: data-center
            origin: https://portal.example
            discovery: uniform
            publicPaths: [/s/**/*.css]
            theme: {productName: Acme Support, logo: /vestibule/assets/logo.svg, colour: "#0a0b0c"}
            support: helpdesk@acme.example
            session: {idle: 90m, absolute: 1d}
            postLogoutRedirectURIs: ["https://portal.example/bye"]
            organizations: [acme, "no"]
            facades:
              test: {clientID: jira, clientSecret: env:ACME_SECRET, redirectURIs: ["https://portal.example/cb"]}
            portalCookies: [JSESSIONID, seraph.rememberme.cookie]
          - {id: cloud, kind: cloud, origin: "https://acme.atlassian.net", portalCookies: []}

        """

    @Test func `a whole document is read`() throws {
        let wanted = try Workshop.resources(Self.whole).wanted
        let acme = try #require(wanted.organizations.first)
        #expect(acme.name == "Acme: Ltd" && acme.domains.map(\.ascii) == ["acme.example", "xn--bcher-kva.example"])
        #expect(acme.linkRules == [LinkRule("acme-staff", "acme-guests")])
        #expect(wanted.organizations.last?.id == "no" && wanted.organizations.last?.isEnabled == false)
        let staff = try #require(wanted.connections.first)
        #expect(staff.settings["maxAge"] == .integer(3600) && staff.settingsVersion == OIDCProvider.settingsVersion)
        #expect(staff.refreshEvery == .seconds(300) && staff.refreshGrace == .seconds(2 * 86400))
        #expect(wanted.connections.last?.refreshEvery == nil && wanted.connections.last?.refreshGrace == nil)
        #expect(staff.mapping.rules.count == 4)
        #expect(staff.mapping.rules[0].transforms == [.trim, .lower, .capture(pattern: "^([a-z]+)")])
        #expect(
            staff.mapping.rules[1].transforms == [
                .lookup(table: ["rd": "Research", "1": "true"], otherwise: .keep), .standard(""),
            ])
        #expect(staff.mapping.rules[3].values == .join(", "))
        #expect(wanted.connections.last?.domains == [] && wanted.connections.last?.isGuest == true)
        #expect(wanted.sites.first?.lifetimes == SessionLifetimes(idle: .seconds(5400), absolute: .seconds(86400)))
        #expect(wanted.sites.first?.discovery == .uniform && wanted.sites.last?.discovery == .open)
    }

    @Test func `a site's facades, admitted organizations and cookies are read`() throws {
        let sites = try Workshop.resources(Self.whole).wanted.sites
        let portal = try #require(sites.first)
        #expect(portal.organizations == ["acme", "no"])
        #expect(portal.portalCookies == ["JSESSIONID", "seraph.rememberme.cookie"])
        let facade = try #require(portal.facades.first)
        #expect(portal.facades.count == 1 && facade.kind == "test")
        #expect(facade.settingsVersion == TestFacade.settingsVersion)
        #expect(facade.settings["redirectURIs"] == .array([.string("https://portal.example/cb")]))
        // No cookies is something else than the usual ones.
        #expect(sites.last?.portalCookies == [] && sites.last?.organizations == [] && sites.last?.facades == [])
    }

    @Test func `what is written is read back as it was`() throws {
        let wanted = try Workshop.resources(Self.whole).wanted
        let text = ResourceDocument.write(wanted)
        #expect(try Workshop.resources(text).wanted == wanted, "\(text)")
        #expect(ResourceDocument.write(try Workshop.resources(text).wanted) == text)
    }

    @Test(arguments: [
        "true", "no", "~", "null", "12", "1.5", "0x1f", "- a", "a: b", "a #b", "'q'", "\"q\"", "{a}", "[a]", "*a", "&a",
        "!a", "%a", "@a", "`a`", "a\\b", " a", "a ", "é", "🙂", "2026-01-01", "=", "|", ">", "?", "on", "Y",
    ])
    func `a name that looks like something else stays the name`(name: String) throws {
        let wanted = WantedResources(organizations: [Organization(id: "a", name: name, support: name)])
        #expect(try Workshop.resources(ResourceDocument.write(wanted)).wanted == wanted)
    }

    @Test func `problems name line, column and key`() throws {
        #expect(
            try Workshop.resourceRefusal(
                """
                organizations:
                  - id: Acme
                    name: Acme
                    domains: [acme, "*.acme.example"]
                    linkRules: [[a, a], [b]]
                sites:
                  - id: portal
                    kind: datacenter
                    origin: https://portal.example/
                    theme: {colour: red}
                    session: {idle: 8d}
                    postLogoutRedirectURIs: ["https://*.example/bye", "http://portal.example/"]
                    colour: red
                """) == [
                    "resources.yaml:2:5: organizations[0].id: must be 1 to 64 of a-z, 0-9, '-', '_', '.', not starting with a dot",
                    "resources.yaml:4:15: organizations[0].domains[0]: must be a mail domain such as acme.example",
                    "resources.yaml:4:21: organizations[0].domains[1]: must be a mail domain such as acme.example",
                    "resources.yaml:5:17: organizations[0].linkRules[0]: must be two different connections",
                    "resources.yaml:5:25: organizations[0].linkRules[1]: must be two different connections",
                    "resources.yaml:8:5: sites[0].kind: must be one of cloud, data-center",
                    "resources.yaml:9:5: sites[0].origin: must be an origin such as https://portal.example: no path and no final slash, http only on loopback and *.localhost",
                    "resources.yaml:10:13: sites[0].theme.colour: must be a colour such as \"#1f4fd8\"",
                    "resources.yaml:11:15: sites[0].session.idle: must not be longer than session.absolute",
                    "resources.yaml:12:30: sites[0].postLogoutRedirectURIs[0]: must be an absolute https URL without wildcard or fragment; http only on loopback",
                    "resources.yaml:12:55: sites[0].postLogoutRedirectURIs[1]: must be an absolute https URL without wildcard or fragment; http only on loopback",
                    "resources.yaml:13:5: sites[0].colour: is not a key here; known: access, defaultPath, discovery, facades, id, jsm, kind, organizations, origin, portalCookies, portals, postLogoutRedirectURIs, publicPaths, session, support, theme",
                ])
    }

    @Test(arguments: [
        ("refreshEvery: 59s", "refreshEvery: must be a duration from 1m to 7d"),
        ("refreshEvery: 0s", "refreshEvery: must be a duration from 1m to 7d"),
        ("refreshEvery: 8d", "refreshEvery: must be a duration from 1m to 7d"),
        ("refreshEvery: 900", "refreshEvery: must be"),
        ("refreshGrace: 59s", "refreshGrace: must be a duration from 1m to 30d"),
        ("refreshGrace: 31d", "refreshGrace: must be a duration from 1m to 30d"),
    ])
    func `a refresh that is too often, too seldom or for ever is refused`(member: String, problem: String) throws {
        let refusal = try Workshop.resourceRefusal(
            "connections:\n  - id: a\n    organization: acme\n    kind: oidc\n    name: A\n    settings: {}\n    \(member)\n"
        )
        #expect(
            refusal.contains { $0.hasPrefix("resources.yaml:7:") && $0.contains(": connections[0].\(problem)") },
            "\(refusal)")
    }

    @Test(arguments: [
        ("organizations: []", "organizations: must name one at least; leave it out to admit all"),
        ("organizations: acme", "organizations: must be a list"),
        ("organizations: [Acme]", "organizations[0]: must be 1 to 64 of a-z"),
        ("facades: [test]", "facades: must be a mapping"),
        ("facades: {test: jira}", "facades.test: must be a mapping"),
        ("portalCookies: JSESSIONID", "portalCookies: must be a list"),
        ("portalCookies: [a, \"a b\"]", "portalCookies[1]: must be the name of a cookie"),
        ("portalCookies: [\"a=b\"]", "portalCookies[0]: must be the name of a cookie"),
        ("portalCookies: [\"a;b\"]", "portalCookies[0]: must be the name of a cookie"),
        ("portalCookies: [\"\"]", "portalCookies[0]: must be the name of a cookie"),
        ("portalCookies: [\"a\\r\\nSet-Cookie: b\"]", "portalCookies[0]: must be the name of a cookie"),
        ("portalCookies: [é]", "portalCookies[0]: must be the name of a cookie"),
    ])
    func `a member of a site that does not hold is named`(member: String, problem: String) throws {
        let refusal = try Workshop.resourceRefusal(
            "sites:\n  - id: portal\n    kind: cloud\n    origin: https://portal.example\n    \(member)\n")
        #expect(refusal.count == 1)
        #expect(refusal.first?.hasPrefix("resources.yaml:5:") == true)
        #expect(refusal.first?.contains(": sites[0].\(problem)") == true, "\(refusal)")
    }

    @Test(arguments: [
        ("attribute: \"a b\"\n        claim: x", "mapping[0].attribute"),
        ("attribute: a", "mapping[0].claim"),
        ("attribute: a\n        claim: x\n        transforms: [{capture: \"(\"}]", "mapping[0].transforms[0].capture"),
        ("attribute: a\n        claim: x\n        transforms: [upper]", "mapping[0].transforms[0]"),
        ("attribute: a\n        claim: x\n        transforms: [{capture: a, default: b}]", "mapping[0].transforms[0]"),
        (
            "attribute: a\n        claim: x\n        transforms: [{lookup: {otherwise: keep}}]",
            "mapping[0].transforms[0].lookup.table"
        ),
        ("attribute: a\n        claim: x\n        values: {joined: a}", "mapping[0].values"),
        ("attribute: a\n        claim: x\n        values: last", "mapping[0].values"),
    ])
    func `a mapping that does not hold is named`(rule: String, key: String) throws {
        let refusal = try Workshop.resourceRefusal(
            """
            connections:
              - id: c
                organization: o
                kind: oidc
                name: C
                settings: {}
                mapping:
                  - \(rule)
            """)
        #expect(
            refusal.contains { $0.contains(": connections[0].\(key): ") || $0.contains("connections[0].\(key).") },
            "\(refusal)")
    }

    // MARK: With a store

    private func installation(_ workshop: Workshop) throws -> Installation {
        try Installation(
            try workshop.load(minimal), providers: [OIDCProvider.self], facades: [FacadeModule(TestFacade.self)],
            environment: workshop.environment,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `applying an export changes nothing`() async throws {
        let workshop = try Workshop()
        let installation = try installation(workshop)
        let resources = installation.engine.resources
        let document = try Workshop.resources(Self.whole)
        let first = try await resources.apply(document.wanted, prune: false, isDryRun: false, actor: .system)
        #expect(first.count == 6 && first.allSatisfy { $0.action == .create })
        let exported = ResourceDocument.write(try await resources.export())
        #expect(exported.contains("env:ACME_SECRET") && !exported.contains("s3cret-of-acme"))
        let again = try Workshop.resources(exported).wanted
        #expect(try await resources.apply(again, prune: true, isDryRun: false, actor: .system).isEmpty)
        await installation.close()
    }

    @Test func `what the store or the module refuses has its line too`() async throws {
        let workshop = try Workshop()
        let installation = try installation(workshop)
        let document = try Workshop.resources(
            """
            organizations:
              - {id: a, name: A, domains: [gmail.com]}
            connections:
              - id: c
                organization: b
                kind: oidc
                name: C
                settings:
                  clientID: x
                  clientSecret: literal-secret
                  issuer: http://idp.example
                  colour: red
              - {id: d, organization: a, kind: saml, name: D, settings: {}}
            """)
        do {
            _ = try await installation.engine.resources.apply(
                document.wanted, prune: false, isDryRun: true, actor: .system)
            Issue.record("nothing was refused")
        } catch let error as SettingsError {
            let problems = document.located(error).problems
            let places = problems.map { "\($0.line ?? 0) \($0.key)" }
            #expect(places.contains("2 organizations[0].domains"))
            #expect(places.contains("5 connections[0].organization"))
            #expect(places.contains("10 connections[0].settings.clientSecret"))
            #expect(places.contains("11 connections[0].settings.issuer"))
            #expect(places.contains("12 connections[0].settings.colour"))
            #expect(places.contains("13 connections[1].kind"))
            #expect(!problems.description.contains("literal-secret"))
        }
        await installation.close()
    }

    /// The places and texts of what is wrong with sites beside one organization.
    private func problems(_ sites: String) async throws -> [String] {
        let workshop = try Workshop()
        let installation = try installation(workshop)
        let document = try Workshop.resources("organizations: [{id: acme, name: Acme}]\nsites:\n\(sites)")
        do {
            _ = try await installation.engine.resources.apply(
                document.wanted, prune: false, isDryRun: true, actor: .system)
            await installation.close()
            return []
        } catch let error as SettingsError {
            await installation.close()
            return document.located(error).problems.map { "\($0.line ?? 0) \($0.key): \($0.text)" }
        }
    }

    @Test func `what a site's facade refuses has its line, and an unknown one names the known`() async throws {
        let found = try await problems(
            """
              - id: portal
                kind: data-center
                origin: https://portal.example
                organizations:
                  - acme
                  - gone
                portalCookies:
                  - JSESSIONID
                  - __Host-vestibule-session
                facades:
                  test:
                    clientSecret: literal-secret
                    redirectURIs:
                      - http://portal.example/cb
                    colour: red
                  oauth: {}
              - {id: two, kind: cloud, origin: "https://two.example", facades: {test: {clientID: a, redirectURIs: []}}}
            """)
        #expect(
            found == [
                "8 sites[0].organizations[1]: organization gone does not exist",
                "11 sites[0].portalCookies[1]: is a cookie of the broker's own",
                "13 sites[0].facades.test.clientID: is required (Client ID)",
                "14 sites[0].facades.test.clientSecret: must say where the secret is, env:NAME or file:PATH, and never be the secret",
                "16 sites[0].facades.test.redirectURIs[0]: must be https (http is for loopback and *.localhost only)",
                "17 sites[0].facades.test.colour: is not a setting here; known: clientID, clientSecret, redirectURIs",
                "18 sites[0].facades.oauth: oauth is not a facade here; known: test",
                "19 sites[1].facades.test.redirectURIs: must name one at least",
            ], "\(found)")
    }

    @Test func `two sites may have one client, for each has an issuer of its own`() async throws {
        let facade = "{test: {clientID: jira, redirectURIs: [\"https://jira.example/cb\"]}}"
        let found = try await problems(
            """
              - {id: one, kind: cloud, origin: "https://one.example", facades: \(facade)}
              - {id: two, kind: cloud, origin: "https://two.example", facades: \(facade)}
            """)
        #expect(found.isEmpty)
    }

    @Test func `what changed in a site is told by name only`() async throws {
        let workshop = try Workshop()
        let installation = try installation(workshop)
        let resources = installation.engine.resources
        let document = try Workshop.resources(Self.whole)
        _ = try await resources.apply(document.wanted, prune: false, isDryRun: false, actor: .system)
        var changed = document.wanted
        changed.sites[0].organizations = ["acme"]
        changed.sites[0].portalCookies = nil
        changed.sites[0].facades[0].settings = .object([
            "clientID": .string("other"), "redirectURIs": .array([.string("https://portal.example/cb")]),
        ])
        let changes = try await resources.apply(changed, prune: false, isDryRun: false, actor: .system)
        let members = ["facades", "organizations", "portalCookies"]
        #expect(changes == [ResourceChange(.change, kind: "site", id: "portal", members: members)])
        await installation.close()
    }
}
