import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// Why somebody may see a portal, and what other rules would change.
@Suite struct AccessReviewTests {
    static let portals = [
        Portal(id: 3, name: "IT", requestTypes: [25]),
        Portal(id: 7, name: "Finance", requestTypes: [71], mode: .closed),
    ]

    /// An installation whose site has these rules, and Alice of Acme who is in these groups.
    private func installation(
        _ rules: [PortalRule], groups: GroupSet = GroupSet(["agents"], completeness: .complete),
        change: (inout Site) -> Void = { _ in }
    ) async throws -> TestInstallation {
        let here = try await TestInstallation { wanted in
            wanted.sites[0].portals = Self.portals
            wanted.sites[0].access.rules = rules
            change(&wanted.sites[0])
        }
        try await here.add("c_alice", "alice@acme.example", of: "acme", by: "acme-staff") {
            $0.groups = groups
            $0.attributes = ["department": ["Finance"]]
        }
        return here
    }

    private func explain(
        _ here: TestInstallation, _ portal: PortalID = 3, type: RequestTypeID? = nil
    ) async throws -> AccessExplanation {
        let record = try #require(try await here.engine.customers.find("c_alice"))
        let resources = try await here.store.read { try $0.resources() }
        let site = try #require(resources.sites["portal"])
        return AccessReview(here.engine.environment).explain(
            record, at: site, portal: portal, requestType: type, in: resources)
    }

    private func rule(
        _ name: String, _ effect: AccessRule.Effect, _ condition: AccessCondition, _ portals: Set<PortalID>? = nil
    ) -> PortalRule { PortalRule(AccessRule(name, effect, condition), portals: portals) }

    // MARK: Explaining

    @Test func `the rule that lets in is named, and a rule about another portal does not count`() async throws {
        let here = try await installation([
            rule("it", .allow, .group("agents"), [3]), rule("fin", .deny, .group("agents"), [7]),
        ])
        let there = try await explain(here)
        #expect(there.verdict == PortalVerdict(.allowed, .rule("it"), portal: 3) && there.barrier == nil)
        #expect(there.rules.map(\.isAbout) == [true, false] && there.rules.map(\.fires) == [true, true])
        let other = try await explain(here, 7)
        #expect(other.verdict == PortalVerdict(.refused, .rule("fin"), portal: 7))
        #expect(other.rules.map(\.isAbout) == [false, true])
    }

    @Test func `a list of groups that is not whole is unknown, which keeps out and lets nobody in`() async throws {
        let here = try await installation(
            [rule("ban", .deny, .group("banned"), [3]), rule("in", .allow, .group("buyers"), [7])],
            groups: GroupSet(["agents"], completeness: .overage))
        let banned = try await explain(here)
        #expect(banned.verdict == PortalVerdict(.refused, .rule("ban"), portal: 3))
        #expect(banned.rules.map(\.trace.result) == [.unknown, .unknown])
        #expect(banned.rules.map(\.fires) == [true, false])
        #expect(banned.rules.first?.trace.found == "1 groups, not told in full")
        #expect(try await explain(here, 7).verdict == PortalVerdict(.refused, .mode(.closed), portal: 7))
    }

