import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// What a test login tells, and what it never does.
@Suite struct TestLoginTests {
    /// A ticket that a browser has opened, at the IdP.
    private struct Walk: Sendable {
        var ticket: TestLogins.Ticket
        var opened: OpenedTest
        var state: String

        func arrival(
            connection: ConnectionID = "globex-oidc", binding: String? = nil, state: String? = nil
        ) throws -> LoginReturn {
            let (known, value) = (opened.reference, binding ?? opened.binding.reveal())
            return LoginReturn(
                connection: connection,
                callback: try LoginCallback(
                    method: .get, rawQuery: Data("code=SECRETCODE123&state=\(state ?? self.state)".utf8)),
                binding: { $0 == known ? value : nil })
        }
    }

    private func ticketValue(_ ticket: TestLogins.Ticket) -> String {
        String(ticket.url.split(separator: "/").last ?? "")
    }

    private func walk(
        _ here: TestInstallation, _ connection: ConnectionID = "globex-oidc"
    ) async throws -> Walk {
        let ticket = try #require(try await here.engine.tests.issue(connection, operatorName: "root"))
        let opened = try await here.engine.tests.open(ticket: ticketValue(ticket), locales: [])
        guard case .turn(.step(_, _, let state)) = opened.next else { throw Unexpected("a step") }
        return Walk(ticket: ticket, opened: opened, state: state.reveal())
    }

    private func report(
        _ here: TestInstallation, _ connection: ConnectionID = "globex-oidc"
    ) async throws -> TestReport {
        let walk = try await walk(here, connection)
        guard case .finished = try await here.engine.tests.complete(walk.arrival(connection: connection)) else {
            throw Unexpected("an end")
        }
        return try #require(try await here.engine.tests.takeReport(walk.ticket.reference))
    }

    private func expectNobody(_ here: TestInstallation) async throws {
        #expect(try await here.sessionCount() == 0)
        #expect(try await here.engine.customers.list(limit: 10).isEmpty)
        #expect(try await here.store.read { try $0.links(through: "globex-oidc") }.isEmpty)
    }

