// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Broker
import BrokerModel
import Foundation
import MockIdentityProviders

/// A broker, a SAML IdP that knows it by its metadata, and browsers.
struct SAMLWorld: Sendable {
    /// The tenant behind every connection unless told otherwise.
    static let tenant = "acme"
    /// The tenant whose keys and metadata change.
    static let rolling = "rolling"

    /// A connection to make.
    struct Wanted: Sendable {
        var name: String
        var organization: OrganizationID = "acme"
        var tenant = SAMLWorld.tenant
        /// Settings beside entityID and metadata; they win.
        var settings: [String: SettingsValue] = [:]

        init(
            _ name: String, organization: OrganizationID = "acme", tenant: String = SAMLWorld.tenant,
            _ settings: [String: SettingsValue] = [:]
        ) {
            (self.name, self.organization, self.tenant, self.settings) = (name, organization, tenant, settings)
        }
    }

    let broker: TestBroker
    let idp: MockSAMLProvider
    let client: HTTPClient
    let seen = SeenText()

    /// Starts both, makes the connections, and registers each at its IdP by the metadata that the broker publishes.
    static func start(_ wanted: (MockSAMLProvider) throws -> [Wanted]) async throws -> SAMLWorld {
        let broker = try await TestBroker.start()
        let tenants = [
            SAMLTenant(name: tenant, title: "Acme identity provider", acceptsAnyone: true),
            SAMLTenant(name: rolling, title: "Rolling identity provider", acceptsAnyone: true),
            SAMLTenant(name: "globex", title: "Globex identity provider", acceptsAnyone: true),
        ]
        let idp = try await MockSAMLProvider.start(
            .init(tenants: tenants, now: { [clock = broker.clock] in clock.now.seconds }))
        let world = SAMLWorld(broker: broker, idp: idp, client: Browser.makeClient())
        let connections = try wanted(idp)
        try await broker.apply(
            organizations: organizations, connections: try connections.map { try world.connection($0) })
        for each in connections { try await world.register(each) }
        return world
    }

    /// A browser that nobody used before.
    func browser() -> Browser { Browser(client) }

    /// Stops everything.
    func stop() async {
        try? await client.shutdown()
        await broker.stop()
        await idp.stop()
    }

    /// A tenant's state.
    func tenant(_ name: String = Self.tenant) throws -> SAMLTenantState {
        try unwrap(idp.tenant(name), "there is no tenant \(name)")
    }

    /// Where a connection's messages arrive, and what its name at the IdP begins with.
    func callback(_ connection: String) -> String { "\(broker.origin)/vestibule/cb/\(connection)" }

    // MARK: Who is who

    private static let organizations = [
        Organization(
            id: "acme", name: "Acme Ltd", domains: [EmailDomain("acme.example")].compactMap { $0 },
            support: "helpdesk@acme.example"),
        Organization(id: "globex", name: "Globex", domains: [EmailDomain("globex.example")].compactMap { $0 }),
    ]

    /// A connection that trusts what the IdP publishes now, unless its settings say where to look.
    func connection(_ wanted: Wanted) throws -> Connection {
        var settings: [String: SettingsValue] = ["entityID": .string(idp.entityID(wanted.tenant))]
        if wanted.settings["trust"] == nil, wanted.settings["ssoURL"] == nil {
            let metadata = try unwrap(try idp.metadata(wanted.tenant), "no metadata")
            settings["metadata"] = .string(String(decoding: metadata, as: UTF8.self))
        }
        settings.merge(wanted.settings) { $1 }
        return Connection(
            id: ConnectionID(rawValue: wanted.name), organization: wanted.organization, kind: "saml",
            name: "Sign in with \(wanted.name)", settings: .object(settings))
    }

    /// What an IdP's administrator does with our metadata.
    private func register(_ wanted: Wanted) async throws {
        let page = try await browser().open("\(callback(wanted.name))/metadata")
        try require(page.status == 200, "the metadata of \(wanted.name) answered \(page.status)")
        try tenant(wanted.tenant).register(try ServiceProvider(metadata: Array(page.body.utf8)))
    }
}
