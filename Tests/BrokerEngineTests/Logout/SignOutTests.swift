import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// A sign-out ends the session here first; what the IdP does after that changes nothing about it.
@Suite struct SignOutTests {
    static let away = "https://portal.example/bye"
    private static let endSession = URL(string: "https://idp.example/end")

    /// Somebody who is signed in at a connection that can sign out.
    private struct Person {
        let here: TestInstallation
        let signedIn: SignedIn
        let site: Site

        init(step: LogoutStep? = nil, upstream: UpstreamSession? = UpstreamSession(sessionID: "up-1")) async throws {
            here = try await TestInstallation { $0.sites[0].postLogoutRedirectURIs = [SignOutTests.away] }
            let url = try #require(SignOutTests.endSession)
            here.script.onBeginLogout { _ throws(LoginError) in step ?? .redirect(url) }
            signedIn = try await here.signIn("ann@globex.example") { $0.upstream = upstream }
            site = try #require(here.engine.live.resources.sites["portal"])
        }

        func signOut(to wanted: String = "") async throws -> SignOutStep {
            try await here.engine.logout.signOut(signedIn.session, site: site, wanted: wanted)
        }

        func answer(
            _ step: SignOutStep?, state: String? = nil, at id: ConnectionID = "globex-oidc", name: String = "state",
            cookie: String?? = .none
        ) async throws -> SignOutStep? {
            let state = state ?? here.script.logouts.last?.state ?? ""
            let callback = try LoginCallback(
                method: .get, endpoint: .logout, rawQuery: Data("\(name)=\(state)".utf8))
            return await here.engine.logout.complete(callback, at: id, cookie: cookie ?? step?.ticket?.reveal())
        }

        func outcome(_ step: SignOutStep?) -> SignOutOutcome? {
            here.engine.logout.outcome(of: step?.ticket?.reveal())
        }

        func codes(_ kind: AuditKind) async throws -> [String?] {
            try await here.records(kind).map { try RecordedBody($0).code }
        }
    }

    private func expectPage(_ step: SignOutStep?) {
        guard case .page = step?.next else {
            Issue.record("not our own page: \(String(describing: step))")
            return
        }
    }

    // MARK: Going

    @Test func `ends the session here, then sends the browser to the IdP`() async throws {
        let person = try await Person()
        let step = try await person.signOut()
        guard case .redirect(let url) = step.next else { throw Unexpected("the IdP") }
        #expect(url.absoluteString == "https://idp.example/end")
        #expect(try await person.here.sessionCount() == 0)
        let request = try #require(person.here.script.logouts.first)
        #expect(request.subject == person.signedIn.session.subject)
        #expect(request.session.sessionID == "up-1")
        #expect(request.returnURL.absoluteString == "https://portal.example/vestibule/cb/globex-oidc/logout")
        #expect(request.state.utf8.count == 43)
        #expect(request.requestID.first == "_" && request.requestID.utf8.count == 44)
        #expect(try await person.here.records(.logout, .logoutSent).map(\.kind) == [.logout, .logoutSent])
        #expect(person.outcome(step) == nil)
    }

    @Test func `posts to the IdP where the module says so`() async throws {
        let url = try #require(Self.endSession)
        let person = try await Person(step: .formPost(url, [FormParameter("a", "b")]))
        guard case .formPost(let target, let fields, "globex-oidc") = try await person.signOut().next else {
            throw Unexpected("a form")
        }
        #expect(target == url && fields == [FormParameter("a", "b")])
    }

    @Test func `the module gets back the session's handle and its names`() async throws {
        let upstream = UpstreamSession(sessionID: "up-1", principal: "hash-1", handle: Data("kept".utf8))
        let person = try await Person(upstream: upstream)
        _ = try await person.signOut()
        #expect(person.here.script.logouts.first?.session == upstream)
    }

