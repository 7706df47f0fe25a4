// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A report for programs.
enum JSONReport {
    private struct Document: Encodable {
        var title: String
        var startedAt: Date
        var seconds: Double
        var passed: Int
        var failed: Int
        var pending: Int
        var results: [Entry]
    }

    private struct Entry: Encodable {
        var group: String
        var name: String
        var rule: String?
        var outcome: String
        var reason: String?
        var detail: String?
    }

    /// The report as JSON with sorted keys.
    static func text(of report: Report) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let entries = report.results.map {
            Entry(
                group: $0.group, name: $0.name, rule: $0.rule, outcome: $0.outcome.word, reason: $0.outcome.reason,
                detail: $0.detail)
        }
        let document = Document(
            title: report.title, startedAt: report.startedAt, seconds: (report.seconds * 1000).rounded() / 1000,
            passed: report.passed, failed: report.failed, pending: report.pending, results: entries)
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }
}
