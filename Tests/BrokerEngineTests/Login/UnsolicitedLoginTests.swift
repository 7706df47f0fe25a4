import Broker
import BrokerModel
import Foundation
import JOSE
import Testing

@testable import BrokerEngine

/// An IdP sends a browser that nobody had sent there.
@Suite struct UnsolicitedLoginTests {
    private let here: TestInstallation

    init() async throws { here = try await TestInstallation() }

    // MARK: Steps

    private func arrival(
        _ query: String = "SAMLResponse=x", browser: TestBrowser = TestBrowser(), at id: ConnectionID = "globex-oidc",
        endpoint: CallbackEndpoint = .login, site: SiteID? = "portal", priorHandle: String? = nil
    ) throws -> LoginReturn {
        LoginReturn(
            connection: id, callback: try LoginCallback(method: .get, endpoint: endpoint, rawQuery: Data(query.utf8)),
            binding: browser.binding, priorHandle: priorHandle, site: site, locales: ["de"])
    }

    /// The IdP vouches for somebody.
    private func vouch(
        _ email: String = "ann@globex.example", id: String = "_a1",
        _ change: @escaping (inout VerifiedIdentity) -> Void = { _ in }
    ) {
        var identity = here.identity(email) {
            $0.oneTime = [OneTimeIdentifier(id, until: here.clock.now + .seconds(300))]
        }
        change(&identity)
        here.script.onUnsolicited { [identity] _ throws(LoginError) in .identity(identity) }
    }

    /// The page's address, cookie and token of one offer.
    private struct Offer {
        let login: OfferedLogin
        let visit: LoginVisit
        let token: String
    }

    private func offer(_ priorHandle: String? = nil) async throws -> Offer {
        let result = try await here.engine.login.complete(arrival(priorHandle: priorHandle))
        guard case .offered(let login) = result else { throw Unexpected("an offer, got \(result)") }
        let visit = LoginVisit(handle: login.handle) { $0 == login.reference ? login.binding.reveal() : nil }
        let page = try await here.engine.login.offer(visit, priorHandle: nil)
        return Offer(login: login, visit: visit, token: page.token.reveal())
    }

    private func accept(_ offer: Offer, priorHandle: String? = nil) async throws -> SignedIn {
        try await here.engine.login.accept(offer.visit, token: offer.token, priorHandle: priorHandle)
    }

    private func codes(_ kind: AuditKind) async throws -> [String?] {
        try await here.records(kind).map { try RecordedBody($0).code }
    }

    // MARK: Off

    @Test(arguments: ["SAMLResponse=x", "a=x&RelayState=https://evil.example", "RelayState=", "state=unknown"])
    func `is refused as a login that nobody began where it is off`(query: String) async throws {
        let failure = try await here.refusal { try await here.engine.login.complete(arrival(query)) }
        #expect(failure.code == .stateMismatch)
        #expect(here.script.unasked.count == 1)
        #expect(try await codes(.loginFailed) == ["state_mismatch"])
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `is never asked of a module for a login that waits, is spent, or has two states`() async throws {
        vouch()
        let browser = TestBrowser()
        let waiting = try await browser.go(here.engine, "ann@globex.example")
        let stolen = try await here.refusal {
            try await here.engine.login.complete(TestBrowser().arrival(waiting))
        }
        #expect(stolen.code == .browserMismatch)
        here.script.vouch(for: here.identity("ann@globex.example"))
        try await browser.complete(here.engine, waiting)
        let spent = try await here.refusal { try await here.engine.login.complete(browser.arrival(waiting)) }
        #expect(spent.code == .loginAlreadyUsed)
        let twice = try await here.refusal {
            try await here.engine.login.complete(arrival("state=a&RelayState=b"))
        }
        #expect(twice.code == .stateMismatch)
        let form = try await here.refusal {
            try await here.engine.login.complete(arrival("transaction=x", endpoint: .answer))
        }
        #expect(form.code == .stateMismatch)
        #expect(here.script.unasked.isEmpty)
    }

    @Test func `is refused at a connection or an organization that is disabled`() async throws {
        vouch()
        try await here.change { $0.connections[2].isEnabled = false }
        #expect(try await here.refusal { try await here.engine.login.complete(arrival()) }.code == .connectionDisabled)
        try await here.change { ($0.connections[2].isEnabled, $0.organizations[1].isEnabled) = (true, false) }
        #expect(
            try await here.refusal { try await here.engine.login.complete(arrival()) }.code == .organizationDisabled)
        #expect(here.script.unasked.isEmpty)
    }

