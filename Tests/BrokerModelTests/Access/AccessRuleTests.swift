import Broker
import BrokerModel
import Testing

/// Rules over groups that are not all known: an allow rule needs a yes, a ban fires unless it is a no.
@Suite struct `Access rules` {
    private static let incomplete: [GroupSet.Completeness] = [.overage, .failed, .unsupported]

    private func person(
        _ groups: [String], _ completeness: GroupSet.Completeness = .complete, email: String = "al@acme.example",
        attributes: [String: [String]] = [:], authTime: Int64? = nil, acr: String? = nil
    ) -> AccessSubject {
        AccessSubject(
            groups: GroupSet(groups, completeness: completeness), email: EmailAddress(email), attributes: attributes,
            connection: "acme-oidc", organization: "acme",
            authentication: AuthenticationContext(acr: acr, authTime: authTime.map { Timestamp(seconds: $0) }),
            now: Timestamp(seconds: 1000))
    }

    private let allowStaff = AccessRule("staff", .allow, .group("staff"))
    private let banContractors = AccessRule("no contractors", .deny, .group("contractors"))
    private let everyone = AccessRule("everyone", .allow, .all([]))

    // MARK: Whole lists

    @Test func `a member is let in, another is not`() {
        #expect(AccessDecision.of([allowStaff], for: person(["staff"])) == .allowed(by: "staff"))
        #expect(AccessDecision.of([allowStaff], for: person(["guests"])) == .noRule)
    }

    @Test func `a ban wins over a rule that lets in, in any order`() {
        for rules in [[everyone, banContractors], [banContractors, everyone]] {
            #expect(AccessDecision.of(rules, for: person(["contractors"])) == .denied(by: "no contractors"))
            #expect(AccessDecision.of(rules, for: person(["staff"])) == .allowed(by: "everyone"))
        }
    }

    @Test func `a group's name is compared octet by octet`() {
        #expect(AccessDecision.of([allowStaff], for: person(["Staff"])) == .noRule)
        let composed = AccessRule("caf\u{e9}", .allow, .group("caf\u{e9}"))
        #expect(AccessDecision.of([composed], for: person(["cafe\u{301}"])) == .noRule)
    }

    // MARK: Lists that are not whole

    @Test(arguments: incomplete)
    func `what is in the list counts, though the list is not whole`(_ completeness: GroupSet.Completeness) {
        #expect(AccessDecision.of([allowStaff], for: person(["staff"], completeness)) == .allowed(by: "staff"))
    }

    @Test(arguments: incomplete)
    func `allow by group lets nobody in whose groups are not known`(_ completeness: GroupSet.Completeness) {
        #expect(AccessDecision.of([allowStaff], for: person([], completeness)) == .noRule)
    }

    @Test(arguments: incomplete)
    func `deny by group keeps out whose groups are not known`(_ completeness: GroupSet.Completeness) {
        let decision = AccessDecision.of([everyone, banContractors], for: person(["staff"], completeness))
        #expect(decision == .denied(by: "no contractors"))
    }

    @Test(arguments: incomplete)
    func `none-of lets nobody in whose groups are not known`(_ completeness: GroupSet.Completeness) {
        let rule = AccessRule("no outsiders", .allow, .none([.group("contractors"), .group("guests")]))
        #expect(AccessDecision.of([rule], for: person(["staff"], completeness)) == .noRule)
        #expect(AccessDecision.of([rule], for: person(["staff"])) == .allowed(by: "no outsiders"))
        #expect(AccessDecision.of([rule], for: person(["guests"], completeness)) == .noRule)
    }

    @Test(arguments: incomplete)
    func `a ban on who is in none of some groups holds until one is known`(_ completeness: GroupSet.Completeness) {
        let ban = AccessRule("customers only", .deny, .none([.group("customers")]))
        #expect(AccessDecision.of([everyone, ban], for: person([], completeness)) == .denied(by: "customers only"))
        let customer = person(["customers"], completeness)
        #expect(AccessDecision.of([everyone, ban], for: customer) == .allowed(by: "everyone"))
    }

    @Test(arguments: incomplete)
    func `what is known beside the groups still decides`(_ completeness: GroupSet.Completeness) throws {
        let domain = try #require(EmailDomain("acme.example"))
        let either = AccessRule("either", .allow, .any([.group("staff"), .emailDomain(domain)]))
        #expect(AccessDecision.of([either], for: person([], completeness)) == .allowed(by: "either"))
        let both = AccessRule("both", .allow, .all([.group("staff"), .emailDomain(domain)]))
        #expect(AccessDecision.of([both], for: person([], completeness)) == .noRule)
        let banBoth = AccessRule("ban", .deny, .all([.group("staff"), .attribute("role", is: "temp")]))
        #expect(AccessDecision.of([everyone, banBoth], for: person([], completeness)) == .allowed(by: "everyone"))
        let temp = person([], completeness, attributes: ["role": ["temp"]])
        #expect(AccessDecision.of([everyone, banBoth], for: temp) == .denied(by: "ban"))
    }

    // MARK: The other conditions

    @Test func `a domain does not stand for those below it`() throws {
        let domain = try #require(EmailDomain("acme.example"))
        let rule = AccessRule("acme", .allow, .emailDomain(domain))
        #expect(AccessDecision.of([rule], for: person([], email: "al@sub.acme.example")) == .noRule)
        #expect(AccessDecision.of([rule], for: person([], email: "al@ACME.example")) == .allowed(by: "acme"))
    }

    @Test func `connection, organization and context class are compared`() {
        let rule = AccessRule(
            "strong", .allow,
            .all([.connection("acme-oidc"), .organization("acme"), .authenticationContext("mfa")]))
        #expect(AccessDecision.of([rule], for: person([], acr: "mfa")) == .allowed(by: "strong"))
        #expect(AccessDecision.of([rule], for: person([], acr: "pwd")) == .noRule)
        #expect(AccessDecision.of([rule], for: person([])) == .noRule)
        let other = AccessRule("other", .allow, .connection("globex-oidc"))
        #expect(AccessDecision.of([other], for: person([])) == .noRule)
    }

    @Test func `how long ago somebody signed in is known, or it lets nobody in`() {
        let rule = AccessRule("recent", .allow, .authenticated(within: .seconds(300)))
        #expect(AccessDecision.of([rule], for: person([], authTime: 700)) == .allowed(by: "recent"))
        #expect(AccessDecision.of([rule], for: person([], authTime: 699)) == .noRule)
        #expect(AccessDecision.of([rule], for: person([], authTime: 1001)) == .noRule)
        #expect(AccessDecision.of([rule], for: person([])) == .noRule)
        let ban = AccessRule("stale", .deny, .none([.authenticated(within: .seconds(300))]))
        #expect(AccessDecision.of([everyone, ban], for: person([])) == .denied(by: "stale"))
    }
}
