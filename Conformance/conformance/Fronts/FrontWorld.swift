// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import BrokerServer
import Foundation
import JOSE
import MockServiceManagement
import Outbound

/// What stands behind every front: a portal that takes requests from anybody, a broker, and who is signed in.
struct FrontWorld: Sendable {
    /// What the one listed program sends.
    static let machineSecret = "Bearer machine-secret-0123456789abcdef"
    /// The connection of people who work on tickets.
    static let staffConnection = "acme-staff"

    let world: World
    let portal: MockPortal
    /// May see portal 3, not 7, and 5 after a stronger sign-in.
    let alice: FrontPerson
    /// Works on tickets.
    let agent: FrontPerson

    /// Starts portal and broker, and signs in who is needed.
    static func start(publicPaths: [String]) async throws -> FrontWorld {
        let portal = try await MockPortal.start(.init(controlSecret: "fronts", identity: .trustedHeaders(.init())))
        do {
            var options = TestBroker.Options()
            options.publicPaths = publicPaths
            options.site = {
                $0.portals = portals; $0.access = access
            }
            let origin = try unwrap(UpstreamOrigin("http://127.0.0.1:\(portal.port)"), "no upstream")
            options.inPath = InPathSettings(targets: .only(.init(origin: origin)))
            options.secret = { $0 == machineReference ? machineSecret : nil }
            let world = try await World.start(options, connections: ["acme", staffConnection])
            return FrontWorld(
                world: world, portal: portal, alice: try await .signIn("alice@acme.example", by: "acme", in: world),
                agent: try await .signIn("bob@acme.example", by: staffConnection, in: world))
        } catch {
            await portal.stop()
            throw error
        }
    }

    var broker: TestBroker { world.broker }

    func stop() async {
        await portal.stop()
        await world.stop()
    }

    /// Where a front on a port finds everything.
    func addresses(front: Int) async throws -> FrontAddresses {
        let url = try unwrap(URL(string: broker.origin), "no origin")
        let gate = try unwrap(URL(string: broker.gateURL)?.port, "no gate")
        let algorithm = broker.engine.live.keys.signingKey(.session)?.algorithm.rawValue ?? ""
        let keys = try await broker.engine.keys.publicPEM(.session).map {
            FrontKey(kid: $0.id, algorithm: algorithm, pem: $0.pem)
        }
        return FrontAddresses(
            front: front, gate: gate, broker: try unwrap(url.port, "no port"), portal: portal.port,
            host: "\(TestBroker.host):\(url.port ?? 0)", site: TestBroker.site, issuer: "\(broker.origin)/vestibule",
            keys: keys)
    }

    // MARK: The site

    private static let machineReference = SecretReference("env:MACHINE")

    /// The portals of the mock: 3 for everybody, 5 after a stronger sign-in, 7 for a group that nobody here is in.
    private static let portals: [BrokerModel.Portal] = [
        .init(id: 3, name: "Product support", project: "SUP", requestTypes: [25, 26], mode: .open),
        .init(id: 5, name: "Accounts and billing", project: "ACC", requestTypes: [41, 42], mode: .closed),
        .init(id: 7, name: "Security desk", project: "SEC", requestTypes: [71], mode: .closed),
    ]

    private static let access = SiteAccess(
        policy: .deny,
        rules: [
            PortalRule(
                AccessRule(
                    "second-factor", .allow, .all([.group("staff"), .authenticationContext("urn:example:mfa")])),
                portals: [5]),
            PortalRule(AccessRule("security-team", .allow, .group("security")), portals: [7]),
        ],
        staff: StaffLane(connections: [ConnectionID(rawValue: staffConnection)]),
        machines: [
            lane("monitor", "/rest/servicedeskapi/info", from: "127.0.0.0/16"),
            lane("elsewhere", "/rest/servicedeskapi/servicedesk", from: "10.0.0.0/16"),
        ].compactMap { $0 })

    private static func lane(_ name: String, _ path: String, from network: String) -> MachineLane? {
        guard let network = AddressRange(network), let machineReference else { return nil }
        return MachineLane(
            name: name, methods: ["GET"], paths: [path], networks: [network], authorization: machineReference)
    }
}

/// Somebody with a session.
struct FrontPerson: Sendable {
    /// Who it is, as identity headers say.
    let id: String
    let handle: String
    let token: String
    let browser: Browser

    /// Signs in, and asks the gate who that is.
    static func signIn(_ email: String, by connection: String, in world: World) async throws -> FrontPerson {
        let (browser, trail) = try await world.signedIn(email, connection: connection)
        let token = try unwrap(trail.token, "no token")
        let claims = try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload)
        return FrontPerson(
            id: try unwrap(claims.string("sub"), "a token without a subject"),
            handle: try unwrap(trail.handle, "no handle"),
            token: token, browser: browser)
    }

    /// The `Cookie` header of their browser.
    var cookies: String { "\(World.cookies.handle)=\(handle); \(World.cookies.token)=\(token)" }
}
