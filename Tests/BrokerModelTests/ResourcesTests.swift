import Broker
import BrokerModel
import Testing

@Suite struct ResourcesTests {
    private let resources: Resources

    init() throws {
        let acme = Organization(
            id: "acme", name: "Acme", domains: [try #require(EmailDomain("acme.example"))], loginSlug: "x7")
        let rival = Organization(
            id: "rival", name: "Rival", domains: [try #require(EmailDomain("rival.example"))],
            addresses: [try #require(EmailAddress("guest@acme.example"))])
        let closed = Organization(id: "closed", name: "Closed", isEnabled: false)
        resources = Resources(
            revision: 4, organizations: [acme, rival, closed],
            connections: [
                .sample("b", of: "acme", name: "Zeta", isPublic: true), .sample("a", of: "acme", name: "Alpha"),
                .sample("c", of: "rival", name: "Beta", isPublic: true),
                .sample("d", of: "rival", name: "Off", isPublic: true, isEnabled: false),
                .sample("e", of: "closed", name: "Closed", isPublic: true),
                .sample("f", of: "nobody", name: "Orphan", isPublic: true),
            ])
    }

    @Test(
        arguments: [
            ("ada@acme.example", "acme"), ("ada@ACME.example", "acme"), ("guest@acme.example", "rival"),
            ("bob@rival.example", "rival"), ("Guest@acme.example", "rival"), ("ada@sub.acme.example", nil),
            ("ada@example.acme.test", nil), ("ada@evil-acme.example", nil),
        ] as [(String, OrganizationID?)])
    func `finds the owner of an address, a single address before its domain`(
        text: String, owner: OrganizationID?
    ) throws {
        #expect(resources.organization(owning: try #require(EmailAddress(text)))?.id == owner)
    }

    @Test func `lists an organization's connections by name, enabled or not`() {
        #expect(resources.connections(of: "acme").map(\.id) == ["a", "b"])
        #expect(resources.connections(of: "rival").map(\.id) == ["c", "d"])
        #expect(resources.connections(of: "unknown").isEmpty)
    }

    @Test func `offers public connections that are enabled, of organizations that are enabled`() {
        #expect(resources.publicChoices.map(\.id) == ["c", "b"])
    }

    @Test func `finds an organization by its sign-in link, byte for byte`() {
        #expect(resources.organization(loginSlug: "x7")?.id == "acme")
        #expect(resources.organization(loginSlug: "X7") == nil)
        #expect(resources.organization(loginSlug: "") == nil)
    }

    @Test func `owns exact domains and single addresses`() throws {
        let rival = try #require(resources.organizations["rival"])
        #expect(rival.owns(try #require(EmailAddress("bob@rival.example"))))
        #expect(rival.owns(try #require(EmailAddress("guest@acme.example"))))
        #expect(!rival.owns(try #require(EmailAddress("ada@acme.example"))))
        #expect(!rival.owns(try #require(EmailAddress("bob@sub.rival.example"))))
    }
}

@Suite struct ConnectionTests {
    @Test(arguments: [
        ("ada@acme.example", true), ("ext-ada@acme.example", true), ("ada@other.example", true),
    ])
    func `speaks for every address when nothing narrows it`(text: String, expected: Bool) throws {
        #expect(Connection.sample("a", of: "acme").maySpeak(for: try #require(EmailAddress(text))) == expected)
    }

    @Test(arguments: [
        ("ext-ada@acme.example", true), ("ada@acme.example", false), ("ext-ada@other.example", false),
        ("ext-ada@sub.acme.example", false),
    ])
    func `speaks only for addresses that fit both domain and pattern`(text: String, expected: Bool) throws {
        var connection = Connection.sample("a", of: "acme")
        connection.domains = [try #require(EmailDomain("acme.example"))]
        connection.addressPattern = "ext-*"
        #expect(connection.maySpeak(for: try #require(EmailAddress(text))) == expected)
    }

    @Test func `speaks for nobody with an empty list of domains`() throws {
        var connection = Connection.sample("a", of: "acme")
        connection.domains = []
        #expect(!connection.maySpeak(for: try #require(EmailAddress("ada@acme.example"))))
    }
}

@Suite struct LinkRuleTests {
    @Test func `names its two connections in either order`() {
        let rule = LinkRule("staff", "contractors")
        #expect(rule.names("staff", "contractors"))
        #expect(rule.names("contractors", "staff"))
    }

    @Test func `names no other pair, and no connection twice`() {
        let rule = LinkRule("staff", "contractors")
        #expect(!rule.names("staff", "guests"))
        #expect(!rule.names("staff", "staff"))
        #expect(!LinkRule("staff", "staff").names("staff", "contractors"))
    }

    @Test func `names nothing when it lists one connection or three`() {
        var rule = LinkRule("staff", "contractors")
        rule.connections = ["staff", "contractors", "guests"]
        #expect(!rule.names("staff", "contractors"))
        rule.connections = ["staff"]
        #expect(!rule.names("staff", "staff"))
    }

    @Test func `ties no two identities of one connection`() {
        #expect(!LinkRule("staff", "staff").names("staff", "staff"))
    }
}

extension Connection {
    /// A connection of an organization.
    static func sample(
        _ id: ConnectionID, of organization: OrganizationID, name: String = "IdP", isPublic: Bool = false,
        isEnabled: Bool = true
    ) -> Connection {
        Connection(
            id: id, organization: organization, kind: "oidc", name: name, isEnabled: isEnabled, isPublic: isPublic,
            settings: .object([:]))
    }
}
