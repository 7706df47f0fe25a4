import Broker
import BrokerModel
import Testing

/// What a site says about its portals, with the person's groups all known or not.
@Suite struct `Portal verdicts` {
    private func site(
        _ rules: [PortalRule] = [], policy: SiteAccess.Policy = .allow, mode: Portal.Mode = .standard,
        _ change: (inout Site) -> Void = { _ in }
    ) -> Site {
        var site = Site(
            id: "portal", kind: .dataCenter, origin: "https://portal.example",
            portals: [
                Portal(id: 3, name: "Help", project: "SUP", requestTypes: [25, 26], mode: mode),
                Portal(id: 7, name: "HR", project: "HR", requestTypes: [70], mode: mode),
            ],
            access: SiteAccess(policy: policy, rules: rules))
        change(&site)
        return site
    }

    private func person(
        _ groups: [String] = ["staff"], _ completeness: GroupSet.Completeness = .complete, acr: String? = nil,
        authTime: Int64? = 900, connection: ConnectionID = "acme-oidc"
    ) -> AccessSubject {
        AccessSubject(
            groups: GroupSet(groups, completeness: completeness), email: EmailAddress("al@acme.example"),
            connection: connection, organization: "acme",
            authentication: AuthenticationContext(acr: acr, authTime: authTime.map { Timestamp(seconds: $0) }),
            now: Timestamp(seconds: 1000))
    }

    private func rule(
        _ name: String, _ effect: AccessRule.Effect, _ condition: AccessCondition, portals: Set<PortalID>? = nil,
        types: Set<RequestTypeID>? = nil
    ) -> PortalRule {
        PortalRule(AccessRule(name, effect, condition), portals: portals, requestTypes: types)
    }

    // MARK: Modes

    @Test func `where no rule fires the mode says, and then the policy`() {
        let cases: [(Portal.Mode, SiteAccess.Policy, PortalVerdict.Outcome, PortalVerdict.Reason)] = [
            (.standard, .allow, .allowed, .policy), (.standard, .deny, .refused, .policy),
            (.open, .deny, .allowed, .mode(.open)), (.closed, .allow, .refused, .mode(.closed)),
        ]
        for (mode, policy, outcome, reason) in cases {
            let verdict = site(policy: policy, mode: mode).verdict(for: person(), portal: 3)
            #expect(verdict == PortalVerdict(outcome, reason, portal: 3))
        }
    }

    @Test func `a private portal is for those whom a rule lets in, and without one for nobody`() {
        let rules = [rule("staff", .allow, .group("staff"), portals: [3])]
        #expect(site(rules, mode: .closed).verdict(for: person(), portal: 3).reason == .rule("staff"))
        #expect(site(rules, mode: .closed).verdict(for: person(["guests"]), portal: 3).outcome == .refused)
        #expect(site(rules, mode: .closed).verdict(for: person(), portal: 7).reason == .mode(.closed))
        #expect(site(mode: .closed).verdict(for: person(), portal: 3).outcome == .refused)
    }

    @Test func `a ban wins over a rule that lets in and over a public portal, in any order`() {
        let rules = [rule("ban", .deny, .group("staff"), portals: [7]), rule("all", .allow, .all([]))]
        for rules in [rules, rules.reversed()] {
            let site = site(rules, mode: .open)
            #expect(site.verdict(for: person(), portal: 7) == PortalVerdict(.refused, .rule("ban"), portal: 7))
            #expect(site.verdict(for: person(), portal: 3).outcome == .allowed)
            #expect(site.verdict(for: person(["guests"]), portal: 7).outcome == .allowed)
        }
    }

    @Test(arguments: [GroupSet.Completeness.overage, .failed, .unsupported])
    func `a ban by group holds for whoever's groups are not all known`(_ completeness: GroupSet.Completeness) {
        let site = site([rule("ban", .deny, .group("contractors"), portals: [7])])
        #expect(site.verdict(for: person([], completeness), portal: 7).reason == .rule("ban"))
        #expect(site.verdict(for: person([]), portal: 7).outcome == .allowed)
        let closed = self.site([rule("staff", .allow, .group("staff"))], mode: .closed)
        #expect(closed.verdict(for: person([], completeness), portal: 7).outcome == .refused)
        #expect(closed.verdict(for: person(["staff"], completeness), portal: 7).outcome == .allowed)
    }

