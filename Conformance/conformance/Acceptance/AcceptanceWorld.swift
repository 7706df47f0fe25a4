// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import BrokerServer
import MockIdentityProviders
import MockServiceManagement
import Outbound

/// A broker, its IdPs, a portal that takes requests from anybody, and every way between them.
struct AcceptanceWorld: Sendable {
    static let staff = "acme-staff"
    static let contractor = "acme-contractor"
    static let createPath = "/servicedesk/customer/portal/3/create/25"

    let world: World
    let portal: MockPortal

    var broker: TestBroker { world.broker }
    var gate: GateClient { GateClient(url: broker.gateURL) }

    /// Every way to the portal.
    var doors: [GateDoor] { GateWay.allCases.map(door) }

    static func start() async throws -> AcceptanceWorld {
        let portal = try await MockPortal.start(.init(controlSecret: "acceptance", identity: .trustedHeaders(.init())))
        do {
            var options = TestBroker.Options()
            let origin = try unwrap(UpstreamOrigin("http://127.0.0.1:\(portal.port)"), "no upstream")
            options.inPath = InPathSettings(targets: .only(.init(origin: origin)))
            let world = try await World.start(options, connections: [staff, contractor])
            // Offered to people whose domain nobody owns.
            try await world.broker.apply(
                organizations: [],
                connections: [world.connection("globex", of: "globex", tenant: "globex", isPublic: true)])
            return AcceptanceWorld(world: world, portal: portal)
        } catch {
            await portal.stop()
            throw error
        }
    }

    func stop() async {
        await portal.stop()
        await world.stop()
    }

    /// One way to the portal.
    func door(_ way: GateWay) -> GateDoor { GateDoor(way: way, world: world, portal: portal) }

    /// Runs a body while the site is another, and puts it back.
    func with<Value: Sendable>(
        _ site: @escaping @Sendable (inout Site) -> Void, _ body: () async throws -> Value
    ) async throws -> Value {
        var options = TestBroker.Options()
        options.site = site
        try await broker.apply(options, organizations: [], connections: [])
        let result = await attempt { try await body() }
        try await broker.apply(organizations: [], connections: [])
        return try result.get()
    }

    /// A browser whose customer signed in through the staff connection.
    func signedIn(_ email: String) async throws -> (browser: Browser, trail: LoginTrail) {
        try await world.signedIn(email, connection: Self.staff)
    }

    /// Somebody who signed in.
    func person(_ email: String, by connection: String = Self.staff) async throws -> FrontPerson {
        try await .signIn(email, by: connection, in: world)
    }

    /// A request form as a bot posts it: with the header that JSM wants, without a session.
    static let ticket = form(createPath, "summary=Buy+now&description=Cheap")

    /// The same by the API.
    static let ticketCall = RawRequest(
        "POST", "/rest/servicedeskapi/request",
        headers: [("X-Atlassian-Token", "no-check"), ("Content-Type", "application/json")], accept: RawRequest.json,
        body: Array(#"{"serviceDeskId":"3","requestTypeId":"25","requestFieldValues":{"summary":"Buy now"}}"#.utf8))

    /// A form that a program posts.
    static func form(_ target: String, _ body: String) -> RawRequest {
        RawRequest(
            "POST", target,
            headers: [("X-Atlassian-Token", "no-check"), ("Content-Type", "application/x-www-form-urlencoded")],
            accept: RawRequest.json, body: Array(body.utf8))
    }

    /// What the gate's check says to a browser.
    func status(_ browser: Browser, target: String = TestBroker.defaultPath) async throws -> Int {
        try await gate.check(DoorRequest(target: target), from: browser).status
    }
}