    @Test func `every condition tells what it asked for and what it found`() async throws {
        let domain = EmailDomain.globex
        let parts: [AccessCondition] = [
            .group("agents"), .emailDomain(domain), .attribute("department", is: "Finance"),
            .attribute("unit", is: "x"), .connection("acme-staff"), .organization("globex"),
            .authenticationContext("mfa"), .authenticated(within: .seconds(900)),
        ]
        let here = try await installation([rule("all", .allow, .any([.all(parts), .none([.group("agents")])]))])
        let trace = try #require(try await explain(here).rules.first?.trace)
        #expect(trace.key == "any" && trace.wanted == nil && trace.found == nil && trace.result == .no)
        #expect(trace.parts.map(\.key) == ["all", "none"] && trace.parts.map(\.result) == [.no, .no])
        let leaves = try #require(trace.parts.first?.parts)
        #expect(
            leaves.map(\.key) == [
                "group", "emailDomain", "attribute", "attribute", "connection", "organization", "acr",
                "authenticatedWithin",
            ])
        #expect(leaves.map(\.result) == [.yes, .no, .yes, .no, .yes, .no, .no, .unknown])
        #expect(
            leaves.map(\.wanted) == [
                "agents", "globex.example", "department is Finance", "unit is x", "acme-staff", "globex", "mfa",
                "900 s",
            ])
        #expect(
            leaves.map(\.found) == [
                "1 groups, all of them", "acme.example", "Finance", "no such attribute", "acme-staff", "acme", "none",
                "no time is known",
            ])
    }

    @Test func `the newest live session says how and when the person signed in`() async throws {
        let here = try await installation([
            rule("fresh", .allow, .authenticated(within: .seconds(900)), [7]),
            rule("ext", .deny, .connection("acme-ext"), [3]),
        ])
        let without = try await explain(here, 7)
        #expect(without.session == nil && without.rules.first?.trace.result == .unknown)
        let now = here.clock.now
        try await here.addSession("s_old", by: "acme-staff", at: now - .seconds(7200))
        try await here.addSession("s_new", by: "acme-ext", at: now - .seconds(1800), acr: "mfa")
        let aged = try await explain(here, 7)
        #expect(aged.session?.id == "s_new" && aged.person.authentication.acr == "mfa")
        #expect(aged.rules.first?.trace.found == "1800 s ago" && aged.rules.first?.trace.result == .no)
        let needs = AuthenticationRequirements(isFresh: true, maximumAge: .seconds(900))
        #expect(aged.verdict == PortalVerdict(.needs(needs), .rule("fresh"), portal: 7))
        // The session came by another connection than the identity that was seen last.
        #expect(try await explain(here).verdict == PortalVerdict(.refused, .rule("ext"), portal: 3))
    }

    @Test func `an allow rule about a request type opens its portal, and a deny rule about one does not close it`()
        async throws
    {
        let here = try await installation([
            PortalRule(AccessRule("in", .allow, .group("agents")), portals: [7], requestTypes: [71]),
            PortalRule(AccessRule("out", .deny, .group("agents")), requestTypes: [25]),
        ])
        #expect(try await explain(here, 7).rules.map(\.isAbout) == [true, false])
        #expect(try await explain(here, 3).rules.map(\.isAbout) == [false, false])
        #expect(try await explain(here, 3, type: 25).rules.map(\.isAbout) == [false, true])
        #expect(try await explain(here, 3, type: 25).verdict == PortalVerdict(.refused, .rule("out"), portal: 3))
        #expect(try await explain(here, 3).verdict == PortalVerdict(.allowed, .policy, portal: 3))
    }

    @Test func `what keeps out before any rule is told, the customer first`() async throws {
        let here = try await installation([]) { $0.organizations = ["acme"] }
        #expect(try await explain(here).barrier == nil)
        try await here.change { $0.sites[0].organizations = ["globex"] }
        #expect(try await explain(here).barrier == .notAdmitted("acme"))
        try await here.change { wanted in
            for index in wanted.connections.indices { wanted.connections[index].isEnabled = false }
        }
        #expect(try await explain(here).barrier == .connection("acme-staff"))
        try await here.change { $0.organizations[0].isEnabled = false }
        #expect(try await explain(here).barrier == .organization("acme"))
        try await here.engine.customers.setStatus(.disabled, of: "c_alice", actor: .system)
        #expect(try await explain(here).barrier == .customer(.disabled))
    }

    @Test func `the words on enforcement are those of portal and organization, else the site's`() async throws {
        let here = try await installation([]) { $0.access.enforcement = .observe }
        #expect(try await explain(here).enforcements == [.observe])
        #expect(try await explain(here).isEnforced == false)
        let start = here.clock.now + .seconds(60)
        try await here.change { $0.sites[0].portals[0].enforcement = .enforceFrom(start) }
        #expect(try await explain(here).enforcements == [.enforceFrom(start)])
        #expect(try await explain(here).isEnforced == false)
        here.clock.advance(by: .seconds(60))
        #expect(try await explain(here).isEnforced)
    }

    // MARK: Simulating

    private func simulate(
        _ here: TestInstallation, _ change: (inout WantedResources) -> Void
    ) async throws -> [AccessShift] {
        var wanted = try await here.engine.resources.export()
        change(&wanted)
        return try await AccessReview(here.engine.environment).simulate(wanted)
    }

    private func crowd() async throws -> TestInstallation {
        let here = try await installation([rule("fin", .allow, .organization("acme"), [7])])
        try await here.add("c_bob", "bob@globex.example", of: "globex", by: "globex-oidc")
        try await here.add("c_eve", "eve@globex.example", of: "globex", by: "globex-oidc") { $0.status = .disabled }
        return here
    }

    @Test func `who gains and who loses is told for each portal, and nothing is changed`() async throws {
        let here = try await crowd()
        let (before, records) = (try await here.engine.resources.export(), try await here.records().count)
        let shifts = try await simulate(here) { wanted in
            wanted.sites[0].access.rules = [
                rule("fin", .allow, .connection("globex-oidc"), [7]), rule("no", .deny, .organization("globex"), [3]),
            ]
        }
        #expect(shifts.map(\.portal) == [3, 7] && shifts.map(\.name) == ["IT", "Finance"])
        #expect(shifts.map { $0.gains.map(\.customer) } == [[], ["c_bob"]])
        #expect(shifts.map { $0.loses.map(\.customer) } == [["c_bob"], ["c_alice"]])
        #expect(shifts.map(\.total) == [2, 2] && shifts.map(\.admitted) == [1, 1])
        #expect(shifts[0].loses.first?.because == .verdict(PortalVerdict(.refused, .rule("no"), portal: 3)))
        #expect(shifts[1].loses.first?.because == .verdict(PortalVerdict(.refused, .mode(.closed), portal: 7)))
        #expect(try await here.engine.resources.export() == before)
        #expect(try await here.records().count == records)
    }

    @Test func `the same rules change nobody's portals`() async throws {
        let shifts = try await simulate(try await crowd()) { _ in }
        #expect(shifts.allSatisfy { $0.gains.isEmpty && $0.loses.isEmpty })
        #expect(shifts.map(\.admitted) == [2, 1])
    }

    @Test func `portals that come and go count, and so does a site that is new`() async throws {
        let here = try await crowd()
        let gone = try await simulate(here) { wanted in
            wanted.sites[0].portals = [Portal(id: 3, name: "IT"), Portal(id: 9, name: "New")]
            wanted.sites[0].access.rules = []
        }
        #expect(gone.map(\.portal) == [3, 7, 9])
        #expect(gone.map(\.gains.count) == [0, 0, 2] && gone.map(\.loses.count) == [0, 1, 0])
        let none = try await simulate(here) { wanted in
            wanted.sites = [Site(id: "second", kind: .cloud, origin: "https://second.example")]
        }
        #expect(none.map(\.site) == ["second"] && none.map(\.portal) == [nil] && none.map(\.gains.count) == [2])
    }

    @Test func `admission, organizations and staff count too`() async throws {
        let here = try await crowd()
        let closed = try await simulate(here) { wanted in
            wanted.sites[0].organizations = ["globex"]
            wanted.sites[0].access.staff.connections = ["globex-oidc"]
        }
        #expect(
            closed.map { $0.loses.map(\.because) } == [
                [.barred(.notAdmitted("acme"))], [.barred(.notAdmitted("acme"))],
            ])
        #expect(closed[1].gains.map(\.because) == [.verdict(PortalVerdict(.allowed, .staff, portal: 7))])
        let disabled = try await simulate(here) { $0.organizations[0].isEnabled = false }
        #expect(disabled[0].loses.map(\.because) == [.barred(.organization("acme"))])
    }

    @Test func `who would have to sign in anew is let in`() async throws {
        let shifts = try await simulate(try await crowd()) { wanted in
            wanted.sites[0].access.rules = [
                rule("strong", .allow, .authenticationContext("mfa"), [7]),
                rule("fresh", .deny, .none([.authenticated(within: .seconds(900))]), [3]),
            ]
        }
        #expect(shifts.map(\.loses.count) == [0, 0] && shifts.map(\.gains.count) == [0, 1])
    }

    @Test func `more customers than are read at once are all looked at`() async throws {
        let here = try await crowd()
        let now = here.clock.now
        try await here.store.write { writer in
            for number in 0..<1001 {
                try writer.insert(
                    Customer(
                        id: CustomerID(rawValue: "c_\(number)"), organization: "acme", email: nil, createdAt: now))
            }
        }
        let shifts = try await simulate(here) { $0.sites[0].access.policy = .deny }
        #expect(shifts.map(\.total) == [1003, 1003] && shifts.map(\.loses.count) == [1003, 0])
    }
}