    @Test func `what arrived is told claim by claim, and nobody is signed in`() async throws {
        let here = try await TestInstallation {
            $0.connections[2].mapping = AttributeMapping([
                AttributeRule(attribute: "department", claim: "dept"), AttributeRule(attribute: "desk", claim: "desk"),
            ])
        }
        here.script.vouch(
            for: here.identity("ann@globex.example") {
                $0.claims = [
                    Claim("dept", values: ["R&D"], from: .idToken), Claim("nonce", values: ["N0NCE"], from: .idToken),
                    Claim("extra", values: ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"], from: .userInfo),
                    Claim("desk", values: ["1", "2"], from: .api),
                ]
            })
        let report = try await report(here)
        let person = try #require(report.person)
        #expect(person.claims.map(\.name) == ["dept", "nonce", "extra", "desk"])
        #expect(person.claims.map(\.provenance) == [.idToken, .idToken, .userInfo, .api])
        #expect(person.claims.map { $0.values.joined(separator: "+") } == ["R&D", "(not shown)", "(not shown)", "1+2"])
        #expect(person.email == "ann@globex.example" && person.evidence == .idpVerified)
        #expect(person.groups == GroupSet(["staff"], completeness: .complete))
        #expect(report.attributes == ["department": ["R&D"]] && report.unmapped.keys.sorted() == ["desk"])
        #expect(report.isAdmitted && report.customer == "a new customer" && report.sites == ["portal"])
        try await expectNobody(here)
        let records = try await here.records(.connectionTestStarted, .connectionTested)
        #expect(records.count == 2 && records.allSatisfy { $0.body.contains("administrator:root") })
        #expect(try await here.records(.loginStarted, .loginSucceeded, .customerCreated).isEmpty)
    }

    @Test func `a disabled connection can be tested and says that it is disabled`() async throws {
        let here = try await TestInstallation { $0.connections[2].isEnabled = false }
        here.script.vouch(for: here.identity("ann@globex.example"))
        #expect(try await report(here).obstacles.map(\.code) == ["connection_disabled"])
        try await expectNobody(here)
    }

    @Test func `every reason for a refusal is told, not the first`() async throws {
        let here = try await TestInstallation { $0.sites[0].organizations = ["acme"] }
        here.script.vouch(
            for: here.identity("ann@globex.example") {
                $0.email = Email(.address("ann@elsewhere.example"), evidence: .none)
            })
        let report = try await report(here)
        #expect(!report.isAdmitted)
        #expect(report.obstacles.map(\.code) == ["email_unverified", "email_domain_not_owned", "not_admitted"])
        #expect(report.passed.contains("ownConnection") && !report.passed.contains("emailEvidence"))
    }

    @Test func `an address that somebody holds is told as the login would`() async throws {
        let here = try await TestInstallation()
        let ann = try await here.signIn("ann@globex.example", subject: "ann")
        here.script.vouch(for: here.identity("ann@globex.example", subject: "other"))
        #expect(try await report(here).obstacles.map(\.code) == ["email_conflict"])
        here.script.vouch(for: here.identity("ann@globex.example", subject: "ann"))
        #expect(try await report(here).customer?.contains(ann.customer.id.rawValue) == true)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `what the IdP refuses comes with its cause`() async throws {
        let here = try await TestInstallation()
        here.script.onComplete { _, _ throws(LoginError) in
            throw LoginError(.upstreamError, detail: "invalid_client", rule: "token_endpoint")
        }
        #expect(
            try await report(here).failure
                == .init(code: "upstream_error", detail: "invalid_client", rule: "token_endpoint"))
        here.script.onComplete { _, _ throws(LoginError) in .denied(Denial(.cancelled, detail: "pressed no")) }
        #expect(try await report(here).failure == .init(code: "cancelled", detail: "pressed no"))
        here.script.onBegin { _ throws(LoginError) in throw LoginError(.upstreamUnavailable, detail: "it is away") }
        let ticket = try #require(try await here.engine.tests.issue("globex-oidc", operatorName: "root"))
        guard case .finished = try await here.engine.tests.open(ticket: ticketValue(ticket), locales: []).next else {
            throw Unexpected("an end")
        }
        #expect(try await here.engine.tests.takeReport(ticket.reference)?.failure?.code == "upstream_unavailable")
    }

    @Test func `several rounds each have values of their own, and not more than a login has`() async throws {
        let here = try await TestInstallation()
        here.script.onComplete { _, _ throws(LoginError) in .next(LoginStep(.ask([]))) }
        var walk = try await walk(here)
        for _ in 2...PendingLogin.maximumRounds {
            guard case .turn(.step(_, _, let state)) = try await here.engine.tests.complete(walk.arrival()) else {
                throw Unexpected("a further round")
            }
            #expect(state.reveal() != walk.state)
            walk.state = state.reveal()
        }
        let last = try await here.engine.tests.complete(walk.arrival())
        guard case .finished = last else { throw Unexpected("an end, got \(last)") }
        #expect(try await here.engine.tests.takeReport(walk.ticket.reference)?.failure?.code == "too_many_rounds")
    }

    // MARK: Hostile

    @Test func `a ticket opens once, for ten minutes, and nothing else opens`() async throws {
        let here = try await TestInstallation()
        let walk = try await walk(here)
        let used = try await here.refusal {
            try await here.engine.tests.open(ticket: ticketValue(walk.ticket), locales: [])
        }
        #expect(used.code == .loginAlreadyUsed)
        let ticket = try #require(try await here.engine.tests.issue("globex-oidc", operatorName: "root"))
        here.clock.advance(by: .seconds(600))
        let late = try await here.refusal { try await here.engine.tests.open(ticket: ticketValue(ticket), locales: []) }
        #expect(late.code == .loginAlreadyUsed)
        let none = try await here.refusal { try await here.engine.tests.open(ticket: "guessed", locales: []) }
        #expect(none.code == .loginAlreadyUsed)
        #expect(try await here.engine.tests.issue("nobody", operatorName: "root") == nil)
    }