    @Test func `a message that the module refuses is refused with its code and rule`() async throws {
        here.script.onUnsolicited { _ throws(LoginError) in
            throw LoginError("message_refused", detail: "x", rule: "audience_mismatch")
        }
        let failure = try await here.refusal { try await here.engine.login.complete(arrival()) }
        #expect(failure.code == "message_refused")
        let record = try #require(try await here.records(.loginFailed).first)
        #expect(try RecordedBody(record).facts["rule"] == "audience_mismatch")
        #expect(record.connection == "globex-oidc")
    }

    // MARK: Beginning a login of our own

    @Test func `leads to an ordinary login and begins nothing by itself`() async throws {
        here.script.onUnsolicited { _ throws(LoginError) in .begin(loginHint: "ann@globex.example") }
        guard case .restart(let connection, let hint) = try await here.engine.login.complete(arrival()) else {
            throw Unexpected("no login")
        }
        #expect(connection == "globex-oidc")
        #expect(hint == "ann@globex.example")
        #expect(here.script.requests.isEmpty)
        #expect(try await here.records(.loginStarted).isEmpty)
    }

    // MARK: Asking the person

    @Test func `opens no session before the person says yes`() async throws {
        vouch()
        let offer = try await offer()
        #expect(try await here.sessionCount() == 0)
        #expect(try await here.records(.loginOffered).map(\.reference) == [offer.login.reference])
        let page = try await here.engine.login.offer(offer.visit, priorHandle: nil)
        #expect(page.email == "ann@globex.example" && page.organization?.name == "Globex")
        #expect(page.connection.id == "globex-oidc" && page.signedInAs == nil)
        let signedIn = try await accept(offer)
        #expect(signedIn.customer.email == .address("ann@globex.example"))
        #expect(signedIn.returnTarget == "/servicedesk/customer/portals")
        #expect(try await here.sessionCount() == 1)
        #expect(try await here.records(.loginSucceeded).map(\.reference) == [offer.login.reference])
    }

    @Test func `the session is the one that the IdP vouched for, to the last member`() async throws {
        let upstream = UpstreamSession(sessionID: "up", principal: "hash", handle: Data("handle".utf8))
        let authentication = AuthenticationContext(acr: "urn:mfa", amr: ["otp"], authTime: here.clock.now)
        vouch {
            $0.upstream = upstream
            $0.authentication = authentication
            $0.claims = [Claim("mail", nameFormat: "f", values: ["a", "b"], from: .assertion)]
        }
        let session = try await accept(offer()).session
        #expect(try here.engine.sessions.upstreamSession(of: session) == upstream)
        #expect(session.authentication == authentication)
    }

    @Test func `what is kept of an identity is all of it`() throws {
        let subject = SubjectKey(connection: "c", issuer: "i", tenant: "t", subject: "s")
        let identity = VerifiedIdentity(
            subject: subject, email: Email(.address("a@acme.example"), evidence: .tenantOwnsDomain), displayName: "A",
            groups: GroupSet(["g"], completeness: .overage),
            authentication: AuthenticationContext(acr: "x", amr: ["y"], authTime: here.clock.now),
            upstream: UpstreamSession(sessionID: "u", principal: "p", handle: Data([0, 255])),
            previousSubjects: [subject], oneTime: [OneTimeIdentifier("o", until: here.clock.now)],
            claims: [Claim("n", nameFormat: "f", values: ["v"], from: .assertion)])
        let octets = try JSONEncoder().encode(KeptIdentity(identity))
        let kept = try JSONDecoder().decode(KeptIdentity.self, from: octets).identity
        for (left, right) in zip(Mirror(reflecting: kept).children, Mirror(reflecting: identity).children) {
            guard left.label != "upstream" else { continue }
            #expect("\(left.value)" == "\(right.value)", "\(left.label ?? "")")
        }
        #expect(kept.upstream == identity.upstream)
    }

