import Broker
import BrokerModel
import Foundation
import Testing

@testable import BrokerEngine

/// A sign-out goes through the sites that only the person's browser can tell, then to the IdP, then back to who asked.
@Suite struct SiteSignOutTests {
    private struct Person {
        let here: TestInstallation
        let script = ScriptedFacade.Script()
        let signedIn: SignedIn
        let address = FacadeAddress(site: "portal", kind: ScriptedFacade.kind)
        let site: Site

        init(byBrowser: Bool = true, isTold: Bool = true) async throws {
            let script = script
            here = try await TestInstallation { $0.sites[0] = $0.sites[0].scripted(script, byBrowser: byBrowser) }
            let url = try #require(URL(string: "https://idp.example/end"))
            here.script.onBeginLogout { _ throws(LoginError) in .redirect(url) }
            signedIn = try await here.signIn("ann@globex.example") { $0.upstream = UpstreamSession(sessionID: "up") }
            site = try #require(here.engine.live.resources.sites["portal"])
            guard isTold else { return }
            let host = here.engine.facades.host(address)
            let owner = try #require(try await host.owner(of: signedIn.session.id))
            _ = try await host.answer(FacadeAnswerRequest(owner))
        }

        func signOut(asking conclusion: Data?? = .none, isProven: Bool = true) async throws -> SignOutStep {
            try await here.engine.logout.signOut(
                signedIn.session, site: site, wanted: "",
                asking: conclusion.map { (facade: address, conclusion: $0) }, isProven: isProven)
        }

        func answered(_ step: SignOutStep, state: String? = nil, isComplete: Bool = true) async -> SignOutStep? {
            await here.engine.logout.siteAnswered(
                address, state: state ?? script.states.last ?? "", isComplete: isComplete,
                cookie: step.ticket?.reveal())
        }

        func backFromProvider(_ step: SignOutStep?) async throws -> SignOutStep? {
            let state = here.script.logouts.last?.state ?? ""
            return await here.engine.logout.complete(
                try LoginCallback(method: .get, endpoint: .logout, rawQuery: Data("state=\(state)".utf8)),
                at: "globex-oidc", cookie: step?.ticket?.reveal())
        }
    }

    private func target(_ step: SignOutStep?) -> String? {
        if case .redirect(let url)? = step?.next { url.absoluteString } else { nil }
    }

    @Test func `goes to the site, then to the IdP`() async throws {
        let person = try await Person()
        let first = try await person.signOut()
        #expect(target(first) == "https://site.example/out")
        #expect(try await person.here.sessionCount() == 0)
        let second = await person.answered(first)
        #expect(target(second) == "https://idp.example/end")
        #expect(try await person.here.records(.facadeSessionEnded).count == 1)
        #expect(try await person.here.engine.outbox.drain() == 0)
    }

    @Test func `another state, another browser or another site does not go on`() async throws {
        let person = try await Person()
        let first = try await person.signOut()
        #expect(await person.answered(first, state: "other") == nil)
        #expect(
            await person.here.engine.logout.siteAnswered(
                person.address, state: person.script.states[0], isComplete: true, cookie: nil) == nil)
        #expect(
            await person.here.engine.logout.siteAnswered(
                FacadeAddress(site: "other", kind: ScriptedFacade.kind), state: person.script.states[0],
                isComplete: true, cookie: first.ticket?.reveal()) == nil)
    }

    @Test func `what the site did not do is written down, and the IdP still hears`() async throws {
        let person = try await Person()
        let second = await person.answered(try await person.signOut(), isComplete: false)
        #expect(target(second) == "https://idp.example/end")
        let records = try await person.here.records(.facadeNotTold)
        #expect(try records.map { try RecordedBody($0).code } == ["refused_by_site"])
    }

    @Test func `a site that asked is not sent back to itself, and is answered in the end`() async throws {
        let person = try await Person()
        let step = try await person.signOut(asking: Data("back".utf8))
        #expect(target(step) == "https://idp.example/end")
        let last = try await person.backFromProvider(step)
        #expect(target(last) == "https://site.example/done")
        #expect(person.script.concluded.first?.0 == Data("back".utf8) && person.script.concluded.first?.1 == true)
        #expect(try await person.here.engine.outbox.drain() == 0)
    }

    @Test func `a site that did not prove that it asked is told all the same`() async throws {
        let person = try await Person(byBrowser: false)
        _ = try await person.signOut(asking: Data("back".utf8), isProven: false)
        try await person.here.engine.outbox.drain()
        #expect(person.script.ended.count == 1)
        let other = try await Person(byBrowser: false)
        _ = try await other.signOut(asking: Data("back".utf8))
        #expect(try await other.here.engine.outbox.drain() == 0)
    }

    @Test func `a site with a server hears from the outbox, not from the browser`() async throws {
        let person = try await Person(byBrowser: false)
        #expect(target(try await person.signOut()) == "https://idp.example/end")
        #expect(person.script.sentTo.isEmpty)
        try await person.here.engine.outbox.drain()
        #expect(person.script.ended.count == 1)
    }

    @Test func `a site that was never told is not asked`() async throws {
        let person = try await Person(isTold: false)
        #expect(target(try await person.signOut()) == "https://idp.example/end")
        #expect(person.script.sentTo.isEmpty)
    }
}
