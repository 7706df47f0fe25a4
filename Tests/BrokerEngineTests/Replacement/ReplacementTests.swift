import Broker
import BrokerEngine
import BrokerModel
import Testing

/// Moving an organization from one connection to another.
@Suite struct ReplacementTests {
    private static let new: ConnectionID = "acme-new"

    /// Acme with a second connection over all of its addresses, disabled.
    private func installation(
        _ change: @escaping (inout WantedResources) -> Void = { _ in }
    ) async throws -> TestInstallation {
        let here = try await TestInstallation()
        try await here.change { wanted in
            wanted.connections.removeAll { $0.id == "acme-ext" }
            wanted.connections.append(here.connection(Self.new, of: "acme") { $0.isEnabled = false })
            change(&wanted)
        }
        return here
    }

    private func start(_ here: TestInstallation, days: Int64 = 30) async throws {
        try await here.engine.replacements.start(
            "acme-staff", by: Self.new, until: here.clock.now + .seconds(days * 86400), actor: .administrator("root"))
    }

    private func signIn(
        _ here: TestInstallation, _ email: String, subject: String,
        _ change: (inout VerifiedIdentity) -> Void = { _ in }
    ) async throws -> SignedIn {
        try await here.signIn(email, with: Self.new, subject: subject, change)
    }

    private func code(_ here: TestInstallation, _ work: () async throws -> some Any) async throws -> LoginError.Code {
        try await here.refusal(work).code
    }