    @Test func `another browser, another connection and a second answer are refused`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let walk = try await walk(here)
        let stranger = try await here.refusal { try await here.engine.tests.complete(walk.arrival(binding: "other")) }
        #expect(stranger.code == .browserMismatch)
        let mixed = try await here.refusal {
            try await here.engine.tests.complete(walk.arrival(connection: "acme-staff"))
        }
        #expect(mixed.code == .stateMismatch)
        _ = try await here.engine.tests.complete(walk.arrival())
        let again = try await here.refusal { try await here.engine.tests.complete(walk.arrival()) }
        #expect(again.code == .loginAlreadyUsed)
        try await expectNobody(here)
    }

    @Test func `a test that waits too long is refused at the callback`() async throws {
        let here = try await TestInstallation()
        let walk = try await walk(here)
        here.clock.advance(by: .seconds(600))
        #expect(
            try await here.refusal { try await here.engine.tests.complete(walk.arrival()) }.code == .loginExpired)
    }

    @Test func `a test's callback never opens a session, and a login's callback is never a test`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example"))
        let walk = try await walk(here)
        #expect(TestLogins.claims(try walk.arrival().callback))
        let asLogin = try await here.refusal { try await here.engine.login.complete(walk.arrival()) }
        #expect(asLogin.code == .stateMismatch)
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let callback = try browser.arrival(waiting)
        #expect(!TestLogins.claims(callback.callback))
        let asTest = try await here.refusal { try await here.engine.tests.complete(callback) }
        #expect(asTest.code == .stateMismatch)
        // Neither was used up by it.
        try await browser.complete(here.engine, waiting)
        guard case .finished = try await here.engine.tests.complete(walk.arrival()) else { throw Unexpected("an end") }
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `settings that change under way end the test`() async throws {
        let here = try await TestInstallation()
        let walk = try await walk(here)
        try await here.change { $0.connections[2].name = "Another" }
        _ = try await here.engine.tests.complete(walk.arrival())
        let report = try await here.engine.tests.takeReport(walk.ticket.reference)
        #expect(report?.failure?.code == "configuration_invalid")
    }

    @Test func `a message that a test spent is good for no login, nor the other way round`() async throws {
        let here = try await TestInstallation()
        let once = OneTimeIdentifier("_assertion", until: here.clock.now + .seconds(300))
        here.script.vouch(for: here.identity("ann@globex.example") { $0.oneTime = [once] })
        #expect(try await report(here).isAdmitted)
        let code = try await here.refusal {
            let browser = TestBrowser()
            return try await browser.complete(here.engine, browser.go(here.engine, "ann@globex.example"))
        }.code
        #expect(code == .replayed)
        #expect(try await report(here).obstacles.map(\.code) == ["replayed"])
    }

    @Test func `a result is read once, erased after ten minutes, and sealed until then`() async throws {
        let here = try await TestInstallation()
        here.script.vouch(for: here.identity("ann@globex.example", subject: "the-subject-of-ann"))
        let walk = try await walk(here)
        _ = try await here.engine.tests.complete(walk.arrival())
        let stored = try await here.store.read { try $0.testLogin(walk.ticket.reference) }
        let result = try #require(stored?.result)
        #expect(result.range(of: Data("the-subject-of-ann".utf8)) == nil && stored?.sealed.isEmpty == true)
        #expect(try await here.engine.tests.takeReport(walk.ticket.reference) != nil)
        #expect(try await here.engine.tests.takeReport(walk.ticket.reference) == nil)
        let other = try await self.walk(here)
        _ = try await here.engine.tests.complete(other.arrival())
        here.clock.advance(by: .seconds(600))
        #expect(try await here.engine.tests.takeReport(other.ticket.reference) == nil)
        try await here.engine.maintain()
        #expect(try await here.store.read { try $0.testLogin(other.ticket.reference) } == nil)
    }

    @Test func `a cancelled test is over`() async throws {
        let here = try await TestInstallation()
        let walk = try await walk(here)
        try await here.engine.tests.cancel(walk.ticket.reference)
        #expect(
            try await here.refusal { try await here.engine.tests.complete(walk.arrival()) }.code == .stateMismatch)
    }
}
