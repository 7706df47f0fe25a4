// SPDX-License-Identifier: Apache-2.0

/// S1 to S51 as text.
enum AcceptanceTable {
    /// For a terminal.
    static func text(of results: [ScenarioResult]) -> [String] {
        results.map { result in
            let columns = [
                padded(result.scenario.id, 4), padded(result.status, 10), padded(result.scenario.site.rawValue, 12),
                result.scenario.title,
            ]
            let behind = [result.proof, result.detail].filter { !$0.isEmpty }.joined(separator: ": ")
            return columns.joined(separator: " ") + (behind.isEmpty ? "" : " [\(behind)]")
        }
    }

    /// For the README.
    ///
    /// What was seen changes with every run, so that it is left out.
    static func markdown(of results: [ScenarioResult]) -> [String] {
        ["| | What the product shows | Status | Site | Behind it |", "|---|---|---|---|---|"]
            + results.map { result in
                let scenario = result.scenario
                let columns = [scenario.id, scenario.title, result.status, scenario.site.rawValue, behind(result)]
                return "| \(columns.joined(separator: " | ")) |"
            }
    }

    private static func behind(_ result: ScenarioResult) -> String {
        let missing = result.scenario.missing.map { "not built: \($0)" }
        return [result.proof, missing].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// The closing line.
    static func countingLine(of results: [ScenarioResult]) -> String {
        func count(_ status: String) -> Int { results.count { $0.status == status } }
        let elsewhere = results.count { $0.status.hasPrefix("see ") }
        return "\(count("pass")) pass, \(count("part")) part, \(count("fail")) fail, \(elsewhere) elsewhere, "
            + "\(count("not built")) not built"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