    // MARK: Places

    @Test func `what no portal lists is nobody's`() {
        let site = site(mode: .open)
        #expect(site.verdict(for: person(), portal: 9) == PortalVerdict(.refused, .unknownPlace))
        #expect(site.verdict(for: person(), portal: nil).reason == .unknownPlace)
        #expect(site.verdict(for: person(), portal: 3, requestType: 70).reason == .unknownPlace)
        #expect(site.verdict(for: person(), portal: 3, requestType: 25).outcome == .allowed)
    }

    @Test func `a site without portals is one, under its policy and the rules that name none`() {
        let rules = [
            rule("ban", .deny, .group("contractors")), rule("elsewhere", .deny, .all([]), portals: [3]),
            rule("no 25", .deny, .group("staff"), types: [25]),
        ]
        let site = site(rules) { $0.portals = [] }
        #expect(site.verdict(for: person(), portal: nil) == PortalVerdict(.allowed, .policy))
        #expect(site.verdict(for: person(["contractors"]), portal: nil).reason == .rule("ban"))
        #expect(site.verdict(for: person(), portal: nil, requestType: 25).reason == .rule("no 25"))
        #expect(site.verdict(for: person(), portal: nil, requestType: 26).outcome == .allowed)
        #expect(self.site(policy: .deny) { $0.portals = [] }.verdict(for: person(), portal: nil).reason == .policy)
    }

    @Test func `a ban on a request type leaves the portal and its other types open`() {
        let site = site([rule("no 25", .deny, .group("staff"), portals: [3], types: [25])])
        #expect(site.verdict(for: person(), portal: 3).outcome == .allowed)
        #expect(site.verdict(for: person(), portal: 3, requestType: 25).reason == .rule("no 25"))
        #expect(site.verdict(for: person(), portal: 3, requestType: 26).outcome == .allowed)
        #expect(site.verdict(for: person(["guests"]), portal: 3, requestType: 25).outcome == .allowed)
    }

    @Test func `who is let in to one request type sees its portal and not the other types`() {
        let site = site([rule("25", .allow, .group("staff"), portals: [3], types: [25])], mode: .closed)
        #expect(site.verdict(for: person(), portal: 3).outcome == .allowed)
        #expect(site.verdict(for: person(), portal: 3, requestType: 25).outcome == .allowed)
        #expect(site.verdict(for: person(), portal: 3, requestType: 26).outcome == .refused)
        #expect(site.verdict(for: person(), portal: 7).outcome == .refused)
    }

    @Test func `staff may see everything, by their connection and not by another`() {
        let site = site([rule("ban", .deny, .all([]))], mode: .closed) { $0.access.staff.connections = ["agents"] }
        #expect(site.verdict(for: person(connection: "agents"), portal: 7) == .init(.allowed, .staff, portal: 7))
        #expect(site.verdict(for: person(), portal: 7).outcome == .refused)
    }

    // MARK: A new sign-in

    private let strong = AccessCondition.all([
        .group("staff"), .authenticationContext("mfa"), .authenticated(within: .seconds(60)),
    ])

    @Test func `what only a stronger or fresher sign-in lacks asks for one`() {
        let site = site([rule("strong", .allow, strong, portals: [7])], mode: .closed)
        let needs = AuthenticationRequirements(isFresh: true, maximumAge: .seconds(60), acrValues: ["mfa"])
        let weak = site.verdict(for: person(acr: "pwd"), portal: 7)
        #expect(weak == PortalVerdict(.needs(needs), .rule("strong"), portal: 7))
        let stale = site.verdict(for: person(acr: "mfa"), portal: 7)
        #expect(stale.outcome == .needs(AuthenticationRequirements(isFresh: true, maximumAge: .seconds(60))))
        #expect(site.verdict(for: person(acr: "mfa", authTime: 950), portal: 7).outcome == .allowed)
    }

