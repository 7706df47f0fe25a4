// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel

/// What `access explain` and `access simulate` say: S29.
enum ReviewChecks {
    /// S29.
    ///
    /// What is explained is what the gate does, and what is simulated is what an apply then brings.
    static let explainAndSimulate: GateChecks.Check = { world in
        let acme = try await world.person("s29@acme.example")
        let globex = try await world.person("s29@globex.example", by: "globex")
        return try await world.with(AccessSite.threeNotSeven) {
            try await explains("s29@acme.example", 3, .policy, isOpen: true, acme, in: world)
            try await explains("s29@acme.example", 7, .rule("acme-not-security"), isOpen: false, acme, in: world)
            try await explains("s29@globex.example", 7, .policy, isOpen: true, globex, in: world)
            try await simulates(in: world)
            return
                "the deciding rule and what it looked at, as the gate decides; who gains and who loses, as it then is"
        }
    }

    private static func explains(
        _ email: String, _ portal: PortalID, _ reason: PortalVerdict.Reason, isOpen: Bool, _ person: FrontPerson,
        in world: AcceptanceWorld
    ) async throws {
        let engine = world.broker.engine
        let record = try unwrap(try await engine.customers.find(email), "no customer")
        let site = try unwrap(engine.live.resources.sites[TestBroker.site], "no site")
        let explained = AccessReview(engine.environment).explain(
            record, at: site, portal: portal, in: engine.live.resources)
        try require(explained.verdict.reason == reason, "\(email) at \(portal): \(explained.verdict.reason)")
        try require((explained.verdict.outcome == .allowed) == isOpen, "\(email) at \(portal): \(explained.verdict)")
        try require(explained.barrier == nil && explained.isEnforced, "\(email): a barrier, or not enforced")
        let rule = try unwrap(explained.rules.first { $0.rule.rule.name == "acme-not-security" }, "a rule is missing")
        try require(
            rule.isAbout == (portal == 7) && rule.trace.wanted == "acme"
                && rule.trace.found?.contains(record.customer.organization.rawValue) == true,
            "the trace looked at \(rule.trace)")
        let sight = try await world.door(.inPath).send(
            RawRequest("GET", "/servicedesk/customer/portal/\(portal)"), as: person)
        try require((sight.verdict == .pass) == isOpen, "explained is not what the gate does: \(sight.description)")
    }

    private static func simulates(in world: AcceptanceWorld) async throws {
        let engine = world.broker.engine
        var site = try unwrap(engine.live.resources.sites[TestBroker.site], "no site")
        site.access.rules = [
            PortalRule(AccessRule("not-globex", .deny, .organization("globex")), portals: [3]),
            PortalRule(AccessRule("nobody-to-billing", .deny, .all([])), portals: [5]),
        ]
        let wanted = WantedResources(organizations: [], connections: [], sites: [site])
        let shifts = try await AccessReview(engine.environment).simulate(wanted)
        func shift(_ portal: PortalID) throws -> AccessShift {
            try unwrap(shifts.first { $0.portal == portal }, "portal \(portal) is missing")
        }
        func addresses(_ people: [AccessShift.Person]) -> Set<String> {
            Set(people.compactMap { $0.email?.description })
        }
        let (three, five, seven) = (try shift(3), try shift(5), try shift(7))
        try require(
            three.gains.isEmpty && addresses(three.loses).contains("s29@globex.example"), "portal 3: \(three.loses)")
        try require(!addresses(three.loses).contains("s29@acme.example"), "acme loses portal 3")
        try require(five.admitted == 0 && five.loses.count == five.total, "portal 5 is still open to \(five.admitted)")
        try require(
            addresses(seven.gains).contains("s29@acme.example") && seven.loses.isEmpty, "portal 7: \(seven.gains.count)"
        )
        let now = engine.live.resources.sites[TestBroker.site]?.access.rules.map(\.rule.name) ?? []
        try require(now == ["acme-not-security"], "the dry run changed the rules to \(now)")
    }
}
