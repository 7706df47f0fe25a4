// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Broker
import BrokerModel
import ConformanceKit
import Foundation
import MockIdentityProviders
import Synchronization

/// One broker with a connection of every provider kind, and an IdP behind each: the vendors' mocks under the vendors' own
/// addresses, a plain OpenID Provider, a SAML IdP and a mailbox.
struct VendorLoginWorld: Sendable {
    let broker: TestBroker
    let vendors: VendorWorld
    let op: MockOpenIDProvider
    let saml: MockSAMLProvider
    let mailbox: KitMailbox
    let client: HTTPClient
    /// The connections by name, with who can sign in through each.
    let people: [Person]

    /// Somebody who can sign in.
    struct Person: Sendable {
        /// Connection and organization.
        var name: String
        var kind: ProviderKind
        /// What is typed at the broker and at the IdP.
        var email: String
        var settings: SettingsValue
    }

    /// What of the world exists only after the broker does.
    private final class Late: Sendable {
        let vendors = Mutex<VendorWorld?>(nil)
    }

    static func start() async throws -> VendorLoginWorld {
        let (late, mailbox) = (Late(), KitMailbox())
        var options = TestBroker.Options()
        options.clientSecret = World.clientSecret
        options.mail = mailbox
        options.way = { id in
            late.vendors.withLock { vendors in
                guard let vendors, vendors.vendor(id.rawValue) != nil else { return nil }
                var transport = vendors.transport
                // Twenty vendors make their keys at once when the first logins come.
                transport.patience = 30
                return transport
            }
        }
        options.secret = { reference in
            guard case .environment(let name) = reference.place else { return nil }
            return late.vendors.withLock { $0?.sampleSecrets[name] }
        }
        let broker = try await TestBroker.start(options)
        let now: @Sendable () -> Int64 = { [clock = broker.clock] in clock.now.seconds }
        let vendors = try await VendorWorld.start(now: now) { ["\(broker.origin)/vestibule/cb/\($0.name)"] }
        late.vendors.withLock { $0 = vendors }
        let op = try await MockOpenIDProvider.start(.init(tenants: [tenant(broker)], now: now))
        let saml = try await MockSAMLProvider.start(
            .init(tenants: [SAMLTenant(name: "saml", title: "SAML IdP", acceptsAnyone: true)], now: now))
        let world = VendorLoginWorld(
            broker: broker, vendors: vendors, op: op, saml: saml, mailbox: mailbox, client: Browser.makeClient(),
            people: try people(vendors, op, saml))
        try await world.configure()
        return world
    }

    func stop() async {
        try? await client.shutdown()
        await broker.stop()
        await vendors.stop()
        await op.stop()
        await saml.stop()
    }

    /// A browser for which the vendors' addresses are the mocks'.
    func browser() -> Browser { Browser(client) { [vendors] in vendors.resolve($0) } }

    func person(_ name: String) throws -> Person {
        try unwrap(people.first { $0.name == name }, "there is no connection \(name)")
    }

    // MARK: Who is who

    private static func tenant(_ broker: TestBroker) -> OPTenant {
        let callback = "\(broker.origin)/vestibule/cb/oidc"
        return OPTenant(
            name: "oidc", title: "OpenID Provider",
            clients: [
                OPClient(clientID: World.clientID, clientSecret: World.clientSecret, redirectURIs: [callback])
            ], acceptsAnyone: true)
    }

    private static func people(
        _ vendors: VendorWorld, _ op: MockOpenIDProvider, _ saml: MockSAMLProvider
    ) throws -> [Person] {
        let metadata = String(decoding: try unwrap(try saml.metadata("saml"), "no metadata"), as: UTF8.self)
        return vendors.sampleConnections.compactMap { sample in
            sample.people.first.map {
                Person(
                    name: sample.name, kind: ProviderKind(rawValue: sample.kind), email: $0.email,
                    settings: sample.settings)
            }
        } + [
            Person(
                name: "oidc", kind: "oidc", email: "alice@oidc.example",
                settings: [
                    "issuer": .string(op.issuer("oidc")), "clientID": .string(World.clientID),
                    "clientSecret": "env:CONFORMANCE", "claims": ["groups": "groups"],
                ]),
            Person(
                name: "saml", kind: "saml", email: "alice@saml.example",
                settings: ["entityID": .string(saml.entityID("saml")), "metadata": .string(metadata)]),
            Person(name: "email-code", kind: "email-code", email: "alice@mail.example", settings: [:]),
        ]
    }

    private func configure() async throws {
        let organizations = try people.map { person in
            let domain = try unwrap(EmailAddress(person.email)?.domain, "\(person.email) is no address")
            return Organization(
                id: OrganizationID(rawValue: person.name), name: person.name, domains: [domain],
                support: "help@\(person.name).example")
        }
        try await broker.apply(
            organizations: organizations, connections: people.map { connection($0, named: $0.name) })
        let page = try await browser().open("\(broker.origin)/vestibule/cb/saml/metadata")
        try unwrap(saml.tenant("saml"), "no tenant").register(try ServiceProvider(metadata: Array(page.body.utf8)))
    }

    /// A connection of a person's organization.
    func connection(_ person: Person, named name: String) -> Connection {
        Connection(
            id: ConnectionID(rawValue: name), organization: OrganizationID(rawValue: person.name), kind: person.kind,
            name: "Sign in with \(name)", settings: person.settings)
    }
}
