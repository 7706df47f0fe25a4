import Broker
import BrokerEngine
import BrokerModel
import Testing

/// Whose session it becomes, through the whole flow.
@Suite struct LinkedLoginTests {
    private func code(
        _ here: TestInstallation, _ work: () async throws -> some Any
    ) async throws -> LoginError.Code {
        try await here.refusal(work).code
    }

    @Test func `the same identity is the same customer, whatever the e-mail has become`() async throws {
        let here = try await TestInstallation()
        let first = try await here.signIn("ann@globex.example", subject: "ann")
        let second = try await here.signIn("ann.married@globex.example", subject: "ann")
        #expect(second.customer.id == first.customer.id)
        #expect(second.customer.email == .address("ann.married@globex.example"))
        #expect(try await here.records(.customerChanged).count == 1)
    }

    @Test func `a changed e-mail that another holds is refused and changes nothing`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example", subject: "ann")
        let bob = try await here.signIn("bob@globex.example", subject: "bob")
        #expect(
            try await code(here) { try await here.signIn("ann@globex.example", subject: "bob") } == .emailConflict)
        let stored = try await here.engine.customers.find(bob.customer.id.rawValue)
        #expect(stored?.customer.email == .address("bob@globex.example"))
    }

    @Test func `a reassigned mailbox is not the person who had it`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example", subject: "ann")
        #expect(
            try await code(here) { try await here.signIn("ann@globex.example", subject: "new ann") }
                == .emailConflict)
        // Once the first person has another address, the mailbox is free.
        try await here.signIn("ann.married@globex.example", subject: "ann")
        let new = try await here.signIn("ann@globex.example", subject: "new ann")
        #expect(try await here.engine.customers.list(limit: 10).count == 2)
        #expect(new.customer.email == .address("ann@globex.example"))
    }

    @Test func `two connections link by rule only`() async throws {
        let here = try await TestInstallation()
        let staff = try await here.signIn("ext-bob@acme.example", with: "acme-staff", subject: "1")
        #expect(
            try await code(here) { try await here.signIn("ext-bob@acme.example", with: "acme-ext", subject: "2") }
                == .emailConflict)
        try await here.change { $0.organizations[0].linkRules = [LinkRule("acme-ext", "acme-staff")] }
        let ext = try await here.signIn("ext-bob@acme.example", with: "acme-ext", subject: "2")
        #expect(ext.customer.id == staff.customer.id)
        #expect(try await here.engine.customers.find("ext-bob@acme.example")?.links.count == 2)
    }

    @Test func `a guest takes no address that exists`() async throws {
        let here = try await TestInstallation {
            $0.connections[1].isGuest = true
            $0.organizations[0].linkRules = [LinkRule("acme-ext", "acme-staff")]
        }
        try await here.signIn("ext-bob@acme.example", with: "acme-staff", subject: "1")
        #expect(
            try await code(here) { try await here.signIn("ext-bob@acme.example", with: "acme-ext", subject: "2") }
                == .emailConflict)
        try await here.signIn("ext-eve@acme.example", with: "acme-ext", subject: "3")
    }

    @Test func `a disabled customer does not come back by signing in`() async throws {
        let here = try await TestInstallation()
        let ann = try await here.signIn("ann@globex.example")
        try await here.engine.customers.setStatus(.disabled, of: ann.customer.id, actor: .system)
        #expect(try await code(here) { try await here.signIn("ann@globex.example") } == .customerDisabled)
        #expect(try await here.engine.customers.find("ann@globex.example")?.customer.status == .disabled)
        try await here.engine.customers.setStatus(.active, of: ann.customer.id, actor: .system)
        try await here.signIn("ann@globex.example")
    }

    @Test func `a subject of earlier settings stays the same customer`() async throws {
        let here = try await TestInstallation()
        let old = try await here.signIn("ann@globex.example", subject: "old")
        let previous = SubjectKey(connection: "globex-oidc", issuer: "https://idp.example", subject: "old")
        let moved = try await here.signIn("ann@globex.example", subject: "new") { $0.previousSubjects = [previous] }
        #expect(moved.customer.id == old.customer.id)
        #expect(try await here.signIn("ann@globex.example", subject: "new").customer.id == old.customer.id)
    }

    @Test func `a module may not vouch for another connection (M65)`() async throws {
        let here = try await TestInstallation()
        #expect(
            try await code(here) {
                try await here.signIn("ann@globex.example") { $0.subject.connection = "acme-staff" }
            } == .providerMisbehaved)
    }

    @Test func `one organization's connection does not speak for another's people`() async throws {
        let here = try await TestInstallation()
        try await here.signIn("ann@globex.example")
        #expect(
            try await code(here) {
                try await here.signIn("bob@acme.example", with: "acme-staff") {
                    $0.email = Email(.address("ann@globex.example"), evidence: .idpVerified)
                }
            } == .emailDomainNotOwned)
    }

    @Test func `an address that another organization owns by itself is out of reach`() async throws {
        let here = try await TestInstallation {
            $0.organizations[0].addresses = [.address("boss@globex.example")]
        }
        here.script.vouch(for: here.identity("boss@globex.example"))
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        #expect(try await code(here) { try await browser.complete(here.engine, waiting) } == .emailDomainNotOwned)
    }

    @Test func `an identity that was unlinked begins anew and its sessions are over`() async throws {
        let here = try await TestInstallation()
        let ann = try await here.signIn("ann@globex.example")
        try await here.engine.customers.unlink(ann.session.subject, actor: .administrator("root"))
        #expect(try await here.sessionCount() == 0)
        #expect(try await code(here) { try await here.signIn("ann@globex.example") } == .emailConflict)
        try await here.engine.customers.link(ann.session.subject, to: ann.customer.id, actor: .administrator("root"))
        #expect(try await here.signIn("ann@globex.example").customer.id == ann.customer.id)
    }
}