extension TestInstallation {
    /// Puts a customer with one identity into the store.
    fileprivate func add(
        _ id: CustomerID, _ email: String, of organization: OrganizationID, by connection: ConnectionID,
        _ change: (inout Customer) -> Void = { _ in }
    ) async throws {
        let now = clock.now
        var customer = Customer(id: id, organization: organization, email: .address(email), createdAt: now)
        change(&customer)
        let subject = SubjectKey(connection: connection, issuer: "https://idp.example", subject: id.rawValue)
        try await store.write { [customer] writer in
            try writer.insert(customer)
            try writer.insert(
                IdentityLink(subject: subject, customer: id, evidence: .none, createdAt: now, lastSeenAt: now))
        }
    }

    /// Puts a session of Alice into the store.
    fileprivate func addSession(
        _ id: SessionID, by connection: ConnectionID, at time: Timestamp, acr: String? = nil
    ) async throws {
        let session = Session(
            id: id, customer: "c_alice",
            subject: SubjectKey(connection: connection, issuer: "https://idp.example", subject: "c_alice"),
            organization: "acme", site: "portal", createdAt: time, lastSeenAt: time,
            idleDeadline: clock.now + .seconds(3600), absoluteDeadline: clock.now + .seconds(7200),
            authentication: AuthenticationContext(acr: acr, authTime: time))
        // Nobody has the handle: any octets that no other session has do.
        let hash = Data("\(id)\(String(repeating: "-", count: 32))".utf8.prefix(32))
        try await store.write { try $0.insert(session, handleHash: hash) }
    }
}
