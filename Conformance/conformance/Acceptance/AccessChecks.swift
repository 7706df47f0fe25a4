// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import FrontConformance
import MockServiceManagement

/// Who may see which portal: S26 to S28.
enum AccessChecks {
    /// S26.
    static let rules: GateChecks.Check = { world in
        try await world.withDepartments {
            let people = [
                "alice": try await world.person("alice@acme.example"),
                "bob": try await world.person("bob@acme.example"),
                "carol": try await world.person("carol@globex.example", by: "globex"),
            ]
            for trial in RuleTrial.all {
                try await world.with(AccessSite.ruled(trial.policy, trial.rules)) {
                    for (name, person) in people {
                        for door in [world.door(.nginx), world.door(.inPath)] {
                            let sight = try await door.send(RawRequest("GET", trial.target), as: person)
                            let wanted: DoorExpectation.Verdict = trial.admits.contains(name) ? .pass : .forbidden
                            try require(
                                sight.verdict == wanted, "\(trial.name), \(name), \(door.way): \(sight.description)")
                        }
                    }
                }
            }
        }
        return "\(RuleTrial.all.count) sets of rules for three people: any, all and none over groups, domains and "
            + "attributes; deny wins; request types; no rule is the policy"
    }

    /// S27.
    static let threeNotSeven: GateChecks.Check = { world in
        let person = try await world.person("s27@acme.example")
        let door = world.door(.inPath)
        let seven = PortalForms(naming: AccessSite.seven, beside: AccessSite.three).all
        let hostile = HostileForms.all(naming: AccessSite.seven)
        let three = PortalForms(naming: AccessSite.three, beside: AccessSite.three).all
        return try await world.with(AccessSite.threeNotSeven) {
            let before = world.portal.ledger.stats.total
            let refused = try await door.answers(to: seven + hostile, as: person)
            let open = refused.filter { ![400, 403].contains($0.answer.status) }
            try require(open.isEmpty, "\(open.count) of 7: \(open.prefix(3).map { ($0.form.name, $0.answer.status) })")
            let forbidden = refused.count { $0.answer.status == 403 }
            try require(world.portal.ledger.stats.total == before, "something of 7 reached the portal")
            let passed = try await door.answers(to: three, as: person)
            let closed = passed.filter { [0, 401, 403, 503].contains($0.answer.status) }
            try require(
                closed.isEmpty, "\(closed.count) of 3: \(closed.prefix(3).map { ($0.form.name, $0.answer.status) })")
            let reached = world.portal.ledger.stats.total - before
            let held = passed.filter { $0.answer.body.contains("\"reference\"") }
            try require(
                reached == three.count,
                "\(reached) of \(three.count) forms of 3 reached the portal; not "
                    + "\(held.prefix(3).map { ($0.form.name, $0.answer.status, $0.answer.body.prefix(90)) })")
            try await listings(door, person)
            return "\(seven.count) forms of 7 (and \(hostile.count) hostile ones) are 403 or 400 (\(forbidden) 403), "
                + "\(three.count) of 3 pass, listings show 3 and not 7"
        }
    }

