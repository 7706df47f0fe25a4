import Broker
import ConformanceKit
import Testing

/// The kit is green for an honest module, and red for each mistake, by the rule that is about it.
@Suite struct RuleTests {
    @Test(arguments: ProviderRule.all)
    func `an honest module keeps the rule`(rule: ProviderRule) async throws {
        try await rule.check(.small)
    }

    @Test(arguments: mistakes)
    func `a module with a mistake breaks the rule about it`(flaw: SmallProvider.Flaw, id: String) async throws {
        let rule = try ProviderRule.named(id)
        let failure = try await #require(throws: RuleFailure.self) { try await rule.check(.small(flaw)) }
        #expect(failure.rule == id && !failure.clause.isEmpty && !failure.fix.isEmpty)
        #expect(failure.description.contains(failure.seen))
    }

    @Test func `every mistake stands once in the table`() {
        #expect(Self.table.map(\.0).count == SmallProvider.Flaw.allCases.count)
        #expect(Set(Self.table.map(\.0)) == Set(SmallProvider.Flaw.allCases))
    }

    @Test func `every rule is seen broken, or says why it cannot be`() {
        let seen = Set(
            Self.mistakes.map(\.1) + Self.rowMistakes + FormRuleTests.rules + TrustingTests.rules)
        let all = Set(ProviderRule.all.map(\.id))
        #expect(seen.isSubset(of: all))
        #expect(all.subtracting(seen) == Set(Self.unbreakable.keys))
        #expect(Self.unbreakable.values.allSatisfy { !$0.isEmpty })
    }

    @Test func `a sign-out of the vendor's own that no case writes down is found, and one that is another`()
        async throws
    {
        let rule = try ProviderRule.named("vendor.sign-out")
        let own = ProviderUnderTest.small.with { $0.logout = .vendor("its own way") }
        let here =
            "https://op.example/logout?post%5Flogout%5Fredirect%5Furi="
            + "https%3A%2F%2Fb%2Eexample%2Fvestibule%2Fcb%2Facme%2Flogout&state=L0GOUT%2Dstate"
        func signingOut(_ expected: ExpectedSignOut) -> ProviderUnderTest {
            own.with { $0.cases = [VendorCase("sign-out", clause: "c", fix: "f", then: .signsOut(expected))] }
        }
        for row in [
            own, own.with { $0.logout = .none }, signingOut(.nowhere), signingOut(.link(here + "&x=1")),
            signingOut(.form("https://op.example/logout", [:])),
        ] {
            await #expect(throws: RuleFailure.self) { try await rule.check(row) }
        }
    }

    @Test func `what follows a login is checked`() async throws {
        let rule = try ProviderRule.named("vendor.cases")
        for (behaviour, expected, isKept) in [
            (KitRefresh.revoked, ExpectedRefresh.revoked, true), (.down, .retryLater, true), (.revoked, .same, false),
            (.updated, .updated, true), (.same, .unable, false),
        ] {
            let row = ProviderUnderTest.small.with {
                $0.cases = [VendorCase("refresh", clause: "c", fix: "f", then: .refresh(behaviour, expected))]
            }
            #expect(((try? await rule.check(row)) != nil) == isKept)
        }
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
