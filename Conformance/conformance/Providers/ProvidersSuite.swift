// SPDX-License-Identifier: Apache-2.0

import ConformanceKit
import ProviderCatalogue

/// Every provider kind and profile against every rule of the kit, the relying-party test plans, and whole logins of all
/// kinds in one running broker.
enum ProvidersSuite {
    static let group = "providers"

    static func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        await cells() + relyingParty() + (try await VendorLoginChecks.run())
            + (try await ClientKeyChecks.run())
    }

    /// One row per provider and profile, one column per rule; what does not apply is no check.
    private static func cells() async -> [CheckResult] {
        await ProviderReport.run(ProviderCatalogue.all).cells.compactMap { cell in
            switch cell.result {
            case .kept: CheckResult(group, cell.rule, row: cell.row, .passed)
            case .broken(let failure): CheckResult(group, cell.rule, row: cell.row, .failed(failure.description))
            case .notApplicable: nil
            }
        }
    }

    /// The OpenID Foundation's modules, each of which must catch the client that is broken there.
    private static func relyingParty() async -> [CheckResult] {
        var results: [CheckResult] = []
        for module in RelyingPartyCase.all {
            results.append(
                await check(group, module.description, rule: nil) {
                    try await module.check()
                    try require(await module.isSeenRed(), "the client that is broken there passes")
                    return module.title
                })
        }
        return results
    }
}

/// Rows by columns, and under them whatever is no cell.
enum ProvidersTable {
    static func lines(of results: [CheckResult]) -> [String] {
        let cells = results.filter { $0.row != nil }
        let columns = unique(cells.map(\.name))
        let rows = unique(cells.compactMap(\.row))
        let width = rows.map(\.count).max() ?? 0
        let marks = Dictionary(cells.map { ("\($0.row ?? "") \($0.name)", mark($0.outcome)) }, uniquingKeysWith: { $1 })
        let head = padded("", width) + columns.indices.map { padded(String($0 + 1), 4, before: true) }.joined()
        let body = rows.map { row in
            padded(row, width) + columns.map { padded(marks["\(row) \($0)"] ?? ".", 4, before: true) }.joined()
        }
        let titles = Dictionary(ProviderRule.all.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
        let legend = columns.enumerated().map {
            "\(padded(String($0 + 1), 4, before: true))  \($1): \(titles[$1] ?? "")"
        }
        return [head] + body + ["", "+ kept, X broken, . does not apply"] + legend + [""]
            + Table.lines(of: results.filter { $0.row == nil })
    }

    private static func mark(_ outcome: Outcome) -> String {
        switch outcome {
        case .passed: "+"
        case .failed: "X"
        case .pending: "?"
        }
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    private static func padded(_ text: String, _ width: Int, before: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return before ? blanks + text : text + blanks
    }
}
