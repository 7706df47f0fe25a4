import ConformanceKit
import Testing

@testable import ProviderCatalogue

/// Every rule of the kit, on every profile that comes with the broker.
@Suite struct ProfileRowTests {
    static let rows: [ProviderUnderTest] = [.auth0, .oneLogin, .jumpCloud, .pingOne, .adfs]

    @Test(arguments: rows, ProviderRule.all)
    func `a shipped profile keeps every rule`(row: ProviderUnderTest, rule: ProviderRule) async throws {
        guard rule.reasonNotApplicable(to: row) == nil else { return }
        try await rule.check(row)
    }
}
