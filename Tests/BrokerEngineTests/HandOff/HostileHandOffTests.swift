import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// A code or a ticket in wrong hands, at the wrong place or time.
@Suite struct HostileHandOffTests {
    /// What must not change when a hand-off is refused.
    private func state(_ here: TestInstallation) async throws -> [Int] {
        [
            try await here.sessionCount(), try await here.records(.sessionHandedOff).count,
            try await here.records(.sessionEnded).count,
        ]
    }

    private func refused(
        _ here: TestInstallation, _ code: LoginError.Code, _ work: () async throws -> some Any
    ) async throws {
        let before = try await state(here)
        let failure = try await here.refusal(work)
        #expect(failure.code == code)
        #expect(try await state(here) == before)
    }

    @Test func `a stolen code opens nothing in the thief's browser, and is not burnt for its own`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        let thief = TestVisitor(here.engine)
        try await refused(here, .browserMismatch) { try await thief.redeem(code, at: "one") }
        try await visitor.redeem(code, at: "one")
    }

    @Test func `a thief with a pending login of their own cannot use another login's code`() async throws {
        let here = try await TestInstallation.apart()
        let (visitor, thief) = (TestVisitor(here.engine), TestVisitor(here.engine))
        let code = try await visitor.code(for: "one")
        _ = try await thief.depart("one")
        try await refused(here, .browserMismatch) { try await thief.redeem(code, at: "one") }
        try await visitor.redeem(code, at: "one")
    }

    @Test func `somebody else's code does not sign this browser in`() async throws {
        let here = try await TestInstallation.apart()
        let (victim, attacker) = (TestVisitor(here.engine), TestVisitor(here.engine))
        try await victim.redeem(victim.code(for: "one"), at: "one")
        let code = try await attacker.code(for: "one")
        try await refused(here, .browserMismatch) { try await victim.redeem(code, at: "one") }
        let handle = try #require(victim.handles["one"])
        #expect(try await here.engine.sessions.owner(handle: handle, at: .site("one")) != nil)
    }

    @Test func `a victim who is sent to the attacker's ticket gives nothing away`() async throws {
        let here = try await TestInstallation.apart()
        let (victim, attacker) = (TestVisitor(here.engine), TestVisitor(here.engine))
        try await victim.redeem(victim.code(for: "one"), at: "one")
        let ticket = try await attacker.depart("two")
        guard case .handOff(let code, _) = try await victim.arrive(ticket) else {
            Issue.record("no code")
            return
        }
        // It lands in the victim's own browser, which has not begun this login.
        try await refused(here, .browserMismatch) { try await victim.redeem(code.reveal(), at: "two") }
    }

    @Test func `a code is redeemed once`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        try await visitor.redeem(code, at: "one")
        try await refused(here, .loginAlreadyUsed) { try await visitor.redeem(code, at: "one") }
    }

    @Test func `of fifty redemptions at once one gets through`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        let (arrival, engine) = (visitor.arrival(code, at: "one"), here.engine)
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { (try? await engine.login.redeem(arrival)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
        #expect(try await here.records(.sessionHandedOff).count == 1)
    }

    @Test func `a code counts for thirty seconds`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let (late, last) = (try await visitor.code(for: "one"), try await visitor.silentCode(for: "two"))
        here.clock.advance(by: .seconds(29))
        try await visitor.redeem(last, at: "two")
        here.clock.advance(by: .seconds(1))
        try await refused(here, .loginExpired) { try await visitor.redeem(late, at: "one") }
    }

    @Test func `a code for one site opens no other`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        // Even with the login's cookie, which a browser would not bring there.
        visitor.atSites["two"] = visitor.atSites["one"]
        try await refused(here, .stateMismatch) { try await visitor.redeem(code, at: "two") }
        try await visitor.redeem(code, at: "one")
    }

    @Test(arguments: ["", "made-up", String(repeating: "x", count: 5000)])
    func `what is no code opens nothing`(_ code: String) async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        _ = try await visitor.code(for: "one")
        try await refused(here, .stateMismatch) { try await visitor.redeem(code, at: "one") }
    }

    @Test func `the code of a session that ended meanwhile opens nothing`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        _ = try await here.engine.sessions.end(.all, reason: .signedOut, actor: .customer)
        try await refused(here, .loginExpired) { try await visitor.redeem(code, at: "one") }
    }

    @Test func `a customer who is disabled between gets no further`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        let customer = try #require(
            try await here.engine.sessions.owner(handle: visitor.sso ?? "", at: .broker)?.customer)
        // Only the customer: a session that was forgotten must not do either.
        try await here.store.write { writer in
            var disabled = customer
            disabled.status = .disabled
            try writer.update(disabled)
        }
        try await refused(here, .customerDisabled) { try await visitor.redeem(code, at: "one") }
        guard case .login = try await visitor.arrive(visitor.depart("two")) else {
            Issue.record("a disabled customer's session went on")
            return
        }
    }

    @Test func `a connection that is disabled between ends it`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        try await here.change { wanted in
            for index in wanted.connections.indices { wanted.connections[index].isEnabled = false }
        }
        try await refused(here, .loginExpired) { try await visitor.redeem(code, at: "one") }
    }

    @Test func `a site that stops admitting the person between lets nobody in`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let code = try await visitor.code(for: "one")
        try await here.change { $0.sites[0].organizations = ["acme"] }
        try await refused(here, .notAdmitted) { try await visitor.redeem(code, at: "one") }
    }

    @Test func `a ticket lets one browser in, for a minute`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let ticket = try await visitor.depart("one")
        _ = try await visitor.arrive(ticket)
        try await refused(here, .loginAlreadyUsed) { try await TestVisitor(here.engine).arrive(ticket) }
        let late = try await visitor.depart("one")
        here.clock.advance(by: .seconds(60))
        try await refused(here, .loginExpired) { try await visitor.arrive(late) }
        try await refused(here, .stateMismatch) { try await visitor.arrive("made-up") }
    }

    @Test func `the site's cookie does not open the pages at the broker's host, nor the broker's the site`()
        async throws
    {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        guard case .login(let login, _) = try await visitor.arrive(visitor.depart("one")) else {
            Issue.record("no sign-in")
            return
        }
        let foreign = LoginVisit(handle: login.handle, binding: visitor.at("one").binding)
        try await refused(here, .browserMismatch) { try await here.engine.login.view(foreign) }
        let code = try await visitor.signIn(.login(login, site: "one"), "bob@globex.example")
        let own = HandOffReturn(code: code, site: "one", binding: visitor.atBroker.binding)
        try await refused(here, .browserMismatch) { try await here.engine.login.redeem(own) }
        try await visitor.redeem(code, at: "one")
    }

    @Test func `neither tickets nor codes nor handles are stored or logged`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        let ticket = try await visitor.depart("one")
        let code = try await visitor.signIn(visitor.arrive(ticket), "bob@globex.example")
        let handed = try await visitor.redeem(code, at: "one")
        _ = try? await visitor.redeem(code, at: "one")
        _ = try? await visitor.arrive(ticket)
        let stored = ["", "-wal"].compactMap { try? Data(contentsOf: URL(filePath: here.path + $0)) }
        #expect(!stored.isEmpty)
        for secret in [ticket, code, handed.credentials.handle.reveal(), visitor.sso ?? ""] {
            #expect(stored.allSatisfy { $0.range(of: Data(secret.utf8)) == nil })
            #expect(!here.log.lines.contains { $0.contains(secret) })
        }
    }

    @Test func `what expired is forgotten`() async throws {
        let here = try await TestInstallation.apart()
        let visitor = TestVisitor(here.engine)
        _ = try await visitor.code(for: "one")
        here.clock.advance(by: .seconds(2 * 3600))
        try await here.engine.maintain()
        let left = try await here.store.write { try $0.deleteHandOffs(expiredBefore: here.clock.now) }
        #expect(left == 0)
    }
}
