import Broker
import ConformanceKit
import Testing

/// The kit is green for an honest module, and red for each mistake, by the rule that is about it.
@Suite struct RuleTests {
    @Test(arguments: ProviderRule.all)
    func `an honest module keeps the rule`(rule: ProviderRule) async throws {
        try await rule.check(.small)
    }

    static let mistakes: [(SmallProvider.Flaw, String)] = [
        (.fetchesInInit, "module.no-io"), (.readsSecretInInit, "module.no-secret-at-load"),
        (.sendsOwnState, "begin.state"), (.sendsNoChallenge, "begin.pkce"), (.putsSecretInAddress, "begin.secrets"),
        (.sendsNoChallenge, "begin.fresh"), (.sendsNoNonce, "begin.nonce"), (.sendsOtherCallback, "begin.callback"),
        (.asksForToken, "begin.code-flow"), (.skipsHashes, "openid.at-hash"), (.skipsHashes, "openid.c-hash"),
        (.skipsType, "openid.typ"), (.skipsType, "openid.typ-logout"), (.skipsTokenType, "openid.token-type"),
        (.skipsUserInfoSubject, "openid.userinfo-sub"), (.skipsDocumentIssuer, "openid.discovery-issuer"),
        (.skipsIssuer, "openid.iss-absent"), (.skipsIssuer, "openid.iss-case"), (.skipsAudience, "openid.aud-absent"),
        (.skipsTimes, "openid.exp-absent"), (.skipsSubject, "openid.sub-long"),
        (.ignoresState, "complete.state"), (.ignoresMixUp, "complete.mix-up"),
        (.ignoresEndpoint, "complete.endpoint"), (.ignoresMethod, "complete.method"),
        (.throwsDenials, "complete.denied"), (.callsOutagesBugs, "complete.down"), (.tellsTheCode, "complete.leaks"),
        (.logsTokens, "complete.leaks"), (.decodesUnverified, "openid.alg-none"),
        (.decodesUnverified, "openid.alg-hs256"), (.decodesUnverified, "openid.other-key"),
        (.skipsNonce, "openid.nonce-other"), (.skipsNonce, "openid.nonce-absent"),
        (.skipsAudience, "openid.aud-other"),
        (.skipsAudience, "openid.aud-list-no-azp"), (.skipsAudience, "openid.azp-other"),
        (.skipsIssuer, "openid.iss-other"), (.skipsIssuer, "openid.iss-slash"), (.skipsTimes, "openid.exp-past"),
        (.skipsTimes, "openid.iat-future"), (.skipsTimes, "openid.nbf-future"), (.skipsSubject, "openid.sub-empty"),
        (.believesStrings, "openid.email-verified-string-true"), (.keepsAddressAsSubject, "identity.new-address"),
        (.sharesOneSubject, "identity.other-person"), (.sharesOneSubject, "identity.concurrent"),
        (.givesNothingOnce, "identity.once"), (.emptiesGroups, "groups.down"), (.emptiesGroups, "groups.error"),
        (.emptiesGroups, "groups.unauthorized"), (.emptiesGroups, "groups.garbage"),
        (.emptiesGroups, "groups.empty-object"), (.goesOnAfterRevocation, "session.refresh-revoked"),
        (.endsSessionsInOutages, "session.refresh-later"), (.forgetsReturnAddress, "session.logout"),
    ]

    @Test(arguments: mistakes)
    func `a module with a mistake breaks the rule about it`(flaw: SmallProvider.Flaw, id: String) async throws {
        let rule = try ProviderRule.named(id)
        let failure = try await #require(throws: RuleFailure.self) { try await rule.check(.small(flaw)) }
        #expect(failure.rule == id && !failure.clause.isEmpty && !failure.fix.isEmpty)
        #expect(failure.description.contains(failure.seen))
    }

    @Test func `every mistake is found`() {
        #expect(Set(Self.mistakes.map(\.0)) == Set(SmallProvider.Flaw.allCases))
    }

    @Test func `an ability that is not declared, or not there, is found`() async throws {
        let rule = try ProviderRule.named("module.abilities")
        for abilities: Set<KitAbility> in [[.upstreamLogout], [.upstreamLogout, .sessionRefresher, .groupSource]] {
            await #expect(throws: RuleFailure.self) {
                try await rule.check(ProviderUnderTest.small.with { $0.abilities = abilities })
            }
        }
    }

    @Test func `a vendor case that ends otherwise names the case, its clause and its fix`() async throws {
        let wrong = VendorCase(
            "Alice comes", number: 99, clause: "clause 7", fix: "turn it", verdict: .refused(.audienceMismatch))
        let row = ProviderUnderTest.small.with { $0.cases = [wrong] }
        let rule = try ProviderRule.named("vendor.cases")
        let failure = try await #require(throws: RuleFailure.self) { try await rule.check(row) }
        #expect(
            failure.rule == "vendor.cases 99 Alice comes" && failure.clause == "clause 7" && failure.fix == "turn it")
    }
}
