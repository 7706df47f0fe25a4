// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import MockIdentityProviders
import MockServiceManagement

/// Sign-on: S5, S16, S17, S20 and S36.
enum SignOnChecks {
    /// S5.
    static let unverifiedEmail: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let tenant = try unwrap(world.world.op.tenant(World.tenant), "no tenant")
        let faults = [("email_unverified", "email-unverified"), ("email_domain_not_owned", "email-other-domain")]
        for (code, fault) in faults {
            let email = "s5-\(fault)@acme.example"
            tenant.setFault(.init(rawValue: fault), forUser: email)
            let before = world.portal.ledger.stats.total
            let trail = try await world.world.signIn(
                email, connection: AcceptanceWorld.staff, with: world.world.browser())
            try require(trail.handle == nil, "\(fault) opened a session")
            try require(trail.last.errorCode == code, "\(fault) ended with \(trail.last.errorCode ?? "-")")
            try require(try await world.broker.engine.customers.find(email) == nil, "\(fault) made a customer")
            try require(world.portal.ledger.stats.total == before, "\(fault) reached the portal")
        }
        return "no session, no customer, nothing upstream"
    }

    /// S16: both ways, each at the very next request, in every dialect and in-path.
    static let signOut: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let (browser, trail) = try await world.signedIn("s16@acme.example")
        let (handle, token) = (try unwrap(trail.handle, "no handle"), try unwrap(trail.token, "no token"))
        try await expect(.pass, of: handle, token, in: world)
        let page = try await browser.post(
            "\(world.broker.origin)/vestibule/sign-out", form: [("csrf", SessionHandle.formToken(handle))])
        // A page that posts itself carries the sign-out to the IdP.
        try require([200, 303].contains(page.status), "the sign-out was answered \(page.status)")
        try require(
            browser.jar.value(World.cookies.handle, host: TestBroker.host) == nil, "the browser keeps the handle")
        try await expect(.noSession, of: handle, token, in: world)

        let second = try await world.person("s16@acme.example")
        try await expect(.pass, of: second.handle, second.token, in: world)
        _ = try await world.broker.engine.sessions.end(
            .session(try SessionLookup.id(of: second.token)), reason: .revoked, actor: .administrator("conformance"))
        try await expect(.noSession, of: second.handle, second.token, in: world)
        return "local sign-out and revocation, refused at the next request: \(GateChecks.ways)"
    }

    private static func expect(
        _ verdict: DoorExpectation.Verdict, of handle: String, _ token: String, in world: AcceptanceWorld
    ) async throws {
        let cookies = "\(World.cookies.handle)=\(handle); \(World.cookies.token)=\(token)"
        for door in world.doors {
            let sight = try await door.send(
                RawRequest("GET", TestBroker.defaultPath, headers: [("Cookie", cookies)]))
            try require(sight.verdict == verdict, "\(door.way): \(verdict) was wanted, \(sight.description)")
        }
    }

    /// S36: the IdP's server says that a person's sessions are over.
    static let backChannelLogout: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let (browser, _) = try await world.signedIn("s36@acme.example")
        try require(try await world.status(browser) == 200, "the session does not open the gate")
        let record = try unwrap(try await world.broker.engine.customers.find("s36@acme.example"), "no customer")
        let token = try world.world.op.logoutToken(
            tenant: World.tenant, clientID: World.clientID, sub: record.links.first?.subject.subject, sid: nil)
        let answer = try await world.world.browser().post(
            "\(world.broker.origin)/vestibule/cb/\(AcceptanceWorld.staff)/logout",
            form: [("logout_token", try unwrap(token, "no token"))])
        try require(answer.status == 200, "the logout token was answered \(answer.status)")
        try require(try await world.status(browser) == 401, "the session still opens the gate")
        return "a logout token ends the session at once"
    }

    /// S17.
    static let linking: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let email = "s17@acme.example"
        _ = try await world.signedIn(email)
        let refused = try await world.world.signIn(
            email, connection: AcceptanceWorld.contractor, with: world.world.browser())
        try require(refused.handle == nil, "two IdPs became one customer by e-mail alone")
        try require(refused.last.errorCode == "email_conflict", "ended with \(refused.last.errorCode ?? "-")")
        try await setLinkRules([LinkRule("acme-staff", "acme-contractor")], in: world)
        let linked = await attempt {
            try await world.world.signedIn(email, connection: AcceptanceWorld.contractor)
        }
        try await setLinkRules([], in: world)
        _ = try linked.get()
        let record = try unwrap(try await world.broker.engine.customers.find(email), "no customer")
        try require(record.links.count == 2, "the customer has \(record.links.count) identities")
        return "email_conflict without a rule, one customer with two identities under one"
    }

    private static func setLinkRules(_ rules: [LinkRule], in world: AcceptanceWorld) async throws {
        var organization = try unwrap(world.broker.engine.live.resources.organizations["acme"], "no organization")
        organization.linkRules = rules
        try await world.broker.apply(organizations: [organization], connections: [])
    }

    /// S20: fifty browsers of one person who was never seen.
    static let parallelFirstLogins: @Sendable (AcceptanceWorld) async throws -> String = { world in
        let email = "s20@acme.example"
        let sessions = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { try await world.signedIn(email).trail.handle != nil }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        try require(sessions == 50, "\(sessions) of 50 signed in")
        let customers = try await world.broker.engine.customers.list(matching: "s20", limit: 10)
        try require(customers.count == 1, "\(customers.count) customers")
        let created = try await world.broker.records(kinds: [.customerCreated]).filter {
            $0.customer == customers[0].id
        }
        try require(created.count == 1, "\(created.count) events of creation")
        return "50 sessions, 1 customer"
    }
}