    private static func listings(_ door: GateDoor, _ person: FrontPerson) async throws {
        let json = [("Content-Type", "application/json")]
        for request in [
            RawRequest("GET", "/rest/servicedeskapi/portals", accept: RawRequest.json),
            RawRequest("GET", "/rest/servicedeskapi/servicedesk", accept: RawRequest.json),
            RawRequest(
                "POST", "/rest/servicedesk/1/customer/models", headers: json, accept: RawRequest.json,
                body: Array(#"{"models":["sharedPortal","popularPortals"],"options":{}}"#.utf8)),
        ] {
            let sight = try await door.send(request, as: person)
            try sight.passed()
            let body = sight.answer.body
            try require(
                body.contains("Product support") && !body.contains("Security desk") && !body.contains("SEC"),
                "\(request.target) lists \(body.prefix(300))")
        }
    }

    /// S28.
    static let modes: GateChecks.Check = { world in
        let person = try await world.person("s28@acme.example")
        let allow = PortalRule(AccessRule("acme", .allow, .organization("acme")), portals: [7])
        let deny = PortalRule(AccessRule("not-acme", .deny, .organization("acme")), portals: [5])
        // Portal 3 is `default`, 5 `public`, 7 `private`.
        let trials: [(policy: SiteAccess.Policy, rules: [PortalRule], admits: Set<Int>)] = [
            (.allow, [], [3, 5]), (.deny, [], [5]), (.deny, [allow], [5, 7]), (.allow, [allow, deny], [3, 7]),
        ]
        for trial in trials {
            let site: @Sendable (inout Site) -> Void = { site in
                site.portals = AccessSite.portals(.standard, .open, .closed)
                site.access = SiteAccess(policy: trial.policy, rules: trial.rules)
            }
            try await world.with(site) {
                for door in world.doors {
                    for portal in [3, 5, 7] {
                        let request = RawRequest("GET", "/servicedesk/customer/portal/\(portal)")
                        try await door.send(request).refused(.noSession)
                        let sight = try await door.send(request, as: person)
                        let wanted: DoorExpectation.Verdict = trial.admits.contains(portal) ? .pass : .forbidden
                        try require(
                            sight.verdict == wanted,
                            "\(door.way), policy \(trial.policy), portal \(portal): \(sight.description)")
                    }
                }
            }
        }
        return "default does what the policy says, public lets in whom no rule bans and never nobody, private without "
            + "a rule lets in nobody: \(GateChecks.ways)"
    }
}

extension AcceptanceWorld {
    /// Runs a body while the staff connection takes people's names for their department.
    func withDepartments(_ body: () async throws -> Void) async throws {
        let plain = try unwrap(broker.engine.live.resources.connections[ConnectionID(rawValue: Self.staff)], "no staff")
        var mapped = plain
        mapped.mapping = AttributeMapping([AttributeRule(attribute: "department", claim: "name")])
        try await broker.apply(organizations: [], connections: [mapped])
        let result = await attempt { try await body() }
        try await broker.apply(organizations: [], connections: [plain])
        try result.get()
    }
}

/// Rules, and whom they let in to a place: Alice is of groups staff and support and of department Alice, Bob of staff
/// and of Bob, Carol of another domain and organization.
struct RuleTrial: Sendable {
    let name: String
    var policy = SiteAccess.Policy.deny
    let rules: [PortalRule]
    var target = "/servicedesk/customer/portal/3"
    let admits: Set<String>

    private static func rule(
        _ effect: AccessRule.Effect, _ condition: AccessCondition, portals: Set<PortalID>? = [3],
        types: Set<RequestTypeID>? = nil, named name: String? = nil
    ) -> PortalRule {
        PortalRule(AccessRule(name ?? effect.rawValue, effect, condition), portals: portals, requestTypes: types)
    }

    private static let isAlice = AccessCondition.attribute("department", is: "Alice")
    private static let ofAcme = AccessCondition.organization("acme")

    static let all: [RuleTrial] = [
        .init(name: "no rule, policy deny", rules: [], admits: []),
        .init(name: "no rule, policy allow", policy: .allow, rules: [], admits: ["alice", "bob", "carol"]),
        .init(
            name: "a type that no portal lists", policy: .allow, rules: [rule(.allow, ofAcme)],
            target: "/servicedesk/customer/portal/3/create/99", admits: []),
        .init(name: "a group", rules: [rule(.allow, .group("support"))], admits: ["alice"]),
        .init(
            name: "a group's name in other case", rules: [rule(.allow, .group("Support"))], admits: []),
        .init(name: "an attribute", rules: [rule(.allow, isAlice)], admits: ["alice"]),
        .init(name: "a domain", rules: domains("acme.example"), admits: ["alice", "bob"]),
        .init(name: "the domain above", rules: domains("example"), admits: []),
        .init(
            name: "any", rules: [rule(.allow, .any([.group("support"), .organization("globex")]))],
            admits: ["alice", "carol"]),
        .init(
            name: "all", rules: [rule(.allow, .all([ofAcme, .group("staff"), .none([isAlice])]))], admits: ["bob"]),
        .init(
            name: "none", rules: [rule(.allow, .none([isAlice, .organization("globex")]))], admits: ["bob"]),
        .init(
            name: "deny wins, whatever stands first", policy: .allow,
            rules: [rule(.allow, ofAcme), rule(.deny, isAlice), rule(.allow, .group("support"), named: "more")],
            admits: ["bob", "carol"]),
        .init(
            name: "a rule of another portal", policy: .allow, rules: [rule(.deny, ofAcme, portals: [5])],
            admits: ["alice", "bob", "carol"]),
        .init(
            name: "an allowed request type", rules: [rule(.allow, ofAcme, types: [25])],
            target: "/servicedesk/customer/portal/3/create/25", admits: ["alice", "bob"]),
        .init(
            name: "the request type beside it", rules: [rule(.allow, ofAcme, types: [25])],
            target: "/servicedesk/customer/portal/3/create/26", admits: []),
        .init(
            name: "a denied request type", policy: .allow, rules: [rule(.deny, isAlice, types: [25])],
            target: "/servicedesk/customer/portal/3/create/25", admits: ["bob", "carol"]),
        .init(
            name: "the portal of a denied request type", policy: .allow, rules: [rule(.deny, isAlice, types: [25])],
            admits: ["alice", "bob", "carol"]),
    ]

    private static func domains(_ name: String) -> [PortalRule] {
        EmailDomain(name).map { [rule(.allow, .emailDomain($0))] } ?? []
    }
}
