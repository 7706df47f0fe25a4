import Broker
import BrokerModel
import Foundation
import JOSE
import Testing

@testable import BrokerEngine

/// A live session follows what its IdP says of the person.
@Suite struct SessionRefreshTests {
    @Test func `nobody is asked before it is due, and then once`() async throws {
        let person = try await RefreshedSession()
        person.answer(.same(RefreshedSession.upstream))
        try await person.refresh(after: .seconds(809))
        #expect(person.here.script.refreshed.isEmpty)
        try await person.refresh(after: .seconds(91))
        #expect(person.here.script.refreshed == [RefreshedSession.upstream])
        try await person.refresh(after: .zero)
        #expect(person.here.script.refreshed.count == 1)
        try await person.refresh()
        #expect(person.here.script.refreshed.count == 2)
    }

    @Test func `a confirmed session goes on with the handle that the IdP gave`() async throws {
        let person = try await RefreshedSession()
        person.answer(.same(UpstreamSession(sessionID: nil, handle: Data("token-2".utf8))))
        try await person.refresh()
        #expect(try await person.handle() == "token-2")
        let stored = try await person.stored()
        #expect((stored.upstreamSessionID, stored.upstreamPrincipal) == ("up-1", "ann"))
        #expect(stored.refresh.confirmedAt == person.here.clock.now && stored.refresh.claim == nil)
        #expect(try #require(stored.upstreamHandle).contains(Data("token-2".utf8)) == false)
        #expect(await person.gate() == .allowed)
        #expect(person.here.metrics.labels.contains("refresh confirmed"))
        person.answer(.same(UpstreamSession(sessionID: "up-2", handle: Data("token-3".utf8))))
        try await person.refresh()
        #expect(person.here.script.refreshed.last?.handle == Data("token-2".utf8))
        #expect(try await person.stored().upstreamSessionID == "up-2")
    }

    @Test func `groups and attributes follow the IdP, and the next token shows them`() async throws {
        let person = try await RefreshedSession {
            $0.connections[2].mapping = AttributeMapping([AttributeRule(attribute: "department", claim: "dept")])
        }
        #expect(await person.gate() == .allowed)
        person.say {
            $0.groups = GroupSet(["partners"], completeness: .complete)
            $0.claims = [Claim("dept", values: ["Sales"], from: .idToken)]
        }
        try await person.refresh()
        #expect(try await person.handle() == "token-2")
        let customer = try await person.customer()
        #expect(customer.groups.values == ["partners"] && customer.attributes == ["department": ["Sales"]])
        #expect(customer.lastLoginAt == person.signedIn.customer.lastLoginAt)
        let record = try #require(try await person.here.records(.customerChanged).first)
        #expect(try RecordedBody(record).facts["changed"] == "groups,attributes")
        guard case .allow(let grant) = await person.here.engine.gate.decide(person.browser.request()) else {
            throw Unexpected("a grant")
        }
        #expect(grant.headers.contains { $0.value == "partners" })
        let token = try #require(grant.renewedToken).reveal()
        let claims = try JSONObject.parse(Base64URL.decode(String(token.split(separator: ".")[1])))
        #expect(claims.array("groups")?.map(\.string) == ["partners"])
        #expect(claims["groups_incomplete"] == nil)
    }

    @Test func `what a refresh does not repeat stays`() async throws {
        let person = try await RefreshedSession {
            $0.connections[2].mapping = AttributeMapping([AttributeRule(attribute: "department", claim: "dept")])
        }
        person.say { $0.claims = [Claim("dept", values: ["Sales"], from: .idToken)] }
        try await person.refresh()
        person.say { ($0.email, $0.displayName, $0.upstream) = (nil, nil, nil) }
        try await person.refresh()
        let customer = try await person.customer()
        #expect(customer.email == .address("ann@globex.example") && customer.displayName == "Ann Other")
        #expect(customer.attributes == ["department": ["Sales"]])
        #expect(try await person.handle() == "token-2")
    }

