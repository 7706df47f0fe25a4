// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Directory
import MockServiceManagement

/// S30: what the broker lets in, JSM lets in, and nobody else.
enum PortalGrantChecks {
    static let written: @Sendable (AcceptanceWorld) async throws -> String = { _ in
        var seen: [String] = []
        for kind in [Site.Kind.dataCenter, .cloud] {
            let text = try await PortalGrantWorld.run(kind) { world in
                try await bypass(world)
                try await again(world)
                return try await drift(world)
            }
            seen.append("\(kind.rawValue): \(text)")
        }
        return seen.joined(separator: "; ")
    }

    private static let alice = "alice@acme.example"
    private static let bob = "bob@acme.example"

    /// Both have sessions at JSM and no gate is in the way: before a push neither sees a desk, afterwards each what is
    /// theirs.
    private static func bypass(_ world: PortalGrantWorld) async throws {
        let (alice, bob) = (try await world.bypass(alice), try await world.bypass(bob))
        for browser in [alice, bob] {
            for desk in [3, 7] {
                let status = try await world.status(browser, portal: desk)
                try require(status == 404, "desk \(desk) is open before the push: \(status)")
            }
        }
        try await world.push()
        for (name, browser, desk, wanted) in [
            ("alice", alice, 3, 200), ("alice", alice, 7, 200), ("bob", bob, 3, 200), ("bob", bob, 7, 404),
        ] {
            let status = try await world.status(browser, portal: desk)
            try require(status == wanted, "\(name) at desk \(desk) gets \(status)")
        }
        let before = world.portal.ledger.tickets.count
        try require(try await world.raise(bob, desk: 7, type: 71) == 403, "bob raises a request at desk 7")
        try require(world.portal.ledger.tickets.count == before, "a ticket was opened")
        try require(try await world.raise(alice, desk: 7, type: 71) == 201, "alice raises none at desk 7")
    }

    /// A second pass finds nothing to do.
    private static func again(_ world: PortalGrantWorld) async throws {
        let writes = world.portal.desks.snapshot.writes
        let result = try await world.push()
        try require(try await world.plan().steps.isEmpty, "there is something to do after a push")
        try require(
            result.written == 0 && world.portal.desks.snapshot.writes == writes,
            "a second push wrote \(world.portal.desks.snapshot.writes - writes)")
    }

    /// An administrator attaches an organization with Bob, and a foreign one; on Cloud adds him by hand too.
    private static func drift(_ world: PortalGrantWorld) async throws -> String {
        let isCloud = world.kind == .cloud
        world.portal.desks.change { book in
            guard let bob = book.account(named: bob)?.id, let desk = book.desk(7) else { return }
            book.organizations += [
                .init(id: 90, name: "By hand", members: [bob]), .init(id: 91, name: "Partners", members: [bob]),
            ]
            book.desks[desk].organizations += [90]
            if isCloud { book.desks[desk].customers.append(bob) }
        }
        let bobBrowser = try await world.bypass(bob)
        try require(try await world.status(bobBrowser, portal: 7) == 200, "what was done by hand does nothing")
        let names = try await world.plan().steps.map(\.name)
        let wanted = (isCloud ? ["desk.remove_customers"] : []) + ["desk.detach_organization"]
        try require(names == wanted, "the drift is told as \(names)")
        try await world.push()
        try require(try await world.status(bobBrowser, portal: 7) == 404, "bob sees desk 7 after the push")

        world.portal.desks.change { book in if let desk = book.desk(7) { book.desks[desk].organizations += [91] } }
        let plan = try await world.plan()
        try require(plan.steps.isEmpty, "a foreign organization is touched: \(plan.steps.map(\.name))")
        try require(
            plan.drift.contains { $0.kind == .untouchedLetsIn && $0.organization == "Partners" && $0.people == [bob] },
            "what a foreign organization lets in is not told: \(plan.drift.map(\.kind.rawValue))")
        let pushed = try await world.world.broker.records(kinds: [.accessPushed]).count
        try require(pushed == 3, "\(pushed) pushes in the audit log")
        return "bypass refused by JSM, second push writes nothing, drift told"
    }
}