    @Test func `nobody signs in anew for nothing`() {
        let site = site([rule("strong", .allow, strong, portals: [7])], mode: .closed)
        #expect(site.verdict(for: person(["guests"]), portal: 7).outcome == .refused)
        #expect(site.verdict(for: person(), portal: 3).outcome == .refused)
        let banned = self.site(
            [rule("strong", .allow, strong), rule("ban", .deny, .group("staff"))], mode: .closed)
        #expect(banned.verdict(for: person(), portal: 7).reason == .rule("ban"))
        #expect(banned.verdict(for: person(), portal: 7).outcome == .refused)
    }

    @Test func `a ban asks for a sign-in only where that lifts it`() {
        let weak = AccessCondition.none([.authenticationContext("mfa"), .authenticationContext("hwk")])
        let lifted = site([rule("weak", .deny, weak, portals: [7])])
        let verdict = lifted.verdict(for: person(acr: "pwd"), portal: 7)
        #expect(verdict.outcome == .needs(AuthenticationRequirements(acrValues: ["mfa", "hwk"])))
        #expect(verdict.reason == .rule("weak"))
        #expect(lifted.verdict(for: person(acr: "hwk"), portal: 7).outcome == .allowed)
        let both = site([rule("weak", .deny, .any([weak, .group("staff")]), portals: [7])])
        #expect(both.verdict(for: person(acr: "pwd"), portal: 7).outcome == .refused)
        let passwords = site([rule("passwords", .deny, .authenticationContext("pwd"), portals: [7])])
        #expect(passwords.verdict(for: person(acr: "pwd"), portal: 7).outcome == .refused)
    }

    // MARK: Enforcement

    @Test func `a portal's and an organization's own word count, the milder of both, else the site's`() {
        let now = Timestamp(seconds: 1000)
        func isEnforced(
            _ site: Enforcement, _ portal: Enforcement?, _ organization: Enforcement?, at now: Timestamp = now
        ) -> Bool {
            let here = self.site {
                $0.access.enforcement = site
                $0.portals[0].enforcement = portal
            }
            return here.isEnforced(
                portal: 3, organization: Organization(id: "acme", name: "Acme", enforcement: organization), at: now)
        }
        #expect(isEnforced(.enforce, nil, nil))
        #expect(!isEnforced(.observe, nil, nil))
        #expect(isEnforced(.observe, .enforce, nil))
        #expect(isEnforced(.observe, nil, .enforce))
        #expect(!isEnforced(.enforce, .observe, .enforce))
        #expect(!isEnforced(.enforce, .enforce, .observe))
        let start = Enforcement.enforceFrom(Timestamp(seconds: 2000))
        #expect(!isEnforced(start, nil, nil, at: Timestamp(seconds: 1999)))
        #expect(isEnforced(start, nil, nil, at: Timestamp(seconds: 2000)))
    }

    @Test func `the next change is a sign-in that grows old or a date that comes`() {
        let site = site([rule("fresh", .allow, .authenticated(within: .seconds(300)))]) {
            $0.portals[1].enforcement = .enforceFrom(Timestamp(seconds: 1100))
        }
        #expect(site.nextChange(for: person(), organization: nil) == Timestamp(seconds: 1100))
        var early = Organization(id: "acme", name: "Acme")
        early.enforcement = .enforceFrom(Timestamp(seconds: 1001))
        #expect(site.nextChange(for: person(), organization: early) == Timestamp(seconds: 1001))
        let edge = person(authTime: 700)
        #expect(site.verdict(for: edge, portal: 3).reason == .rule("fresh"))
        #expect(site.nextChange(for: edge, organization: nil) == Timestamp(seconds: 1000) + .microseconds(1))
        #expect(self.site().nextChange(for: person(), organization: nil) == nil)
    }
}