    @Test func `a message is spent when it comes, whether or not the person says yes`() async throws {
        vouch()
        _ = try await offer()
        #expect(try await here.refusal { try await here.engine.login.complete(arrival()) }.code == .replayed)
        let asked = try await here.refusal {
            try await here.signIn("ann@globex.example") {
                $0.oneTime = [OneTimeIdentifier("_a1", until: here.clock.now + .seconds(300))]
            }
        }
        #expect(asked.code == .replayed)
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `a message without an identifier of its own is refused`() async throws {
        vouch { $0.oneTime = [] }
        #expect(try await here.refusal { try await here.engine.login.complete(arrival()) }.code == .providerMisbehaved)
    }

    @Test func `every check of an identity runs before anybody is asked`() async throws {
        vouch { $0.email = Email(.address("eve@evil.example"), evidence: .idpVerified) }
        #expect(try await here.refusal { try await here.engine.login.complete(arrival()) }.code == .emailDomainNotOwned)
        vouch { $0.subject.connection = "acme-staff" }
        #expect(try await here.refusal { try await here.engine.login.complete(arrival()) }.code == .providerMisbehaved)
        vouch { $0.email?.evidence = .none }
        #expect(try await here.refusal { try await here.engine.login.complete(arrival()) }.code == .emailUnverified)
        #expect(try await here.records(.loginOffered).isEmpty)
        // Nothing was spent either.
        vouch()
        _ = try await offer()
    }

    // MARK: The person's answer

    @Test func `a yes without the login's cookie is another browser's (login CSRF)`() async throws {
        vouch()
        let offer = try await offer()
        let stranger = LoginVisit(handle: offer.login.handle) { _ in nil }
        let failure = try await here.refusal {
            try await here.engine.login.accept(stranger, token: offer.token, priorHandle: nil)
        }
        #expect(failure.code == .browserMismatch)
        let forged = LoginVisit(handle: offer.login.handle) { _ in "another value" }
        #expect(
            try await here.refusal {
                try await here.engine.login.accept(forged, token: offer.token, priorHandle: nil)
            }.code == .browserMismatch)
        #expect(
            try await here.refusal { try await here.engine.login.offer(stranger, priorHandle: nil) }.code
                == .browserMismatch)
        #expect(try await here.sessionCount() == 0)
        _ = try await accept(offer)
    }

    @Test(arguments: [nil, "", "guess"])
    func `a yes without the form's own token is refused`(token: String?) async throws {
        vouch()
        let offer = try await offer()
        let failure = try await here.refusal {
            try await here.engine.login.accept(offer.visit, token: token, priorHandle: nil)
        }
        #expect(failure.code == .malformedRequest)
        #expect(
            try await here.refusal { try await here.engine.login.decline(offer.visit, token: token) }.code
                == .malformedRequest)
        #expect(try await here.sessionCount() == 0)
        _ = try await accept(offer)
    }

    @Test func `the token of one offer is not another's`() async throws {
        vouch()
        let first = try await offer()
        vouch(id: "_a2")
        let second = try await offer()
        let failure = try await here.refusal {
            try await here.engine.login.accept(first.visit, token: second.token, priorHandle: nil)
        }
        #expect(failure.code == .malformedRequest)
    }

    @Test func `of many yeses one opens a session`() async throws {
        vouch()
        let offer = try await offer()
        let opened = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    do {
                        _ = try await accept(offer)
                        return 1
                    } catch let failure as LoginFailure where failure.code == .loginAlreadyUsed {
                        return 0
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(opened == 1)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `a no ends it and is on record`() async throws {
        vouch()
        let offer = try await offer()
        let denied = try await here.engine.login.decline(offer.visit, token: offer.token)
        #expect(denied.isDenial && denied.reference == offer.login.reference)
        #expect(try await codes(.loginDenied) == ["cancelled"])
        #expect(try await here.refusal { try await accept(offer) }.code == .loginAlreadyUsed)
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `a yes counts for five minutes`() async throws {
        vouch()
        let late = try await offer()
        vouch(id: "_a2")
        let timely = try await offer()
        here.clock.advance(by: .seconds(300) - .microseconds(1))
        _ = try await accept(timely)
        here.clock.advance(by: .microseconds(1))
        #expect(try await here.refusal { try await accept(late) }.code == .loginExpired)
    }

    @Test(arguments: ChangeDuringLoginTests.changes)
    func `what changes before the yes refuses it (M56)`(change: ChangeDuringLoginTests.Change) async throws {
        vouch()
        let offer = try await offer()
        try await here.change(change.change)
        #expect(try await here.refusal { try await accept(offer) }.code == change.code)
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `a customer who was disabled before the yes stays out`() async throws {
        let customer = try await here.signIn("ann@globex.example").customer
        vouch()
        let offer = try await offer()
        try await here.engine.customers.setStatus(.disabled, of: customer.id, actor: .system)
        #expect(try await here.refusal { try await accept(offer) }.code == .customerDisabled)
    }

    @Test func `nothing but the page's own answers moves the login`() async throws {
        vouch()
        let offer = try await offer()
        let (login, visit) = (here.engine.login, offer.visit)
        #expect(try await here.refusal { try await login.view(visit) }.code == .stateMismatch)
        #expect(try await here.refusal { try await login.identify("a@globex.example", visit) }.code == .stateMismatch)
        #expect(try await here.refusal { try await login.pick("globex-oidc", visit) }.code == .stateMismatch)
        #expect(try await here.refusal { try await login.continueUniformly(visit) }.code == .stateMismatch)
        let ordinary = try await TestBrowser().start(here.engine)
        let binding = ordinary.binding.reveal()
        let other = LoginVisit(handle: ordinary.handle) { _ in binding }
        #expect(try await here.refusal { try await login.offer(other, priorHandle: nil) }.code == .stateMismatch)
        _ = try await accept(offer)
    }

    // MARK: Somebody else's session

    @Test func `a yes never takes another customer's session from the browser`() async throws {
        let bob = try await here.signIn("bob@globex.example")
        let handle = bob.credentials.handle.reveal()
        vouch()
        let offer = try await offer()
        let page = try await here.engine.login.offer(offer.visit, priorHandle: handle)
        #expect(page.signedInAs == "bob@globex.example")
        let failure = try await here.refusal { try await accept(offer, priorHandle: handle) }
        #expect(failure.code == .otherSession)
        #expect(try await codes(.loginFailed) == ["other_session"])
        #expect(
            try await here.engine.sessions.owner(handle: handle, at: .site("portal"))?.customer.id == bob.customer.id)
        // Once that one is signed out, the yes counts.
        try await here.engine.sessions.end(.session(bob.session.id), reason: .signedOut, actor: .customer)
        #expect(try await here.engine.login.offer(offer.visit, priorHandle: handle).signedInAs == nil)
        _ = try await accept(offer, priorHandle: handle)
    }

    @Test func `another customer's session that came with the message is not taken either`() async throws {
        let bob = try await here.signIn("bob@globex.example")
        vouch()
        let offer = try await offer(bob.credentials.handle.reveal())
        #expect(try await here.refusal { try await accept(offer) }.code == .otherSession)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `the same customer's session gives way to the new one`() async throws {
        let before = try await here.signIn("ann@globex.example")
        let handle = before.credentials.handle.reveal()
        vouch()
        let offer = try await offer()
        #expect(try await here.engine.login.offer(offer.visit, priorHandle: handle).signedInAs == nil)
        let signedIn = try await accept(offer, priorHandle: handle)
        #expect(signedIn.customer.id == before.customer.id)
        #expect(try await here.engine.sessions.owner(handle: handle, at: .site("portal")) == nil)
        #expect(try await here.sessionCount() == 1)
    }

    @Test func `the store keeps nothing readable of the offer, and forgets it with the answer`() async throws {
        vouch { $0.upstream = UpstreamSession(sessionID: "up", handle: Data("UPSTREAMSECRET".utf8)) }
        let offer = try await offer()
        let hash = LoginFlow.hash(offer.login.handle, "handle")
        let kept = try #require(try await here.store.read { try $0.login(handleHash: hash) })
        #expect(kept.phase == .offered && kept.stateHash == nil)
        #expect(kept.sealed.range(of: Data("ann@globex".utf8)) == nil)
        _ = try await here.engine.login.decline(offer.visit, token: offer.token)
        let ended = try #require(try await here.store.read { try $0.login(handleHash: hash) })
        #expect(ended.phase == .finished && ended.sealed.isEmpty)
    }
}