    @Test func `an IdP that is down neither keeps the session nor hides that it is over`() async throws {
        let person = try await Person()
        person.here.script.onBeginLogout { _ throws(LoginError) in
            throw LoginError(.upstreamUnavailable, detail: "no route")
        }
        let step = try await person.signOut(to: Self.away)
        expectPage(step)
        #expect(person.outcome(step) == SignOutOutcome(connection: "Sign-in globex-oidc", isComplete: false))
        #expect(try await person.here.sessionCount() == 0)
        #expect(try await person.codes(.logoutFailed) == ["upstream_unavailable"])
        #expect(try await person.here.records(.logoutSent).isEmpty)
    }

    @Test func `an upstream handle that does not open ends the session here all the same`() async throws {
        let person = try await Person()
        var session = person.signedIn.session
        session.upstreamHandle = Data([1, 2, 3])
        let step = try await person.here.engine.logout.signOut(session, site: person.site, wanted: "")
        expectPage(step)
        #expect(try await person.here.sessionCount() == 0)
        #expect(try await person.codes(.logoutFailed) == ["configuration_invalid"])
    }

    @Test func `a module that would send names to plain http is not followed`() async throws {
        let url = try #require(URL(string: "http://idp.example/end"))
        let person = try await Person(step: .redirect(url))
        expectPage(try await person.signOut())
        #expect(try await person.codes(.logoutFailed) == ["provider_misbehaved"])
    }

    @Test func `where nothing can be asked of the IdP the browser goes where it may`() async throws {
        for person in [try await Person(step: .notConfigured), try await Person(upstream: nil)] {
            guard case .leave(Self.away) = try await person.signOut(to: Self.away).next else {
                throw Unexpected("the registered address")
            }
            #expect(try await person.here.records(.logoutSent, .logoutFailed).isEmpty)
        }
        let person = try await Person(step: .notConfigured)
        let step = try await person.signOut()
        expectPage(step)
        #expect(person.outcome(step)?.isComplete == false)
    }

    @Test func `a module that is done without the browser leaves nothing to wait for`() async throws {
        let person = try await Person(step: .done)
        let step = try await person.signOut()
        expectPage(step)
        #expect(person.outcome(step)?.isComplete == true)
        #expect(try await person.codes(.logoutAnswered) == ["complete"])
    }

    @Test(arguments: ["https://evil.example/", "//evil.example", away + "/", away + "?a", away.uppercased()])
    func `no address that is not registered is ever a sign-out's end (M50)`(target: String) async throws {
        let person = try await Person()
        expectPage(try await person.answer(person.signOut(to: target)))
        let plain = try await Person(step: .notConfigured)
        expectPage(try await plain.signOut(to: target))
    }

    // MARK: Coming back

    @Test(arguments: ["state", "RelayState"])
    func `a complete sign-out ends at the registered address`(name: String) async throws {
        let person = try await Person()
        let step = try await person.answer(person.signOut(to: Self.away), name: name)
        guard case .leave(Self.away) = step?.next else { throw Unexpected("the registered address") }
        #expect(step?.ticket == nil)
        #expect(try await person.codes(.logoutAnswered) == ["complete"])
        let answered = try #require(person.here.script.answeredLogouts.first)
        #expect(answered.requestID == person.here.script.logouts.first?.requestID)
    }

    @Test func `an address that is registered no longer is not followed`() async throws {
        let person = try await Person()
        let step = try await person.signOut(to: Self.away)
        try await person.here.change { $0.sites[0].postLogoutRedirectURIs = [] }
        expectPage(try await person.answer(step))
    }

    @Test func `our own page says whether the person is signed out at the IdP too`() async throws {
        for (result, isComplete) in [(LogoutResult.complete, true), (.partial, false)] {
            let person = try await Person()
            person.here.script.onCompleteLogout { _, _ throws(LoginError) in result }
            let step = try await person.answer(person.signOut())
            expectPage(step)
            #expect(person.outcome(step) == SignOutOutcome(connection: "Sign-in globex-oidc", isComplete: isComplete))
        }
    }

    @Test func `whoever may still be signed in at the IdP is told before going on`() async throws {
        let person = try await Person()
        person.here.script.onCompleteLogout { _, _ throws(LoginError) in .partial }
        let step = try await person.answer(person.signOut(to: Self.away))
        expectPage(step)
        #expect(try await person.codes(.logoutAnswered) == ["partial"])
    }

