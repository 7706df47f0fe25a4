import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// A module that says at a login what it may not (M65), and what goes wrong around an honest one.
///
/// The numbers are those of the published list of conformance cases for providers.
@Suite struct HostileModuleTests {
    struct Lie: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: LoginError.Code
        var tell: @Sendable (inout VerifiedIdentity) -> Void

        init(
            _ name: String, _ code: LoginError.Code, _ tell: @escaping @Sendable (inout VerifiedIdentity) -> Void
        ) { (testDescription, self.code, self.tell) = (name, code, tell) }
    }

    static let lies: [Lie] = [
        Lie("M65: an identity of another connection", .providerMisbehaved) { $0.subject.connection = "acme-staff" },
        Lie("M65: an identity of no connection", .providerMisbehaved) { $0.subject.connection = "none" },
        Lie("M65: a previous subject of another connection", .providerMisbehaved) {
            $0.previousSubjects = [
                SubjectKey(connection: "acme-staff", issuer: "https://idp.example", subject: "subject of ann")
            ]
        },
        Lie("M65: the e-mail of a customer, from another tenant of the issuer", .emailConflict) {
            ($0.subject.tenant, $0.email) = ("tenant-2", Email(.address("bob@globex.example"), evidence: .idpVerified))
        },
        Lie("M65: a customer's subject under another issuer", .emailConflict) {
            $0.subject = SubjectKey(
                connection: "globex-oidc", issuer: "https://other.example", subject: "subject of bob@globex.example")
            $0.email = Email(.address("bob@globex.example"), evidence: .idpVerified)
        },
        Lie("22: an e-mail of a domain that another organization owns", .emailDomainNotOwned) {
            $0.email = Email(.address("ann@acme.example"), evidence: .idpVerified)
        },
        Lie("22: an e-mail of a domain that nobody owns", .emailDomainNotOwned) {
            $0.email = Email(.address("ann@elsewhere.example"), evidence: .tenantOwnsDomain)
        },
        Lie("22: an e-mail of a domain below the organization's", .emailDomainNotOwned) {
            $0.email = Email(.address("ann@eu.globex.example"), evidence: .idpVerified)
        },
        Lie("24: an e-mail that another customer has", .emailConflict) {
            $0.email = Email(.address("bob@globex.example"), evidence: .idpVerified)
        },
    ]

    @Test(arguments: lies) func `a lie signs nobody in and changes nobody`(lie: Lie) async throws {
        let here = try await TestInstallation()
        let bob = try await here.signIn("bob@globex.example")
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        here.script.vouch(for: here.identity("ann@globex.example", lie.tell))
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == lie.code)
        #expect(try await here.engine.customers.list(limit: 9) == [bob.customer])
        #expect(try await here.sessionCount() == 1)
        let record = try #require(try await here.records(.loginFailed).last)
        #expect(try RecordedBody(record).code == lie.code.rawValue && record.connection == "globex-oidc")
    }

    @Test func `1: a connection that is disabled while the callback is in flight`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        try await here.change { $0.connections[2].isEnabled = false }
        here.script.vouch(for: here.identity("ann@globex.example"))
        let failure = try await here.refusal { try await browser.complete(here.engine, waiting) }
        #expect(failure.code == .connectionDisabled)
        #expect(here.script.pending.isEmpty)
    }

    @Test func `2: a connection that is nobody's choice accepts no login that its IdP begins`() async throws {
        let here = try await TestInstallation()
        try await here.change { $0.connections[2].isEnabled = false }
        let callback = try LoginCallback(method: .post, rawQuery: Data(), rawBody: Data("SAMLResponse=x".utf8))
        let arrival = LoginReturn(connection: "globex-oidc", callback: callback, binding: { _ in nil })
        let failure = try await here.refusal { try await here.engine.login.complete(arrival) }
        #expect(failure.code == .connectionDisabled)
        #expect(here.script.unasked.isEmpty)
    }

    /// The person proves the account at the IdP in the same browser; there is no confirmation that could be sent on.
    @Test func `23: a login that another browser carries on is refused, and links nothing`() async throws {
        let here = try await TestInstallation {
            $0.organizations[0].linkRules = [LinkRule("acme-staff", "acme-ext")]
        }
        let victim = try await here.signIn("ext-ann@acme.example", with: "acme-staff")
        let attacker = TestBrowser()
        let waiting = try await attacker.go(here.engine, "ext-ann@acme.example", picking: "acme-ext")
        here.script.vouch(for: here.identity("ext-ann@acme.example", connection: "acme-ext", subject: "other account"))
        let failure = try await here.refusal {
            let arrival = LoginReturn(
                connection: "acme-ext", callback: try attacker.arrival(waiting).callback,
                binding: TestBrowser().binding)
            return try await here.engine.login.complete(arrival)
        }
        #expect(failure.code == .browserMismatch)
        let record = try #require(try await here.engine.customers.find(victim.customer.id.rawValue))
        #expect(record.links.map(\.subject.connection) == ["acme-staff"])
    }

    @Test func `24: two accounts that could be meant are no answer`() async throws {
        let here = try await TestInstallation { wanted in
            wanted.connections[1].addressPattern = nil
            let third = wanted.connections[0].settings
            wanted.connections.append(
                Connection(id: "acme-third", organization: "acme", kind: "test", name: "Third", settings: third))
            wanted.organizations[0].linkRules = [
                LinkRule("acme-staff", "acme-ext"), LinkRule("acme-staff", "acme-third"),
                LinkRule("acme-ext", "acme-third"),
            ]
        }
        try await here.signIn("ann@acme.example", with: "acme-staff")
        try await here.signIn("ann@acme.example", with: "acme-ext")
        let failure = try await here.refusal { try await here.signIn("ann@acme.example", with: "acme-third") }
        #expect(failure.code == .linkAmbiguous)
    }

    @Test func `25: a group that was removed at the IdP is gone at the next login and the next refresh`() async throws {
        let person = try await RefreshedSession()
        #expect(person.signedIn.customer.groups.values == ["staff"])
        person.say { $0.groups = GroupSet(["visitors"], completeness: .complete) }
        try await person.refresh()
        #expect(try await person.customer().groups.values == ["visitors"])
        let again = try await person.here.signIn("ann@globex.example") {
            $0.groups = GroupSet([], completeness: .complete)
        }
        #expect(again.customer.groups.values.isEmpty)
    }

    @Test func `27: a sign-out that a stranger answers or begins ends nothing at the IdP`() async throws {
        let here = try await TestInstallation()
        let url = try #require(URL(string: "https://idp.example/end"))
        here.script.onBeginLogout { _ throws(LoginError) in .redirect(url) }
        let signedIn = try await here.signIn("ann@globex.example") { $0.upstream = UpstreamSession(sessionID: "up-1") }
        let forged = try LoginCallback(method: .get, endpoint: .logout, rawQuery: Data("state=forged".utf8))
        guard case .none = await here.engine.logout.complete(forged, at: "globex-oidc", cookie: nil) else {
            throw Unexpected("nothing")
        }
        let failure = try await here.refusal {
            try await here.engine.login.receiveLogout(forged, at: "globex-oidc")
        }
        #expect(failure.code == .malformedRequest)
        #expect(try await here.store.read { try $0.session(signedIn.session.id) }?.endedAt == nil)
        #expect(here.script.logouts.isEmpty)
    }
}
