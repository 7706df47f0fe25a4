import Broker
import BrokerModel
import Foundation
import JOSE
import Testing

@testable import BrokerEngine

/// What a facade may tell, and only once.
@Suite struct FacadeHostTests {
    private struct Place {
        let here: TestInstallation
        let script = ScriptedFacade.Script()
        let address = FacadeAddress(site: "portal", kind: ScriptedFacade.kind)

        init(_ change: (inout Site) -> Void = { _ in }) async throws {
            let script = script
            here = try await TestInstallation {
                $0.sites[0] = $0.sites[0].scripted(script)
                change(&$0.sites[0])
            }
        }

        var host: FacadeHost { here.engine.facades.host(address) }

        func owner(_ signedIn: SignedIn) async throws -> SessionService.Owner {
            try #require(try await host.owner(of: signedIn.session.id))
        }

        func answer(_ signedIn: SignedIn, oneTime: [OneTimeIdentifier] = []) async throws -> FacadeAnswer {
            try await host.answer(FacadeAnswerRequest(owner(signedIn), oneTime: oneTime))
        }

        func refusal(_ work: () async throws -> some Any) async -> FacadeError.Code? {
            do { _ = try await work() } catch let error as FacadeError { return error.code } catch {}
            return nil
        }
    }

    // MARK: Answering

    @Test func `tells a name and a session key, and writes it down`() async throws {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        let answer = try await place.answer(signedIn)
        #expect(answer.name == .address("ann@globex.example"))
        #expect(answer.session.id == signedIn.session.id)
        let again = try await place.answer(signedIn)
        #expect(again.key == answer.key)
        #expect(try await place.here.records(.facadeAnswered).count == 2)
        #expect(try await place.here.records(.customerNamed).count == 1)
    }

    @Test func `31: a site that asks again and again about one session is answered twenty times, and then it ends`()
        async throws
    {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        for _ in 0..<20 { _ = try await place.answer(signedIn) }
        #expect(await place.refusal { try await place.answer(signedIn) } == .signInCircle)
        #expect(try await place.here.records(.facadeAnswered).count == 20)
        place.here.clock.advance(by: .seconds(6))
        _ = try await place.answer(signedIn)
    }

    @Test func `the name stays when the address at the IdP changes`() async throws {
        let place = try await Place()
        _ = try await place.answer(place.here.signIn("ann@globex.example", subject: "one"))
        let later = try await place.here.signIn("ann.other@globex.example", subject: "one")
        let answer = try await place.answer(later)
        #expect(answer.name == .address("ann@globex.example"))
        #expect(answer.customer.email == .address("ann.other@globex.example"))
    }

    @Test func `a name that somebody else has is not given away with the address`() async throws {
        let place = try await Place()
        _ = try await place.answer(place.here.signIn("ann@globex.example", subject: "one"))
        _ = try await place.here.signIn("ann.other@globex.example", subject: "one")
        let successor = try await place.here.signIn("ann@globex.example", subject: "two")
        #expect(await place.refusal { try await place.answer(successor) } == .nameTaken)
        #expect(try await place.here.records(.facadeAnswered).count == 1)
    }

