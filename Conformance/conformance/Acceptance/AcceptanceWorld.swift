// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import MockIdentityProviders
import MockServiceManagement

/// A broker, its IdPs, a portal that takes requests from anybody, and a front between them.
struct AcceptanceWorld: Sendable {
    static let staff = "acme-staff"
    static let contractor = "acme-contractor"
    static let createPath = "/servicedesk/customer/portal/3/create/25"

    let world: World
    let portal: MockPortal
    let front: ModelFront

    var broker: TestBroker { world.broker }
    var gate: GateClient { front.gate }

    static func start() async throws -> AcceptanceWorld {
        let world = try await World.start(connections: [staff, contractor])
        // Offered to people whose domain nobody owns.
        try await world.broker.apply(
            organizations: [], connections: [world.connection("globex", of: "globex", tenant: "globex", isPublic: true)]
        )
        let portal = try await MockPortal.start(.init(controlSecret: "acceptance", identity: .trustedHeaders(.init())))
        let gate = GateClient(url: world.broker.gateURL)
        return AcceptanceWorld(world: world, portal: portal, front: ModelFront(gate: gate, portal: portal))
    }

    func stop() async {
        await portal.stop()
        await world.stop()
    }

    /// A browser whose customer signed in through the staff connection.
    func signedIn(_ email: String) async throws -> (browser: Browser, trail: LoginTrail) {
        try await world.signedIn(email, connection: Self.staff)
    }

    /// A request form as a bot posts it: with the header that JSM wants, without a session.
    static let ticket = DoorRequest(
        method: "POST", target: createPath,
        headers: [("X-Atlassian-Token", "no-check"), ("Content-Type", "application/x-www-form-urlencoded")],
        accept: "application/json", body: "summary=Buy+now&description=Cheap")

    /// What the gate's check says to a browser.
    func status(_ browser: Browser, target: String = TestBroker.defaultPath) async throws -> Int {
        try await gate.check(DoorRequest(target: target), from: browser).status
    }
}
