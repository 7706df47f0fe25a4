import ConformanceKit
import ProviderCatalogue
import Testing

/// Every rule of the kit for every kind and profile of the house.
@Suite struct CatalogueTests {
    @Test(arguments: ProviderCatalogue.all, ProviderRule.all)
    func `a provider keeps the rule`(row: ProviderUnderTest, rule: ProviderRule) async throws {
        try await rule.check(row)
    }

    @Test(arguments: ProviderCatalogue.all)
    func `a row names only rules and faults that there are`(row: ProviderUnderTest) {
        let rules = Set(ProviderRule.all.map(\.id))
        let faults = Set(OpenIDFault.all.map(\.id))
        #expect(Set(row.rulesNotApplicable.keys).isSubset(of: rules))
        #expect(Set(row.faultsNotApplicable.keys).isSubset(of: faults))
        #expect(Set(row.faultVerdicts.keys).isSubset(of: faults))
    }

    @Test func `rows and rules have names of their own`() {
        #expect(Set(ProviderCatalogue.all.map(\.name)).count == ProviderCatalogue.all.count)
        #expect(Set(ProviderRule.all.map(\.id)).count == ProviderRule.all.count)
    }

    @Test func `the numbered cases of vendors are all there`() {
        let numbers = Set(ProviderCatalogue.all.flatMap(\.cases).compactMap(\.number))
        #expect(numbers.isSuperset(of: [8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 20, 21]))
    }
}