    @Test func `an operator renames, within the organization, and it is written down`() async throws {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        _ = try await place.answer(signedIn)
        let customers = place.here.engine.customers
        let actor = AuditEvent.Actor.administrator("root")
        #expect(
            try await customers.rename(signedIn.customer.id, to: .address("annie@globex.example"), actor: actor)
                == .address("ann@globex.example"))
        #expect(try await place.answer(signedIn).name == .address("annie@globex.example"))
        await #expect(throws: CustomerError.nameNotOwned) {
            try await customers.rename(signedIn.customer.id, to: .address("ann@acme.example"), actor: actor)
        }
        let other = try await place.here.signIn("bob@globex.example", in: TestBrowser())
        await #expect(throws: CustomerError.nameTaken) {
            try await customers.rename(other.customer.id, to: .address("annie@globex.example"), actor: actor)
        }
        #expect(try await place.here.records(.customerRenamed).count == 1)
    }

    @Test func `a request of the site is answered once`() async throws {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        let identifier = OneTimeIdentifier("request/_1", until: place.here.clock.now + .seconds(600))
        _ = try await place.answer(signedIn, oneTime: [identifier])
        #expect(await place.refusal { try await place.answer(signedIn, oneTime: [identifier]) } == .replayed)
    }

    @Test func `a session that ended between looking and answering tells nothing`() async throws {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        let owner = try await place.owner(signedIn)
        try await place.here.engine.sessions.end(.session(signedIn.session.id), reason: .revoked, actor: .system)
        #expect(await place.refusal { try await place.host.answer(FacadeAnswerRequest(owner)) } == .loginRequired)
        #expect(try await place.here.records(.facadeAnswered, .customerNamed).isEmpty)
    }

    @Test func `a site that stops admitting an organization is told nothing about its people`() async throws {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        try await place.here.change { $0.sites[0].organizations = ["acme"] }
        #expect(await place.refusal { try await place.answer(signedIn) } == .notAdmitted)
        try await place.here.change { $0.sites[0].organizations = ["acme", "globex"] }
        #expect(try await place.answer(signedIn).name == .address("ann@globex.example"))
    }

    // MARK: Grants

    @Test func `a code counts once, and used again it takes what was made from it`() async throws {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        let host = place.host
        let answer = try await host.answer(
            FacadeAnswerRequest(
                place.owner(signedIn), handing: (kind: .code, content: Data("c".utf8), lifetime: .seconds(60))))
        let code = try #require(answer.value).reveal()
        guard case .first(let grant) = try await host.use(code, as: .code) else { throw Unexpected("a first use") }
        #expect(grant.content == Data("c".utf8) && grant.session == signedIn.session.id)
        let token = try await host.hand(
            Data("t".utf8), as: .accessToken, session: signedIn.session.id, parent: grant.id, lifetime: .seconds(600))
        #expect(try await host.read(token.reveal(), as: .accessToken) != nil)
        guard case .again = try await host.use(code, as: .code) else { throw Unexpected("a second use") }
        #expect(try await host.read(token.reveal(), as: .accessToken) == nil)
        #expect(
            await place.refusal {
                try await host.hand(Data(), as: .accessToken, parent: grant.id, lifetime: .seconds(600))
            } == .grantInvalid)
    }

    @Test func `a code is of its kind, of its facade and of its time`() async throws {
        let place = try await Place()
        let code = try await place.host.hand(Data("c".utf8), as: .code, lifetime: .seconds(60)).reveal()
        #expect(try await place.host.read(code, as: .accessToken) == nil)
        let elsewhere = place.here.engine.facades.host(FacadeAddress(site: "other", kind: ScriptedFacade.kind))
        guard case .unknown = try await elsewhere.use(code, as: .code) else { throw Unexpected("nothing there") }
        #expect(try await elsewhere.read(code, as: .code) == nil)
        place.here.clock.advance(by: .seconds(60))
        guard case .unknown = try await place.host.use(code, as: .code) else { throw Unexpected("an end") }
    }

    @Test func `what a session opened ends with it`() async throws {
        let place = try await Place()
        let signedIn = try await place.here.signIn("ann@globex.example")
        let token = try await place.host.hand(
            Data("t".utf8), as: .accessToken, session: signedIn.session.id, lifetime: .seconds(600))
        try await place.here.engine.sessions.end(.session(signedIn.session.id), reason: .revoked, actor: .system)
        #expect(try await place.host.read(token.reveal(), as: .accessToken) == nil)
    }

    @Test func `nothing of a value is in the store`() async throws {
        let place = try await Place()
        let value = try await place.host.hand(Data("MARKED".utf8), as: .request, lifetime: .seconds(60)).reveal()
        let bytes =
            try Data(contentsOf: URL(fileURLWithPath: place.here.path))
            + ((try? Data(contentsOf: URL(fileURLWithPath: place.here.path + "-wal"))) ?? Data())
        #expect(bytes.range(of: Data(value.utf8)) == nil && bytes.range(of: Data("MARKED".utf8)) == nil)
        #expect(try await place.host.read(value, as: .request)?.content == Data("MARKED".utf8))
    }

    // MARK: Keys

    @Test func `a facade's keys are made where a site has the facade, and are in no session's key set`() async throws {
        let here = try await TestInstallation()
        try await here.engine.maintain()
        #expect(try await here.engine.keys.list(.openid).isEmpty)
        try await here.store.write { writer in
            guard var site = try writer.resources().sites["portal"] else { return }
            site.facades = [SiteFacade(kind: "openid", settings: .object([:]))]
            try writer.put(site)
            try writer.raiseResourceRevision()
        }
        try await here.engine.keys.maintain()
        let keys = try await here.engine.keys.list(.openid)
        #expect(keys.first?.algorithm == "RS256")
        #expect(try await here.engine.keys.list(.saml).isEmpty)
        let published = String(decoding: here.engine.live.keys.publicJWKS, as: UTF8.self)
        #expect(keys.allSatisfy { !published.contains($0.id) })
        let host = here.engine.facades.host(FacadeAddress(site: "portal", kind: "openid"))
        #expect(try host.keys().first?.key.id == keys.first { $0.state == .active }?.id)
    }

    // MARK: Refusing

    @Test func `a refusal is written down under a reference and names nobody's secret`() async throws {
        let place = try await Place()
        let request = FacadeRequest(method: .get, route: "who", handle: Secret("SECRETHANDLE"))
        do {
            _ = try await place.here.engine.facades.respond(to: request, at: place.address)
            throw Unexpected("a refusal")
        } catch let failure as FacadeFailure {
            #expect(failure.code == .loginRequired)
            let record = try #require(try await place.here.records(.facadeRefused).first)
            #expect(record.reference == failure.reference)
            #expect(!record.body.contains("SECRETHANDLE"))
        }
    }

    @Test func `no facade, no route, no answer`() async throws {
        let place = try await Place()
        let facades = place.here.engine.facades
        let request = FacadeRequest(method: .get, route: "nothing")
        #expect(try await facades.respond(to: request, at: place.address) == nil)
        #expect(
            try await facades.respond(to: request, at: FacadeAddress(site: "portal", kind: "saml")) == nil)
        #expect(
            try await facades.respond(to: request, at: FacadeAddress(site: "nowhere", kind: "scripted")) == nil)
    }
}
