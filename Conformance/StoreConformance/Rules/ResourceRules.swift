import Broker
import BrokerModel

extension StoreRule {
    static let resources: [StoreRule] = [
        StoreRule("gives back resources as they were put") { store in
            let organization = Organization(
                id: "acme", name: "Acme 🏭", isEnabled: false, domains: [try domain("acme.example")],
                addresses: [try address("bob@freemail.example")], support: "it@acme.example",
                linkRules: [LinkRule("acme-oidc", "acme-saml")], loginSlug: "x7Qp")
            let connection = sampleConnection(), site = sampleSite()
            try await store.write { writer in
                try writer.put(organization)
                try writer.put(connection)
                try writer.put(site)
                try writer.raiseResourceRevision()
            }
            let resources = try await store.read { try $0.resources() }
            try expectEqual(
                resources,
                Resources(revision: 1, organizations: [organization], connections: [connection], sites: [site]))
        },
        StoreRule("replaces a resource of the same name, with the domains it gave up") { store in
            try await store.write { writer in
                try writer.put(
                    Organization(id: "acme", name: "Acme", domains: [try domain("old.example")], loginSlug: "a"))
                try writer.put(Organization(id: "acme", name: "Acme 2", domains: [try domain("new.example")]))
                try writer.put(
                    Organization(id: "rival", name: "Rival", domains: [try domain("old.example")], loginSlug: "a"))
                try writer.put(sampleSite())
                try writer.put(sampleSite(origin: "https://other.example"))
            }
            let resources = try await store.read { try $0.resources() }
            try expectEqual(resources.organizations["acme"]?.name, "Acme 2")
            try expectEqual(resources.organization(owning: try address("a@old.example"))?.id, "rival")
            try expectEqual(resources.sites.values.map(\.origin), ["https://other.example"])
        },
        StoreRule("refuses a domain, an address or a sign-in link that another organization has") { store in
            try await store.write {
                try $0.put(
                    Organization(
                        id: "acme", name: "Acme", domains: [try domain("acme.example")],
                        addresses: [try address("bob@freemail.example")], loginSlug: "slug"))
            }
            let rivals = [
                Organization(id: "rival", name: "Rival", domains: [try domain("acme.example")]),
                Organization(id: "rival", name: "Rival", addresses: [try address("bob@freemail.example")]),
                Organization(id: "rival", name: "Rival", loginSlug: "slug"),
            ]
            for rival in rivals {
                try await expectConflict(hiding: ["acme.example", "bob", "rival"]) {
                    try await store.write { try $0.put(rival) }
                }
            }
            let resources = try await store.read { try $0.resources() }
            try expectEqual(Array(resources.organizations.keys), ["acme"])
        },
        StoreRule("refuses a second site with one origin") { store in
            try await store.write { try $0.put(sampleSite()) }
            try await expectConflict(hiding: ["portal.example"]) {
                try await store.write { try $0.put(sampleSite("second")) }
            }
        },
        StoreRule("deletes resources and frees what they held") { store in
            try await store.write { writer in
                try writer.put(Organization(id: "acme", name: "Acme", domains: [try domain("acme.example")]))
                try writer.put(sampleConnection())
                try writer.put(sampleSite())
                _ = try writer.setMemory("acme-oidc", "jwks", bytes: hash(1), at: noon, expected: nil)
            }
            try await store.write { writer in
                try writer.delete(organization: "acme")
                try writer.delete(connection: "acme-oidc")
                try writer.delete(site: "portal")
                try writer.put(Organization(id: "rival", name: "Rival", domains: [try domain("acme.example")]))
                try writer.put(sampleSite("second"))
            }
            let (resources, memory) = try await store.read {
                (try $0.resources(), try $0.memory("acme-oidc", "jwks"))
            }
            try expectEqual(Array(resources.organizations.keys), ["rival"])
            try expect(resources.connections.isEmpty, "no connection")
            try expectEqual(Array(resources.sites.keys), ["second"])
            try expectEqual(memory, nil)
        },
        StoreRule("counts revisions from 0, one for each raise") { store in
            try expectEqual(try await store.read { try $0.resourceRevision() }, 0)
            try await store.write { try $0.raiseResourceRevision() }
            try await store.write { try $0.raiseResourceRevision() }
            try expectEqual(try await store.read { try $0.resourceRevision() }, 2)
        },
    ]

    private static func sampleConnection() -> Connection {
        Connection(
            id: "acme-oidc", organization: "acme", kind: "oidc", name: "Acme", addressPattern: "*@acme.example",
            mapping: AttributeMapping([
                AttributeRule(
                    attribute: "department", claim: "dept",
                    transforms: [.trim, .lookup(table: ["1": "R&D"], otherwise: .use("none")), .standard("x")],
                    values: .join("; "))
            ]),
            refreshEvery: .seconds(60), refreshGrace: .seconds(3600),
            settings: .object([
                "issuer": .string("https://idp.example/a"), "list": .array([.integer(1), .bool(true), .null]),
                "ratio": .number(0.5),
            ]), revision: 3)
    }

    private static func sampleSite(_ id: SiteID = "portal", origin: String = "https://portal.example") -> Site {
        Site(
            id: id, kind: .dataCenter, origin: origin, discovery: .linkOnly, theme: Theme(logo: "/logo.svg"),
            lifetimes: SessionLifetimes(idle: .seconds(60)), postLogoutRedirectURIs: ["https://portal.example/bye"],
            organizations: ["acme"],
            facades: [SiteFacade(kind: "openid", settings: .object(["client": .string("jsm")]), settingsVersion: 2)],
            portalCookies: ["JSESSIONID"])
    }
}