    @Test func `an answer that the module refuses says so and sends nobody on`() async throws {
        let person = try await Person()
        person.here.script.onCompleteLogout { _, _ throws(LoginError) in
            throw LoginError("message_refused", detail: "forged", rule: "signature_invalid")
        }
        let step = try await person.answer(person.signOut(to: Self.away))
        expectPage(step)
        #expect(person.outcome(step)?.isComplete == false)
        let failed = try #require(try await person.here.records(.logoutFailed).first)
        #expect(try RecordedBody(failed).facts["rule"] == "signature_invalid")
    }

    @Test func `an answer counts once`() async throws {
        let person = try await Person()
        let step = try await person.signOut(to: Self.away)
        _ = try await person.answer(step)
        let again = try await person.answer(step)
        expectPage(again)
        #expect(person.outcome(again)?.isComplete == false)
        #expect(person.here.script.answeredLogouts.count == 1)
        #expect(try await person.codes(.logoutFailed) == ["replayed"])
    }

    @Test func `an answer that is over is not the pending one`() async throws {
        let person = try await Person()
        let ended = try await person.answer(person.signOut())
        #expect(try await person.answer(ended) == nil)
    }

    @Test func `a forged state, another browser and another connection are nobody's sign-out`() async throws {
        let person = try await Person()
        let step = try await person.signOut()
        #expect(try await person.answer(step, state: "forged") == nil)
        #expect(try await person.answer(step, state: "") == nil)
        #expect(try await person.answer(step, cookie: .some(nil)) == nil)
        #expect(try await person.answer(step, cookie: "bm90IHNlYWxlZA") == nil)
        #expect(try await person.answer(step, at: "acme-staff") == nil)
        let other = try await person.here.signIn("bob@globex.example") { $0.upstream = UpstreamSession(sessionID: nil) }
        let theirs = try await person.here.engine.logout.signOut(other.session, site: person.site, wanted: "")
        let states = person.here.script.logouts.map(\.state)
        #expect(try await person.answer(theirs, state: states[0]) == nil)
        #expect(try await person.answer(step, state: states[1]) == nil)
        #expect(person.here.script.answeredLogouts.isEmpty)
        #expect(try await person.answer(step, state: states[0]) != nil)
    }

    @Test func `two states in one answer are none`() async throws {
        let person = try await Person()
        let step = try await person.signOut()
        let state = try #require(person.here.script.logouts.first?.state)
        #expect(try await person.answer(step, state: "\(state)&RelayState=\(state)") == nil)
    }

    @Test func `a sign-out waits ten minutes and no longer`() async throws {
        let person = try await Person()
        let step = try await person.signOut()
        person.here.clock.advance(by: .seconds(600))
        #expect(try await person.answer(step) == nil)
        #expect(person.here.script.answeredLogouts.isEmpty)
    }

    @Test func `a connection that was disabled in between is not asked what its IdP said`() async throws {
        let person = try await Person()
        let step = try await person.signOut(to: Self.away)
        try await person.here.change { $0.connections[2].isEnabled = false }
        let answered = try await person.answer(step)
        expectPage(answered)
        #expect(person.outcome(answered)?.isComplete == false)
        #expect(person.here.script.answeredLogouts.isEmpty)
        #expect(try await person.codes(.logoutFailed) == ["connection_disabled"])
    }

    @Test func `the cookie shows nothing of the sign-out and no bit of it can be changed`() async throws {
        let person = try await Person()
        let step = try await person.signOut(to: Self.away)
        let cookie = try #require(step.ticket?.reveal())
        let state = try #require(person.here.script.logouts.first?.state)
        #expect(!cookie.contains(state) && cookie.utf8.count < 2048)
        for index in stride(from: 0, to: cookie.count, by: 17) {
            var changed = Array(cookie)
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(LogoutTicket.open(String(changed), with: person.here.engine.environment) == nil)
        }
    }
}
