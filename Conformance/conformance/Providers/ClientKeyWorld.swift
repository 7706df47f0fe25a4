// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import ConformanceKit
import Foundation
import MockIdentityProviders

/// A broker whose connections say who they are by keys of their own, and an OP that reads those keys from the broker.
struct ClientKeyWorld: Sendable {
    /// One connection, which is an organization and a client of the same name.
    struct Client: Sendable {
        var name: String
        /// The OP's tenant: `plain`, `offered`, `required` or `failing`.
        var tenant = "plain"
        var method = "private_key_jwt"
        var algorithm = "ES256"
        var pushed = "whenOffered"
        var audience = "issuer"
        /// The connection whose keys the OP takes for this one's.
        var keysOf: String?
    }

    static let clients = [
        Client(name: "es256"), Client(name: "rs256", algorithm: "RS256"), Client(name: "ps256", algorithm: "PS256"),
        Client(name: "pinned", keysOf: "es256"), Client(name: "shared", method: "client_secret_jwt"),
        Client(name: "offered", tenant: "offered"), Client(name: "addressed", tenant: "offered", audience: "endpoint"),
        Client(name: "required", tenant: "required"),
        Client(name: "never", tenant: "required", pushed: "never"),
        Client(name: "always", tenant: "failing", pushed: "always"), Client(name: "fallback", tenant: "failing"),
    ]

    private static let tenants: [(String, OPPushedRequests)] = [
        ("plain", .none), ("offered", .offered), ("required", .required), ("failing", .failing),
    ]

    let world: World

    static func start() async throws -> ClientKeyWorld {
        var options = TestBroker.Options()
        options.clientSecret = World.clientSecret
        let broker = try await TestBroker.start(options)
        let op = try await MockOpenIDProvider.start(
            .init(
                tenants: tenants.map { name, pushed in
                    OPTenant(
                        name: name, title: name, clients: clients.filter { $0.tenant == name }.map { $0.known(broker) },
                        autoLogin: true, acceptsAnyone: true, pushedRequests: pushed)
                }, now: { [clock = broker.clock] in clock.now.seconds }))
        let world = ClientKeyWorld(world: World(broker: broker, op: op, client: Browser.makeClient()))
        try await broker.apply(
            options,
            organizations: clients.map {
                Organization(
                    id: OrganizationID(rawValue: $0.name), name: $0.name,
                    domains: [EmailDomain("\($0.name).example")].compactMap { $0 })
            }, connections: clients.map { $0.connection(issuer: op.issuer($0.tenant)) })
        try await broker.engine.connectionKeys.maintain()
        return world
    }

    func stop() async { await world.stop() }

    func tenant(_ name: String) throws -> OPTenantState { try unwrap(world.op.tenant(name), "no tenant \(name)") }

    func signIn(_ name: String) async throws -> LoginTrail {
        try await world.signIn("alice@\(name).example", with: world.browser())
    }

    /// Signs in, or says where it ended.
    func signedIn(_ name: String) async throws -> LoginTrail {
        let trail = try await signIn(name)
        guard trail.handle != nil, trail.token != nil else {
            let last = try await world.broker.records(kinds: [.loginFailed, .loginDenied]).last
            throw Unmet("\(name): \(trail.last.status) \(trail.last.errorCode ?? ""): \(last?.body ?? "")")
        }
        return trail
    }
}

extension ClientKeyWorld.Client {
    /// As the OP knows it.
    fileprivate func known(_ broker: TestBroker) -> OPClient {
        OPClient(
            clientID: name, clientSecret: needsSecret ? World.clientSecret : nil,
            redirectURIs: ["\(broker.origin)/vestibule/cb/\(name)"],
            method: needsSecret
                ? .secretJWT
                : .privateKeyJWT(jwksURI: "\(broker.origin)/vestibule/cb/\(keysOf ?? name)/metadata"))
    }

    private var needsSecret: Bool { method == "client_secret_jwt" }

    fileprivate func connection(issuer: String) -> Connection {
        var settings: [String: SettingsValue] = [
            "issuer": .string(issuer), "clientID": .string(name), "tokenEndpointAuthMethod": .string(method),
            "pushedAuthorization": .string(pushed),
        ]
        if needsSecret {
            settings["clientSecret"] = "env:CONFORMANCE"
        } else {
            settings["clientAssertionAlgorithm"] = .string(algorithm)
            settings["clientAssertionAudience"] = .string(audience)
        }
        return Connection(
            id: ConnectionID(rawValue: name), organization: OrganizationID(rawValue: name), kind: "oidc",
            name: "Sign in with \(name)", settings: .object(settings))
    }
}