    /// A refreshed ID token need not repeat the claim, so its absence says nothing.
    @Test(arguments: [
        (GroupSet.Completeness.overage, GroupSet.Completeness.overage), (.unsupported, .complete), (.failed, .failed),
    ])
    func `groups that are not all there take nothing away`(
        completeness: GroupSet.Completeness, kept: GroupSet.Completeness
    ) async throws {
        let person = try await RefreshedSession()
        person.say { $0.groups = GroupSet([], completeness: completeness) }
        try await person.refresh()
        #expect(try await person.customer().groups == GroupSet(["staff"], completeness: kept))
        person.say { $0.groups = GroupSet([], completeness: .complete) }
        try await person.refresh()
        #expect(try await person.customer().groups.values.isEmpty)
    }

    @Test func `access that is gone ends every session of the identity now, and no other`() async throws {
        let person = try await RefreshedSession()
        let here = person.here
        let other = try await here.signIn("ann@globex.example") { $0.upstream = RefreshedSession.upstream }
        let bob = try await here.signIn("bob@globex.example")
        person.answer(.revoked(Denial(.refusedByIdP, detail: "invalid_grant")))
        try await person.refresh()
        #expect(try await here.engine.sessions.list(.all, limit: 9).map(\.id) == [bob.session.id])
        #expect(await person.gate() == .noSession)
        #expect(try await person.codes(.sessionEnded) == ["upstream_revoked", "upstream_revoked"])
        let record = try #require(try await here.records(.accessRevoked).first)
        let body = try RecordedBody(record)
        #expect(record.customer == other.customer.id && record.connection == "globex-oidc")
        #expect(body.code == "upstream_denied" && body.facts["detail"] == "invalid_grant")
        #expect(body.facts["sessions"] == "2")
        #expect(here.metrics.labels.contains("ended upstream_revoked 2"))
        let asked = here.script.refreshed.count
        try await person.refresh()
        #expect(here.script.refreshed.count == asked)
    }

    @Test func `another process refuses as soon as it looks at the store`() async throws {
        let person = try await RefreshedSession()
        let other = try await person.here.otherEngine()
        person.here.clock.advance(by: RefreshedSession.every)
        try await other.live.reload()
        guard case .allow(let grant) = await other.gate.decide(person.browser.request()) else {
            throw Unexpected("a grant")
        }
        let renewed = grant.renewedToken?.reveal()
        person.answer(.revoked(Denial(.refusedByIdP)))
        try await person.refresh(after: .zero)
        try await other.live.reload()
        let request = person.browser.request(token: .some(renewed))
        #expect(await other.gate.decide(request).outcome == .noSession)
    }

    @Test func `a site that was told of the session is told of its end`() async throws {
        let script = ScriptedFacade.Script()
        let person = try await RefreshedSession { $0.sites[0] = $0.sites[0].scripted(script) }
        let host = person.here.engine.facades.host(FacadeAddress(site: "portal", kind: ScriptedFacade.kind))
        let owner = try #require(try await host.owner(of: person.signedIn.session.id))
        _ = try await host.answer(FacadeAnswerRequest(owner))
        person.answer(.revoked(Denial(.refusedByIdP)))
        try await person.refresh()
        try await person.here.engine.outbox.drain()
        #expect(script.ended.map(\.session) == [person.signedIn.session.id])
    }

    @Test func `a module without anything to ask with is asked once`() async throws {
        let person = try await RefreshedSession()
        try await person.refresh()
        #expect(try await person.stored().refresh.dueAt == nil)
        try await person.refresh()
        #expect(person.here.script.refreshed.count == 1)
        #expect(await person.gate() == .allowed)
    }

    @Test func `a session without a handle at the IdP is never asked about`() async throws {
        let person = try await RefreshedSession(upstream: nil)
        try await person.refresh()
        #expect(person.here.script.refreshed.isEmpty)
    }

    @Test func `the connection's own time counts`() async throws {
        let person = try await RefreshedSession { $0.connections[2].refreshEvery = .seconds(60) }
        person.answer(.same(RefreshedSession.upstream))
        try await person.refresh(after: .seconds(60))
        #expect(person.here.script.refreshed.count == 1)
    }
}
