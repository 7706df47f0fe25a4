import Broker
import BrokerModel
import ServiceManagement
import Testing

@testable import BrokerEngine

/// A site that watches before it refuses.
@Suite struct ObserveTests {
    private let seven = "/servicedesk/customer/portal/7"

    private func observing(_ change: (inout WantedResources) -> Void = { _ in }) async throws -> TestInstallation {
        try await GatedSite.installation {
            $0.sites[0].access.enforcement = .observe
            change(&$0)
        }
    }

    @Test func `what lacks a session passes as nobody and is counted`() async throws {
        let here = try await observing()
        for target in [seven, "/servicedesk/customer/portals", "/browse/SUP-1"] {
            let decision = await here.engine.gate.decision(on: TestBrowser().request(target))
            #expect(decision.answer.anonymousPass == .observed(.noSession), "\(target)")
            #expect(decision.outcome == .allowedObserved && decision.withheld?.outcome == .noSession)
        }
        let signUp = TestBrowser().request("/servicedesk/customer/user/signup", method: "POST")
        #expect(await here.answer(signUp).anonymousPass == .observed(.closed))
        #expect(here.metrics.labels.contains("gate allowed_observed"))
    }

    @Test func `what lacks a rule passes with the identity, and the refusal is there to count`() async throws {
        let here = try await observing()
        let ann = try await here.browser()
        let decision = await here.engine.gate.decision(on: ann.request(seven))
        #expect(decision.answer.isAllowed && decision.outcome == .allowedObserved)
        let refusal = try #require(decision.withheld?.refusal)
        #expect(refusal.organization == "globex" && refusal.portal == 7 && refusal.reason == .rule("hr-only"))
        #expect(decision.reading?.kind == .portal)
        // What has to be counted is never answered from memory.
        _ = await here.answer(ann.request("/servicedesk/customer/portal/3"))
        #expect(here.engine.gate.warmAnswer(ann.request("/servicedesk/customer/portal/3")) != nil)
        #expect(here.engine.gate.warmAnswer(ann.request(seven)) == nil)
    }

    @Test func `who is not admitted passes and is counted`() async throws {
        let here = try await observing()
        let ann = try await here.browser()
        try await here.change { $0.sites[0].organizations = ["acme"] }
        for request in [ann.request(), ann.request(token: .some(nil))] {
            let decision = await here.engine.gate.decision(on: request)
            #expect(decision.answer.isAllowed && decision.withheld?.outcome == .notAdmitted)
        }
        #expect(here.engine.gate.warmAnswer(ann.request()) == nil)
    }

    @Test func `what cannot be read, and a store that does not answer, stay refused`() async throws {
        let here = try await observing()
        let ann = try await here.browser()
        #expect(await here.outcome(TestBrowser().request("/a//b")) == .badRequest)
        for browser in [ann, TestBrowser()] {
            let models = browser.request("/rest/servicedesk/1/customer/models", method: "POST")
            #expect(await here.outcome(models.posting("{")) == .badBody)
            #expect(await here.outcome(models.with { $0.body = .tooLarge }) == .badBody)
        }
        here.store.readsFail = true
        #expect(await here.outcome(ann.request()) == .unavailable)
        here.clock.advance(by: .seconds(2))
        #expect(await here.outcome(TestBrowser().request()) == .unavailable)
    }

    @Test func `a portal or an organization may be watched where the site refuses`() async throws {
        let here = try await GatedSite.installation { $0.sites[0].portals[1].enforcement = .observe }
        let ann = try await here.browser()
        #expect(await here.answer(ann.request(seven)).isAllowed)
        #expect(await here.outcome(ann.request("/servicedesk/customer/portal/9")) == .denied)
        #expect(await here.answer(TestBrowser().request(seven)).anonymousPass == .observed(.noSession))
        #expect(await here.outcome(TestBrowser().request("/servicedesk/customer/portal/3")) == .noSession)
        #expect(await here.outcome(TestBrowser().request("/servicedesk/customer/portal/7/SUP-1")) == .noSession)
        let create = TestBrowser().request("/servicedesk/customer/portal/7/create/70", method: "POST")
        #expect(await here.answer(create).anonymousPass == .observed(.noSession))
        try await here.change {
            $0.sites[0].portals[1].enforcement = nil
            $0.organizations[1].enforcement = .observe
        }
        #expect(await here.answer(ann.request(seven)).isAllowed)
        #expect(await here.answer(ann.request("/browse/SUP-1")).isAllowed)
        #expect(await here.outcome(TestBrowser().request(seven)) == .noSession)
    }

    @Test func `a portal may refuse where the site only watches`() async throws {
        let here = try await observing { $0.sites[0].portals[1].enforcement = .enforce }
        let ann = try await here.browser()
        #expect(await here.outcome(ann.request(seven)) == .denied)
        #expect(await here.outcome(TestBrowser().request(seven)) == .noSession)
        // What may show that portal under another address is measured by it.
        for target in ["/browse/HR-1", "/rest/api/2/issue/HR-1", "/nobody/knows"] {
            #expect(await here.answer(ann.request(target)).isAllowed == false, "\(target)")
            #expect([.noSession, .closed].contains(await here.outcome(TestBrowser().request(target))), "\(target)")
        }
        let attachment = "/servicedesk/customershim/secure/attachment/10001/a.pdf"
        #expect(await here.outcome(TestBrowser().request(attachment)) == .noSession)
        #expect(
            await here.answer(TestBrowser().request("/servicedesk/customer/portal/3")).anonymousPass
                == .observed(.noSession))
        let unseen = ann.request("/rest/servicedesk/1/customer/models", method: "POST")
        #expect(await here.answer(unseen).refusal?.reason == .bodyUnseen)
        try await here.change { $0.sites[0].organizations = ["acme"] }
        // Not being admitted is only watched, and that opens no portal that refuses.
        #expect(await here.outcome(ann.request(seven)) == .denied)
    }

    @Test func `the date from which a site refuses comes, warm or not`() async throws {
        let here = try await GatedSite.installation()
        let start = here.clock.now + .seconds(20)
        try await here.change { $0.sites[0].access.enforcement = .enforceFrom(start) }
        let ann = try await here.browser()
        #expect(await here.answer(ann.request(seven)).isAllowed)
        _ = await here.answer(ann.request())
        #expect(here.engine.gate.warmAnswer(ann.request()) != nil)
        here.clock.now = start
        here.engine.live.confirm(at: start)
        #expect(here.engine.gate.warmAnswer(ann.request()) == nil)
        #expect(await here.outcome(ann.request(seven)) == .denied)
        #expect(await here.outcome(TestBrowser().request(seven)) == .noSession)
        #expect(await here.outcome(ann.request()) == .allowed)
    }

    @Test(.timeLimit(.minutes(1))) func `the log says what would have been refused`() async throws {
        let here = try await observing()
        let ann = try await here.browser()
        _ = await here.answer(ann.request(seven))
        while try await here.records(.gateObserved).isEmpty { await Task.yield() }
        #expect(try await here.records(.gateObserved).first.map { try RecordedBody($0).code } == "denied")
    }
}
