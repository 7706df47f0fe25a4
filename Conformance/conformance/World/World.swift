// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Broker
import BrokerModel
import JOSE
import MockIdentityProviders

/// A broker, an OpenID provider that it trusts, and browsers.
struct World: Sendable {
    /// The tenant behind every connection unless told otherwise.
    static let tenant = "acme"
    static let clientID = "vestibule"
    static let clientSecret = "conformance-client-secret-0123456789"

    let broker: TestBroker
    let op: MockOpenIDProvider
    let client: HTTPClient
    let seen = SeenText()

    /// Starts broker and provider; `connections` become connections of `acme` with one callback each.
    static func start(
        _ options: TestBroker.Options = .init(), connections: [String] = ["acme"], slowness: Duration = .seconds(8)
    ) async throws -> World {
        var options = options
        options.clientSecret = clientSecret
        let broker = try await TestBroker.start(options)
        let op = try await MockOpenIDProvider.start(
            MockOpenIDProvider.Configuration(
                tenants: tenants(broker, connections), slowness: slowness,
                now: { [clock = broker.clock] in clock.now.seconds }))
        let world = World(broker: broker, op: op, client: Browser.makeClient())
        do {
            try await broker.apply(
                options, organizations: organizations, connections: world.connections(connections))
        } catch {
            await world.stop()
            throw error
        }
        return world
    }

    /// A browser that nobody used before.
    func browser() -> Browser { Browser(client) }

    /// Stops everything.
    func stop() async {
        try? await client.shutdown()
        await broker.stop()
        await op.stop()
    }

    // MARK: Who is who

    private static let organizations = [
        Organization(
            id: "acme", name: "Acme Ltd", domains: [EmailDomain("acme.example")].compactMap { $0 },
            support: "helpdesk@acme.example"),
        Organization(id: "globex", name: "Globex", domains: [EmailDomain("globex.example")].compactMap { $0 }),
    ]

    private static func tenants(_ broker: TestBroker, _ connections: [String]) -> [OPTenant] {
        let all = connections + ["globex"]
        let client = OPClient(
            clientID: clientID, clientSecret: clientSecret,
            redirectURIs: all.map { "\(broker.origin)/vestibule/cb/\($0)" },
            postLogoutRedirectURIs: all.map { "\(broker.origin)/vestibule/cb/\($0)/logout" })
        return [
            OPTenant(
                name: tenant, title: "Acme identity provider", clients: [client], users: [alice, bob],
                autoLogin: true, acceptsAnyone: true),
            OPTenant(
                name: "globex", title: "Globex identity provider", clients: [client], algorithm: .es256,
                autoLogin: true, acceptsAnyone: true),
        ]
    }

    private static let alice = OPUser(
        userName: "alice", sub: "u-alice", email: "alice@acme.example", name: "Alice", groups: ["staff", "support"])
    private static let bob = OPUser(
        userName: "bob", sub: "u-bob", email: "bob@acme.example", name: "Bob", groups: ["staff"])

    private func connections(_ names: [String]) -> [Connection] {
        names.map { connection($0, of: "acme", tenant: Self.tenant) } + [
            connection("globex", of: "globex", tenant: "globex")
        ]
    }

    /// A connection to a tenant.
    ///
    /// UserInfo is asked at every login, so that its faults bite too.
    func connection(
        _ name: String, of organization: OrganizationID, tenant: String, isPublic: Bool = false
    ) -> Connection {
        Connection(
            id: ConnectionID(rawValue: name), organization: organization, kind: "oidc", name: "Sign in with \(name)",
            isPublic: isPublic,
            settings: .object([
                "issuer": .string(op.issuer(tenant)), "clientID": .string(Self.clientID),
                "clientSecret": .string("env:CONFORMANCE"), "userInfo": .string("always"),
                "claims": .object(["groups": .string("groups")]),
            ]))
    }
}
