import BrokerStorage
import StoreConformance
import Testing

@Suite struct StoreConformanceTests {
    @Test(arguments: StoreRule.all)
    func `keeps the rule`(rule: StoreRule) async throws {
        let folder = try TemporaryFolder()
        try await rule.check { try folder.openStore() }
    }
}
