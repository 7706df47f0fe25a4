// SPDX-License-Identifier: Apache-2.0

/// Rows by fronts.
enum FrontsTable {
    static func lines(of results: [CheckResult]) -> [String] {
        let cells = results.filter { $0.row != nil }
        let rows = unique(cells.compactMap(\.row))
        let tried = Set(cells.map(\.name))
        let columns = FrontsSuite.fronts.filter { tried.contains($0.name) }
        let width = rows.map(\.count).max() ?? 0
        var outcomes: [String: [String: Outcome]] = [:]
        for cell in cells { outcomes[cell.name, default: [:]][cell.row ?? ""] = cell.outcome }
        let widths = columns.map { max($0.name.count, $0.mode.notApplicable.count) + 2 }
        func line(_ first: String, _ texts: [String]) -> String {
            padded(first, width) + zip(texts, widths).map { padded("  " + $0, $1 + 2) }.joined()
        }
        let head = [line("", columns.map(\.name)), line("", columns.map(\.mode.rawValue))]
        return head + rows.map { row in line(row, columns.map { mark(outcomes[$0.name] ?? [:], row, $0) }) }
            + Table.lines(of: results.filter { $0.row == nil })
    }

    private static func mark(_ column: [String: Outcome], _ row: String, _ front: any Front) -> String {
        switch column[row] {
        case .passed: "ok"
        case .failed: "FAIL"
        case .pending: "pending"
        // A front that did not start has one cell.
        case nil: column[FrontsSuite.starting] == .passed ? front.mode.notApplicable : "-"
        }
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
