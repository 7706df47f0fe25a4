// ConformanceKit proves a provider module, in this package and outside of it. It needs no network, no database and no
// test framework: rules are values that throw what they saw.
//
//     @Test(arguments: [mine], ProviderRule.all)
//     func `the module keeps the rule`(row: ProviderUnderTest, rule: ProviderRule) async throws {
//         try await rule.check(row)
//     }
//
// - `Doubles/`   clock, randomness, memory, transport, mailbox and log that a test moves and reads; `KitBench` has all
// - `Upstream/`  what answers for the IdP: `ScriptedUpstream`, and an honest OpenID Provider in memory
// - `Faults/`    what a hostile or broken OpenID Provider does, each as a value with the verdict that it must get
// - `Rules/`     `ProviderUnderTest`, `LoginDriver` and every `ProviderRule`
// - `Report/`    rows by rules, as text and as JSON
