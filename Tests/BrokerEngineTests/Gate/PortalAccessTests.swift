import Broker
import BrokerEngine
import BrokerModel
import Testing

/// Portal 3 and not 7, whatever the address or the body names.
@Suite struct PortalAccessTests {
    @Test func `every address of portal 3 passes and none of portal 7`() async throws {
        let here = try await GatedSite.installation()
        let (ann, hank) = (
            try await here.browser(), try await here.browser(groups: ["hr"], as: "hank@globex.example")
        )
        for target in GatedSite.ofThree {
            #expect(await here.outcome(ann.request(target)) == .allowed, "\(target)")
        }
        for target in GatedSite.ofSeven {
            let answer = await here.answer(ann.request(target))
            #expect(answer.refusal?.reason == .rule("hr-only"), "\(target)")
            #expect(answer.refusal?.portal == 7)
            #expect(await here.outcome(hank.request(target)) == .allowed, "\(target)")
        }
    }

    @Test func `where two portals are named both have to be open`() async throws {
        let here = try await GatedSite.installation()
        let ann = try await here.browser()
        for target in [
            "/servicedesk/customer/portal/3/create/70", "/servicedesk/customer/portal/3/HR-1",
            "/servicedesk/customer/portal/7/SUP-1", "/servicedesk/customer/portal/3?portalId=7",
            "/plugins/servlet/desk/portal/3/create/71", "/rest/servicedeskapi/servicedesk/13/requesttype/70",
        ] {
            #expect(await here.answer(ann.request(target)).refusal?.portal == 7, "\(target)")
        }
    }

    @Test func `what no portal lists is refused, and so is what cannot be read`() async throws {
        let here = try await GatedSite.installation()
        let hank = try await here.browser(groups: ["hr"], as: "hank@globex.example")
        for target in [
            "/servicedesk/customer/portal/9", "/servicedesk/customer/portal/3/create/99",
            "/servicedesk/customer/portal/3/OTHER-1", "/rest/servicedeskapi/servicedesk/3",
            "/rest/servicedeskapi/request/OTHER-1", "/servicedesk/customer/portal/3?portalId=+7",
        ] {
            #expect(await here.answer(hank.request(target)).refusal?.reason == .unknownPlace, "\(target)")
        }
        #expect(await here.answer(hank.request("/servicedesk/customer/portal/007")).isAllowed == false)
    }

    @Test func `pages of no portal pass for whoever the site admits`() async throws {
        let here = try await GatedSite.installation { $0.sites[0].organizations = ["globex"] }
        let ann = try await here.browser()
        for target in ["/servicedesk/customer/portals", "/servicedesk/customer/user/requests", "/s/a/_/b.css"] {
            #expect(await here.outcome(ann.request(target)) == .allowed, "\(target)")
        }
        try await here.change { $0.sites[0].organizations = ["acme"] }
        #expect(await here.outcome(ann.request("/servicedesk/customer/portals")) == .notAdmitted)
    }

    // MARK: Bodies

    private let models = "/rest/servicedesk/1/customer/models"
    private let create = "/rest/servicedeskapi/request"

