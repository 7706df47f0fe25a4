// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Everything that one invocation found.
struct Report: Sendable {
    /// What was run, such as `vectors own-dev`.
    var title: String
    var results: [CheckResult] = []
    var startedAt = Date()
    var seconds = 0.0

    init(title: String, results: [CheckResult] = []) {
        self.title = title
        self.results = results
    }

    var passed: Int { results.count { $0.outcome == .passed } }
    var failed: Int { results.count { if case .failed = $0.outcome { true } else { false } } }
    var pending: Int { results.count { if case .pending = $0.outcome { true } else { false } } }

    /// The closing line.
    var countingLine: String { "\(passed) passed, \(failed) failed, \(pending) pending" }

    /// The groups in the order in which they came.
    var groups: [(name: String, results: [CheckResult])] {
        var order: [String] = []
        let byName = Dictionary(grouping: results, by: \.group)
        for result in results where !order.contains(result.group) { order.append(result.group) }
        return order.map { ($0, byName[$0] ?? []) }
    }

    /// One line for each check that failed.
    var failureLines: [String] {
        results.compactMap { result in
            guard case .failed(let reason) = result.outcome else { return nil }
            return "FAIL \(result.group) \(result.name)\(result.rule.map { " (\($0))" } ?? ""): \(reason)"
        }
    }

    /// Writes the files that were asked for.
    func write(json: String?, html: String?) throws {
        if let json { try JSONReport.text(of: self).write(toFile: json, atomically: true, encoding: .utf8) }
        if let html { try HTMLReport.text(of: self).write(toFile: html, atomically: true, encoding: .utf8) }
    }
}
