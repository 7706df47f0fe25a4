import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

/// The answer from memory is the answer in full: over many addresses, people and sites.
@Suite struct WarmEqualsColdTests {
    private static let sites: [@Sendable (inout Site) -> Void] = [
        { _ in },
        { $0.access.isSSOOnly = false },
        { $0.access.enforcement = .observe },
        {
            $0.access.rules.append(
                PortalRule(AccessRule("no-25", .deny, .group("staff")), portals: [3], requestTypes: [25]))
            $0.portals[1].mode = .closed
        },
        { ($0.portals, $0.access.rules) = ([], []) },
        {
            ($0.portals, $0.access.rules) = ([], [])
            $0.access.isSSOOnly = false
        },
        {
            $0.portals = []
            $0.access.rules = [PortalRule(AccessRule("no-25", .deny, .group("staff")), requestTypes: [25])]
        },
        {
            $0.access.rules = [
                PortalRule(
                    AccessRule("strong", .deny, .none([.authenticationContext("mfa")])), portals: [7])
            ]
            $0.publicPaths = ["/s/**/_/*", "/status"]
        },
    ]

    private static let targets: [String] =
        GatedSite.ofThree + GatedSite.ofSeven
        + GatedSite.addresses(portal: 9, desk: 19, key: "NONE", type: 99)
        + [
            "/", "/servicedesk/customer/portals", "/servicedesk/customer/user/profile", "/login.jsp", "/status",
            "/servicedesk/customer/user/signup", "/browse/SUP-1", "/rest/api/2/myself", "/rest/api/2/search",
            "/rest/servicedesk/1/customer/models", "/rest/servicedeskapi/request", "/s/a/_/b.css", "/nothing/known",
            "/servicedesk/customer/portal/3/HR-1", "/servicedesk/customer/portal/3/create/70", "/a//b", "/a;b",
            "/servicedesk/customer/portal/07", "/servicedesk/customer/portals?os_username=x",
            "/rest/servicedesk/1/servicedesk/customer/comment", "/rest/servicedeskapi/organization",
            "/servicedesk/customer/portal/7/HR-1/unsubscribe?jwt=abcdefghijklmnop.qrst.uvwx",
        ]

    @Test(arguments: sites.indices) func `warm says yes exactly where the whole way does`(_ number: Int) async throws {
        let here = try await GatedSite.installation {
            $0.sites[0].access.staff.connections = ["acme-staff"]
            Self.sites[number](&$0.sites[0])
        }
        let people = [
            try await here.browser(), try await here.browser(groups: ["hr"], as: "hank@globex.example"),
            try await here.browser(groups: [], .overage, acr: "mfa", as: "mia@globex.example"),
            try await here.browser(as: "al@acme.example", with: "acme-staff"),
        ]
        var (warm, cold) = (0, 0)
        for person in people {
            _ = await here.answer(person.request("/servicedesk/customer/portals"))
            for target in Self.targets {
                for method in ["GET", "POST"] {
                    let request = person.request(target, method: method)
                    // Twice: what was read once is kept.
                    let first = here.engine.gate.warmAnswer(request)?.isAllowed == true
                    let second = here.engine.gate.warmAnswer(request)?.isAllowed == true
                    let decision = await here.engine.gate.decision(on: request)
                    let isPlain = decision.answer.isAllowed && decision.withheld == nil
                    #expect(first == isPlain && second == isPlain, "\(method) \(target) at \(number)")
                    if isPlain { warm += 1 } else { cold += 1 }
                }
            }
        }
        #expect(warm > 100 && cold > 10)
    }

    @Test func `a body that was shown and a credential take the whole way`() async throws {
        let here = try await GatedSite.installation { $0.sites[0].access.isSSOOnly = false }
        let hank = try await here.browser(groups: ["hr"])
        let models = hank.request("/rest/servicedesk/1/customer/models", method: "POST")
        #expect(await here.outcome(models) == .allowed)
        #expect(here.engine.gate.warmAnswer(models) != nil)
        #expect(here.engine.gate.warmAnswer(models.posting(#"{"options":{"portalId":9}}"#)) == nil)
        #expect(here.engine.gate.warmAnswer(models.with { $0.body = .tooLarge }) == nil)
        #expect(here.engine.gate.warmAnswer(models.with { $0.authorization = "Basic YTpi" }) == nil)
    }

    @Test func `a person whose groups change is asked anew`() async throws {
        let here = try await GatedSite.installation()
        let hank = try await here.browser(groups: ["hr"])
        let seven = hank.request("/servicedesk/customer/portal/7")
        #expect(await here.outcome(seven) == .allowed)
        #expect(here.engine.gate.warmAnswer(seven) != nil)
        try await here.change {
            $0.sites[0].access.rules = [PortalRule(AccessRule("all", .deny, .organization("globex")))]
        }
        #expect(here.engine.gate.warmAnswer(seven) == nil)
        #expect(await here.outcome(seven) == .denied)
    }
}
