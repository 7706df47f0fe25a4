extension ProviderRule {
    /// The vendor's own attacks and peculiarities.
    public static let vendorRules: [ProviderRule] = [
        ProviderRule(
            "vendor.cases", "the vendor's own attacks end as the module's page says", clause: "the case's own",
            fix: "the case's own", notApplicable: { $0.cases.isEmpty ? "the vendor has none of its own" : nil }
        ) { row in
            for vendorCase in row.cases { try await vendorCase.check(row) }
        }
    ]
}

extension VendorCase {
    /// Checks the case on its row.
    public func check(_ row: ProviderUnderTest) async throws {
        do {
            try verdict.check(try await LoginDriver(row, self).login(visit))
        } catch {
            throw CaseFailure(name: description, clause: clause, fix: fix, seen: "\(error)")
        }
    }
}
