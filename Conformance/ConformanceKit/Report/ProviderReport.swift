import Broker
import Foundation

/// Rows by rules: what holds, what does not, and what does not apply.
public struct ProviderReport: Sendable {
    /// One cell.
    public struct Cell: Sendable, Hashable {
        /// What became of it.
        public enum Result: Sendable, Hashable {
            /// The rule is kept.
            case kept
            /// The rule is broken.
            case broken(RuleFailure)
            /// The rule says nothing here.
            case notApplicable(String)
        }

        /// The row's name.
        public let row: String
        /// The rule's id.
        public let rule: String
        /// What became of it.
        public let result: Result
    }

    /// Row names in order.
    public let rows: [String]
    /// The rules in order.
    public let rules: [ProviderRule]
    /// Every cell, row by row.
    public let cells: [Cell]

    /// Runs every rule on every row.
    public static func run(
        _ rows: [ProviderUnderTest], _ rules: [ProviderRule] = ProviderRule.all
    ) async -> ProviderReport {
        var cells: [Cell] = []
        for row in rows {
            for rule in rules {
                cells.append(Cell(row: row.name, rule: rule.id, result: await result(of: rule, on: row)))
            }
        }
        return ProviderReport(rows: rows.map(\.name), rules: rules, cells: cells)
    }

    private static func result(of rule: ProviderRule, on row: ProviderUnderTest) async -> Cell.Result {
        if let reason = rule.reasonNotApplicable(to: row) { return .notApplicable(reason) }
        do throws(RuleFailure) {
            try await rule.check(row)
            return .kept
        } catch {
            return .broken(error)
        }
    }

    /// What is broken.
    public var failures: [RuleFailure] {
        cells.compactMap { if case .broken(let failure) = $0.result { failure } else { nil } }
    }

    /// Cells that are kept, broken, and without meaning.
    public var counts: (kept: Int, broken: Int, notApplicable: Int) {
        var counts = (kept: 0, broken: 0, notApplicable: 0)
        for cell in cells {
            switch cell.result {
            case .kept: counts.kept += 1
            case .broken: counts.broken += 1
            case .notApplicable: counts.notApplicable += 1
            }
        }
        return counts
    }
}

// MARK: Text

extension ProviderReport {
    /// One row per provider, one column per rule, and what the columns mean.
    public var text: String {
        let width = max(8, rows.map(\.count).max() ?? 8)
        let head = String(repeating: " ", count: width + 1) + columns.map { $0 }.joined(separator: " ")
        let lines = rows.enumerated().map { index, row in
            let marks = cells(ofRow: index).map(Self.mark)
            return row.padding(toLength: width, withPad: " ", startingAt: 0) + " "
                + zip(columns, marks).map { $1.padding(toLength: $0.count, withPad: " ", startingAt: 0) }
                .joined(separator: " ")
        }
        let counts = counts
        let sum =
            "\(rows.count) providers, \(rules.count) rules: \(counts.kept) kept, \(counts.broken) broken, "
            + "\(counts.notApplicable) not applicable"
        return ([head] + lines + ["", sum, ""] + legend + failureLines).joined(separator: "\n") + "\n"
    }

    private var columns: [String] { rules.indices.map { String($0 + 1) } }

    private func cells(ofRow index: Int) -> ArraySlice<Cell> {
        cells[index * rules.count..<(index + 1) * rules.count]
    }

    private static func mark(_ cell: Cell) -> String {
        switch cell.result {
        case .kept: "+"
        case .broken: "X"
        case .notApplicable: "."
        }
    }

    private var legend: [String] {
        ["+ kept   X broken   . not applicable", ""]
            + rules.enumerated().map { "\($0 + 1) \($1.id): \($1.title) [\($1.clause)]" }
    }

    private var failureLines: [String] {
        failures.isEmpty ? [] : ["", "Broken:"] + failures.map(\.description)
    }
}

// MARK: JSON

extension ProviderReport {
    /// The report for a machine.
    public var json: String {
        let counts = counts
        let report: JSON = [
            "rows": .array(rows.map { .string($0) }),
            "rules": .array(
                rules.map {
                    ["id": .string($0.id), "title": .string($0.title), "clause": .string($0.clause)]
                }),
            "cells": .array(cells.map(Self.object)), "kept": .integer(Int64(counts.kept)),
            "broken": .integer(Int64(counts.broken)), "notApplicable": .integer(Int64(counts.notApplicable)),
        ]
        return report.jsonText
    }

    private static func object(_ cell: Cell) -> JSON {
        var object: Claims = ["row": .string(cell.row), "rule": .string(cell.rule)]
        switch cell.result {
        case .kept: object["result"] = "kept"
        case .broken(let failure):
            object["result"] = "broken"
            object["seen"] = .string(failure.seen)
            object["clause"] = .string(failure.clause)
            object["fix"] = .string(failure.fix)
        case .notApplicable(let reason):
            object["result"] = "notApplicable"
            object["reason"] = .string(reason)
        }
        return .object(object)
    }
}
