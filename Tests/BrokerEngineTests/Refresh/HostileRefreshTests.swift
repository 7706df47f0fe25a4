import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// A module that says of a live session what it may not (M65): refused, the session ended, on record.
@Suite struct HostileRefreshTests {
    struct Lie: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: LoginError.Code
        var tell: @Sendable (inout VerifiedIdentity) -> Void

        init(
            _ name: String, _ code: LoginError.Code, _ tell: @escaping @Sendable (inout VerifiedIdentity) -> Void
        ) { (testDescription, self.code, self.tell) = (name, code, tell) }
    }

    static let lies: [Lie] = [
        Lie("another connection's identity (M65)", .providerMisbehaved) { $0.subject.connection = "acme-staff" },
        Lie("a previous subject of another connection (M65)", .providerMisbehaved) {
            $0.previousSubjects = [SubjectKey(connection: "acme-staff", issuer: "i", subject: "s")]
        },
        Lie("another person of the same IdP (M65)", .subjectInvalid) { $0.subject.subject = "somebody else" },
        Lie("the same subject in other bytes (M65)", .subjectInvalid) { $0.subject.subject += "\u{301}" },
        Lie("another tenant (M65)", .subjectInvalid) { $0.subject.tenant = "tenant-2" },
        Lie("another issuer (M65)", .subjectInvalid) { $0.subject.issuer = "https://other.example" },
        Lie("an e-mail of another organization's domain (22)", .emailDomainNotOwned) {
            $0.email = Email(.address("ann@acme.example"), evidence: .idpVerified)
        },
        Lie("an e-mail of nobody's domain (M12)", .emailDomainNotOwned) {
            $0.email = Email(.address("ann@elsewhere.example"), evidence: .idpVerified)
        },
        Lie("an e-mail with weaker evidence than at the login (M38)", .emailUnverified) {
            $0.email?.evidence = .none
        },
        Lie("an e-mail that another customer has (24)", .emailConflict) {
            $0.email = Email(.address("bob@globex.example"), evidence: .idpVerified)
        },
        Lie("an assertion without an identifier (M29)", .providerMisbehaved) {
            $0.claims = [Claim("mail", values: ["x"], from: .assertion)]
        },
    ]

    @Test(arguments: lies) func `a lie ends the session and changes nobody`(lie: Lie) async throws {
        let person = try await RefreshedSession()
        let bob = try await person.here.signIn("bob@globex.example")
        person.say {
            $0.groups = GroupSet(["admins"], completeness: .complete)
            lie.tell(&$0)
        }
        try await person.refresh()
        try await person.expectEnded(.upstreamUnconfirmed, .refreshRefused, lie.code)
        let refused = try #require(try await person.here.records(.refreshRefused).first)
        #expect(refused.customer == person.signedIn.customer.id && refused.connection == "globex-oidc")
        #expect(try await person.customer() == person.signedIn.customer)
        let others = try await person.here.engine.sessions.list(.all, limit: 9)
        #expect(others.map(\.id) == [bob.session.id])
        #expect(try await person.here.store.read { try $0.session(bob.session.id) }?.customer == bob.customer.id)
        #expect(person.here.metrics.labels.contains("refresh refused"))
    }

    @Test func `the truth beside the lies keeps it`() async throws {
        let person = try await RefreshedSession()
        person.say { $0.email = Email(.address("ann.other@globex.example"), evidence: .tenantOwnsDomain) }
        try await person.refresh()
        #expect(await person.gate() == .allowed)
        #expect(try await person.customer().email == .address("ann.other@globex.example"))
    }

    @Test func `an error that is about the person ends it too`() async throws {
        let person = try await RefreshedSession()
        person.here.script.onRefresh { _, _ throws(LoginError) in
            throw LoginError(.subjectInvalid, detail: "OpenID Connect Core 12.2: sub is not the session's")
        }
        try await person.refresh()
        try await person.expectEnded(.upstreamUnconfirmed, .refreshRefused, .subjectInvalid)
    }

    @Test func `a message that was accepted before is refused (M29)`() async throws {
        let person = try await RefreshedSession()
        let until = person.here.clock.now + .seconds(86400)
        person.say { $0.oneTime = [OneTimeIdentifier("once", until: until)] }
        try await person.refresh()
        #expect(await person.gate() == .allowed)
        try await person.refresh()
        try await person.expectEnded(.upstreamUnconfirmed, .refreshRefused, .replayed)
    }

    // MARK: What changes while the IdP answers (1)

    private func changeDuringRefresh(
        _ person: RefreshedSession, _ outcome: RefreshOutcome? = nil,
        _ change: @escaping @Sendable (inout WantedResources) -> Void
    ) async throws {
        let other = try await person.here.otherEngine()
        let identity = person.here.identity("ann@globex.example") {
            $0.groups = GroupSet(["late"], completeness: .complete)
            $0.upstream = UpstreamSession(sessionID: nil, handle: Data("token-2".utf8))
        }
        person.here.script.onRefresh { _, _ throws(LoginError) in
            do {
                var wanted = try await other.resources.export()
                change(&wanted)
                _ = try await other.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
            } catch { throw LoginError(.upstreamError, detail: "the test could not change it") }
            return outcome ?? .updated(identity)
        }
        try await person.refresh()
    }

    @Test func `a connection that is disabled mid-refresh believes nothing (1)`() async throws {
        let person = try await RefreshedSession()
        try await changeDuringRefresh(person) { $0.connections[2].isEnabled = false }
        #expect(try await person.stored().endReason == .connectionDisabled)
        #expect(try await person.customer().groups.values == ["staff"])
        try await person.here.engine.live.reload()
        #expect(await person.gate() == .noSession)
        try await person.refresh()
        #expect(person.here.script.refreshed.count == 1)
    }

    @Test func `an organization that is disabled mid-refresh believes nothing (1)`() async throws {
        let person = try await RefreshedSession()
        try await changeDuringRefresh(person) { $0.organizations[1].isEnabled = false }
        #expect(try await person.stored().endReason == .connectionDisabled)
        #expect(try await person.customer().groups.values == ["staff"])
    }

    @Test func `settings that change mid-refresh are asked under anew, with the rotated handle`() async throws {
        let person = try await RefreshedSession()
        try await changeDuringRefresh(person) { $0.connections[2].name = "Another name" }
        #expect(try await person.handle() == "token-2")
        #expect(try await person.customer().groups.values == ["staff"])
        person.say { $0.groups = GroupSet(["late"], completeness: .complete) }
        try await person.refresh(after: .seconds(60))
        #expect(try await person.customer().groups.values == ["late"])
        #expect(person.here.script.refreshed.last?.handle == Data("token-2".utf8))
    }

    @Test func `a domain that is taken away mid-refresh takes the session along (M12)`() async throws {
        let person = try await RefreshedSession()
        try await changeDuringRefresh(person) { $0.organizations[1].domains = [.domain("globex.test")] }
        #expect(try await person.stored().endedAt != nil)
        #expect(try await person.customer().groups.values == ["staff"])
    }

    @Test func `a customer who is disabled mid-refresh stays out`() async throws {
        let person = try await RefreshedSession()
        let (engine, id) = (person.here.engine, person.signedIn.customer.id)
        let identity = person.here.identity("ann@globex.example")
        person.here.script.onRefresh { _, _ throws(LoginError) in
            try? await engine.customers.setStatus(.disabled, of: id, actor: .system)
            return .updated(identity)
        }
        try await person.refresh()
        #expect(try await person.stored().endReason == .customerDisabled)
        #expect(try await person.customer().status == .disabled)
    }

    @Test func `a disabled connection is asked nothing`() async throws {
        let person = try await RefreshedSession()
        try await person.here.change { $0.connections[2].isEnabled = false }
        try await person.refresh()
        #expect(person.here.script.refreshed.isEmpty)
    }
}