    @Test func `a body that names 7 is refused, one that names 3 passes`() async throws {
        let here = try await GatedSite.installation()
        let ann = try await here.browser()
        let bodies: [(String, three: String, seven: String)] = [
            (models, #"{"models":["portal"],"options":{"portalId":3}}"#, #"{"options":{"portalId":"7"}}"#),
            (
                models, #"{"options":{"portal":{"id":3},"reqDetails":{"key":"SUP-1"}}}"#,
                #"{"options":{"portal":{"id":3},"reqDetails":{"key":"HR-1"}}}"#
            ),
            (models, #"{"options":{"reqCreate":{"id":25}}}"#, #"{"options":{"reqCreate":{"id":"70"}}}"#),
            (
                create, #"{"serviceDeskId":"13","requestTypeId":"25"}"#,
                #"{"serviceDeskId":"13","requestTypeId":"70"}"#
            ),
        ]
        for (target, three, seven) in bodies {
            let request = ann.request(target, method: "POST", accept: "application/json")
            #expect(await here.outcome(request.posting(three)) == .allowed, "\(three)")
            #expect(await here.answer(request.posting(seven)).refusal?.portal == 7, "\(seven)")
        }
    }

    @Test func `a body that nobody shows passes only where every portal is open`() async throws {
        let here = try await GatedSite.installation()
        let (ann, hank) = (
            try await here.browser(), try await here.browser(groups: ["hr"], as: "hank@globex.example")
        )
        for target in [models, create] {
            let refusal = await here.answer(ann.request(target, method: "POST")).refusal
            #expect(refusal?.reason == .bodyUnseen && refusal?.portal == nil, "\(target)")
            #expect(await here.outcome(hank.request(target, method: "POST")) == .allowed)
        }
        // What the address names is refused for what it is.
        let seven = await here.answer(ann.request("/servicedesk/customer/portal/7/create/70", method: "POST"))
        #expect(seven.refusal?.reason == .rule("hr-only"))
    }

    @Test func `a body that cannot be read is refused, whoever sends it`() async throws {
        let here = try await GatedSite.installation()
        let hank = try await here.browser(groups: ["hr"], as: "hank@globex.example")
        let request = hank.request(models, method: "POST")
        for body in ["", "{", #"{"options":{"portalId":3,"portalId":7}}"#, "[]"] {
            #expect(await here.outcome(request.posting(body)) == .badBody, "\(body)")
        }
        #expect(await here.outcome(request.with { $0.body = .tooLarge }) == .badBody)
        #expect(await here.outcome(request.posting(#"{"options":{"portalId":3}}"#)) == .allowed)
    }

    @Test func `an issue's number tells no portal, seen or not`() async throws {
        let here = try await GatedSite.installation()
        let ann = try await here.browser()
        let comment = ann.request("/rest/servicedesk/1/servicedesk/customer/comment", method: "POST")
        #expect(await here.outcome(comment) == .allowed)
        #expect(await here.outcome(comment.posting(#"{"issueId":10001}"#)) == .allowed)
    }

    // MARK: Rules

    @Test(arguments: [GroupSet.Completeness.overage, .failed])
    func `a ban by group holds while the groups are not all known`(_ completeness: GroupSet.Completeness) async throws {
        let here = try await GatedSite.installation {
            $0.sites[0].access.rules = [
                PortalRule(AccessRule("no-contractors", .deny, .group("contractors")), portals: [7])
            ]
        }
        let unknown = try await here.browser(groups: [], completeness)
        let seven = "/servicedesk/customer/portal/7"
        #expect(await here.answer(unknown.request(seven)).refusal?.reason == .rule("no-contractors"))
        #expect(await here.outcome(unknown.request("/servicedesk/customer/portal/3")) == .allowed)
        let known = try await here.browser(as: "kim@globex.example")
        #expect(await here.outcome(known.request(seven)) == .allowed)
    }

    @Test func `a private portal without a rule is nobody's`() async throws {
        let here = try await GatedSite.installation {
            $0.sites[0].access.rules = []
            $0.sites[0].portals[1].mode = .closed
        }
        let ann = try await here.browser(groups: ["hr", "staff", "admins"])
        let answer = await here.answer(ann.request("/servicedesk/customer/portal/7"))
        #expect(answer.refusal?.reason == .noRule && answer.refusal?.portal == 7)
        #expect(await here.outcome(ann.request("/servicedesk/customer/portal/3")) == .allowed)
    }

    @Test func `a ban on one request type leaves the others`() async throws {
        let here = try await GatedSite.installation {
            $0.sites[0].access.rules = [
                PortalRule(AccessRule("no-25", .deny, .group("staff")), portals: [3], requestTypes: [25])
            ]
        }
        let ann = try await here.browser()
        #expect(await here.outcome(ann.request("/servicedesk/customer/portal/3/create/26")) == .allowed)
        let refusal = await here.answer(ann.request("/servicedesk/customer/portal/3/create/25")).refusal
        #expect(refusal?.reason == .rule("no-25"))
        let body = ann.request(create, method: "POST").posting(#"{"serviceDeskId":13,"requestTypeId":25}"#)
        #expect(await here.answer(body).refusal?.reason == .rule("no-25"))
    }

    @Test func `a site without portals is one`() async throws {
        let here = try await TestInstallation {
            $0.sites[0].access.policy = .deny
            $0.sites[0].access.rules = [PortalRule(AccessRule("staff", .allow, .group("staff")))]
        }
        let (staff, guest) = (
            try await here.browser(), try await here.browser(groups: ["guests"], as: "gus@globex.example")
        )
        for target in ["/servicedesk/customer/portals", "/servicedesk/customer/portal/9", "/s/a/_/b.css"] {
            #expect(await here.outcome(staff.request(target)) == .allowed)
            #expect(await here.answer(guest.request(target)).refusal?.reason == .noRule)
        }
    }

    // MARK: A new sign-in

    @Test func `a portal that wants a stronger sign-in asks for it and then opens`() async throws {
        let here = try await GatedSite.installation {
            let condition = AccessCondition.all([
                .group("staff"), .authenticationContext("mfa"), .authenticated(within: .seconds(300)),
            ])
            $0.sites[0].access.rules = [PortalRule(AccessRule("strong", .allow, condition), portals: [7])]
            $0.sites[0].portals[1].mode = .closed
        }
        let target = "/servicedesk/customer/portal/7"
        let weak = try await here.browser(acr: "pwd")
        guard case .stepUp(let step) = await here.answer(weak.request(target)) else { throw Unexpected("a step-up") }
        #expect(step.requirements.acrValues == ["mfa"] && step.requirements.maximumAge == .seconds(300))
        #expect(step.requirements.isFresh)
        #expect(step.signIn.way == .redirect && step.signIn.returnTarget == target)
        #expect(await here.outcome(weak.request("/servicedesk/customer/portal/3")) == .allowed)
        let strong = try await here.browser(acr: "mfa")
        #expect(await here.outcome(strong.request(target)) == .allowed)
        #expect(here.engine.gate.warmAnswer(strong.request(target)) != nil)
        // Warm for 30 seconds at most, and not beyond the age that the rule allows.
        here.clock.advance(by: .seconds(290))
        _ = await here.answer(strong.request(target))
        #expect(here.engine.gate.warmAnswer(strong.request(target)) != nil)
        here.clock.advance(by: .seconds(11))
        here.engine.live.confirm(at: here.clock.now)
        #expect(here.engine.gate.warmAnswer(strong.request(target)) == nil)
        #expect(await here.outcome(strong.request(target)) == .stepUp)
        let guest = try await here.browser(groups: ["guests"], acr: "pwd", as: "gus@globex.example")
        #expect(await here.outcome(guest.request(target)) == .denied)
    }
}