    @Test func `people go to the new connection at once, and the first login is the same customer`() async throws {
        let here = try await installation()
        let bob = try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here)
        let moved = try await signIn(here, "bob@acme.example", subject: "new-1")
        #expect(moved.customer.id == bob.customer.id && moved.connection == Self.new)
        #expect(try await signIn(here, "bob@acme.example", subject: "new-1").customer.id == bob.customer.id)
        let records = try await here.records(.identityReplaced)
        #expect(records.count == 1 && records[0].body.contains("acme-staff") && records[0].customer == bob.customer.id)
        #expect(try await here.engine.customers.list(limit: 10).count == 1)
    }

    @Test func `somebody whom the old connection did not know is a new customer`() async throws {
        let here = try await installation()
        try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here)
        _ = try await signIn(here, "eve@acme.example", subject: "new-2")
        #expect(try await here.engine.customers.list(limit: 10).count == 2)
        #expect(try await here.records(.identityReplaced).isEmpty)
    }

    @Test func `an earlier subject finds the customer whose e-mail changed`() async throws {
        let here = try await installation()
        let bob = try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here)
        let previous = SubjectKey(connection: Self.new, issuer: "https://idp.example", subject: "1")
        let moved = try await signIn(here, "robert@acme.example", subject: "new-1") { $0.previousSubjects = [previous] }
        #expect(moved.customer.id == bob.customer.id && moved.customer.email == .address("robert@acme.example"))
    }

    @Test func `a subject of one and the e-mail of another are two candidates, and refused`() async throws {
        let here = try await installation()
        try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await here.signIn("ann@acme.example", with: "acme-staff", subject: "2")
        try await start(here)
        let previous = SubjectKey(connection: Self.new, issuer: "https://idp.example", subject: "1")
        #expect(
            try await code(here) {
                try await signIn(here, "ann@acme.example", subject: "n") { $0.previousSubjects = [previous] }
            } == .linkAmbiguous)
        #expect(try await here.records(.identityReplaced).isEmpty)
    }

    @Test func `a customer with two identities of the old connection is ambiguous`() async throws {
        let here = try await installation()
        let bob = try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        var second = bob.session.subject
        second.subject = "1b"
        let link = IdentityLink(
            subject: second, customer: bob.customer.id, evidence: .idpVerified, createdAt: here.clock.now,
            lastSeenAt: here.clock.now)
        try await here.store.write { try $0.insert(link) }
        #expect(
            try await here.engine.replacements.preview("acme-staff", by: Self.new).map(\.outcome) == [.ambiguous])
        try await start(here)
        #expect(try await code(here) { try await signIn(here, "bob@acme.example", subject: "n") } == .linkAmbiguous)
    }

    @Test func `an unverified e-mail, or one of another domain, moves nobody`() async throws {
        let here = try await installation()
        try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here)
        let unverified = try await code(here) {
            try await signIn(here, "bob@acme.example", subject: "n") { $0.email?.evidence = .none }
        }
        #expect(unverified == .emailUnverified)
        try await here.signIn("ann@globex.example")
        let foreign = try await code(here) {
            try await signIn(here, "bob@acme.example", subject: "n") {
                $0.email = Email(.address("ann@globex.example"), evidence: .idpVerified)
            }
        }
        #expect(foreign == .emailDomainNotOwned)
        #expect(try await here.records(.identityReplaced).isEmpty)
    }

    @Test func `evidence that the old link never had does not count`() async throws {
        let here = try await installation()
        let bob = try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        let subject = bob.session.subject
        try await here.store.write { writer in
            guard var link = try writer.link(subject) else { return }
            link.evidence = .none
            try writer.update(link)
        }
        #expect(
            try await here.engine.replacements.preview("acme-staff", by: Self.new).map(\.outcome) == [.unverified])
        try await start(here)
        #expect(try await code(here) { try await signIn(here, "bob@acme.example", subject: "n") } == .emailConflict)
    }

    @Test func `nobody is moved twice, not by a second person and not after an unlinking`() async throws {
        let here = try await installation()
        try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here)
        let moved = try await signIn(here, "bob@acme.example", subject: "n1")
        #expect(try await code(here) { try await signIn(here, "bob@acme.example", subject: "n2") } == .emailConflict)
        try await here.engine.customers.unlink(moved.session.subject, actor: .administrator("root"))
        #expect(try await code(here) { try await signIn(here, "bob@acme.example", subject: "n2") } == .emailConflict)
        #expect(try await here.engine.replacements.preview("acme-staff", by: Self.new).map(\.outcome) == [.moved])
    }

    @Test func `a disabled customer is not revived`() async throws {
        let here = try await installation()
        let bob = try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await here.engine.customers.setStatus(.disabled, of: bob.customer.id, actor: .system)
        #expect(try await here.engine.replacements.preview("acme-staff", by: Self.new).map(\.outcome) == [.disabled])
        try await start(here)
        #expect(
            try await code(here) { try await signIn(here, "bob@acme.example", subject: "n") } == .customerDisabled)
    }

    @Test func `guests, other organizations, unknown names and chains cannot replace`() async throws {
        let here = try await installation { wanted in
            wanted.connections.append(Self.copy(of: wanted, "acme-guest") { $0.isGuest = true })
        }
        let replacements = here.engine.replacements
        #expect(try await problem(replacements, "acme-staff", "acme-staff") == .sameConnection)
        #expect(try await problem(replacements, "acme-staff", "nobody") == .unknownConnection("nobody"))
        #expect(try await problem(replacements, "acme-staff", "globex-oidc") == .otherOrganization)
        #expect(try await problem(replacements, "acme-staff", "acme-guest") == .guest("acme-guest"))
        try await start(here)
        guard case .running = try await problem(replacements, Self.new, "acme-staff") else {
            throw Unexpected("a chain")
        }
        await #expect(throws: ReplacementError.notRunning) {
            try await replacements.finish("globex-oidc", actor: AuditEvent.Actor.system)
        }
    }

    private func problem(
        _ replacements: ReplacementService, _ old: ConnectionID, _ new: ConnectionID
    ) async throws -> ReplacementError? {
        do {
            _ = try await replacements.preview(old, by: new)
            return nil
        } catch let error as ReplacementError {
            return error
        }
    }

    /// A copy of the first connection under another name.
    private static func copy(
        of wanted: WantedResources, _ id: ConnectionID, _ change: (inout Connection) -> Void
    ) -> Connection {
        var connection = wanted.connections[0]
        connection.id = id
        change(&connection)
        return connection
    }

    @Test func `a connection that became a guest's moves nobody`() async throws {
        let here = try await installation()
        try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here)
        try await here.change { wanted in
            for index in wanted.connections.indices where wanted.connections[index].id == Self.new {
                wanted.connections[index].isGuest = true
            }
        }
        #expect(try await code(here) { try await signIn(here, "bob@acme.example", subject: "n") } == .emailConflict)
    }

    @Test func `when the time is over the old connection is disabled, and the ordinary rules hold again`() async throws
    {
        let here = try await installation()
        try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here, days: 1)
        here.clock.advance(by: .seconds(86400))
        #expect(try await code(here) { try await signIn(here, "bob@acme.example", subject: "n") } == .emailConflict)
        try await here.engine.maintain()
        #expect(here.engine.live.resources.connections["acme-staff"]?.isEnabled == false)
        #expect(here.engine.live.resources.replacements.isEmpty)
        #expect(try await here.records(.replacementStarted, .replacementEnded).count == 2)
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `finishing ends the sessions of the old connection only`() async throws {
        let here = try await installation()
        try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await here.signIn("ann@acme.example", with: "acme-staff", subject: "2")
        try await start(here)
        let moved = try await signIn(here, "bob@acme.example", subject: "n")
        try await here.engine.replacements.finish("acme-staff", actor: .administrator("root"))
        #expect(try await here.engine.sessions.list(.all, limit: 10).map(\.id) == [moved.session.id])
    }

    @Test func `the old connection is no choice, no hint and no route while the new one is open`() async throws {
        let here = try await installation { $0.connections[0].isPublic = true }
        try await start(here)
        let resources = here.engine.live.resources
        guard case .connection(let only) = RealmRouting.route(.address("bob@acme.example"), in: resources) else {
            throw Unexpected("one route")
        }
        #expect(only.id == Self.new)
        let old = try #require(resources.connections["acme-staff"])
        #expect(!RealmRouting.isOpen(old, in: resources) && !resources.publicChoices.contains(old))
        // With the new one disabled again, people are not locked out.
        try await here.change { wanted in
            for index in wanted.connections.indices where wanted.connections[index].id == Self.new {
                wanted.connections[index].isEnabled = false
            }
        }
        #expect(RealmRouting.isOpen(old, in: here.engine.live.resources))
    }

    @Test func `a login that was at the old connection's IdP opens no session once the replacement has begun`()
        async throws
    {
        let here = try await installation()
        here.script.vouch(for: here.identity("bob@acme.example", connection: "acme-staff", subject: "1"))
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "bob@acme.example", picking: "acme-staff")
        try await start(here)
        #expect(try await code(here) { try await browser.complete(here.engine, waiting) } == .connectionDisabled)
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `a test login through the new connection says whose it would be`() async throws {
        let here = try await installation()
        let bob = try await here.signIn("bob@acme.example", with: "acme-staff", subject: "1")
        try await start(here)
        here.script.vouch(for: here.identity("bob@acme.example", connection: Self.new, subject: "n"))
        let ticket = try #require(try await here.engine.tests.issue(Self.new, operatorName: "root"))
        let opened = try await here.engine.tests.open(
            ticket: String(ticket.url.split(separator: "/").last ?? ""), locales: [])
        guard case .turn(.step(_, _, let state)) = opened.next else { throw Unexpected("a step") }
        _ = try await here.engine.tests.complete(
            LoginReturn(
                connection: Self.new,
                callback: try LoginCallback(method: .get, rawQuery: .init("state=\(state.reveal())".utf8)),
                binding: { _ in opened.binding.reveal() }))
        let report = try #require(try await here.engine.tests.takeReport(ticket.reference))
        #expect(report.isAdmitted && report.customer?.contains(bob.customer.id.rawValue) == true)
        #expect(try await here.records(.identityReplaced).isEmpty)
    }
}
