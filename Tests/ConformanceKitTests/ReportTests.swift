import ConformanceKit
import Foundation
import Testing

/// Rows by rules, for people and for machines.
@Suite struct ReportTests {
    private let rules = ["module.kind", "begin.state", "openid.aud-other", "vendor.cases"]

    private func report() async throws -> ProviderReport {
        await ProviderReport.run([.small, .small(.skipsAudience)], try rules.map { try ProviderRule.named($0) })
    }

    @Test func `a report has a cell for every row and rule`() async throws {
        let report = try await report()
        #expect(report.cells.count == 8)
        #expect(report.counts == (kept: 5, broken: 1, notApplicable: 2))
        #expect(report.failures.map(\.row) == ["small (skipsAudience)"])
    }

    @Test func `its text has a line for every row, a legend, and what is broken`() async throws {
        let text = try await report().text
        #expect(text.contains("small                 + + + ."))
        #expect(text.contains("small (skipsAudience) + + X ."))
        #expect(text.contains("3 openid.aud-other: "))
        #expect(text.contains("2 providers, 4 rules: 5 kept, 1 broken, 2 not applicable"))
        #expect(text.contains("breaks openid.aud-other"))
    }

    @Test func `its JSON can be read`() async throws {
        let object = try JSONSerialization.jsonObject(with: Data(try await report().json.utf8)) as? [String: Any]
        #expect((object?["cells"] as? [Any])?.count == 8)
        #expect(object?["broken"] as? Int == 1)
    }
}
