// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// `conformance run`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs suites against a broker in this process.",
        discussion: """
            Suites: \(Suite.all.map(\.name).joined(separator: ", ")). Each closes with a line that counts. Exits 1 when a \
            check failed. Published vectors are run where --vectors or VESTIBULE_VECTORS names their folder.
            """)

    @Option(help: "A suite; may be repeated. All of them unless said.") var suite: [String] = []
    @Option(help: "A front of the suite fronts; may be repeated. All of them unless said.") var front: [String] = []
    @Option(help: "Write the results as JSON to this file.") var json: String?
    @Option(help: "Write the results as a page to this file.") var html: String?
    @Option(help: "A folder of published vectors.") var vectors: String?

    func validate() throws {
        let unknown = suite.filter { name in !Suite.all.contains { $0.name == name } }
        guard unknown.isEmpty else { throw ValidationError("there is no suite \(unknown.joined(separator: ", "))") }
        let strangers = front.filter { name in !FrontsSuite.fronts.contains { $0.name == name } }
        guard strangers.isEmpty else { throw ValidationError("there is no front \(strangers.joined(separator: ", "))") }
    }

    func run() async throws {
        let options = SuiteOptions(
            vectors: vectors ?? ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"], fronts: Set(front))
        let wanted = Suite.all.filter { suite.isEmpty || suite.contains($0.name) }
        var whole = Report(title: "conformance run \(wanted.map(\.name).joined(separator: " "))")
        for suite in wanted {
            let report = await Self.run(suite, options)
            whole.results += report.results
            whole.seconds += report.seconds
        }
        try whole.write(json: json, html: html)
        if whole.failed > 0 { throw ExitCode(1) }
    }

    private static func run(_ suite: Suite, _ options: SuiteOptions) async -> Report {
        let clock = ContinuousClock()
        let started = clock.now
        var report = Report(title: suite.name)
        do {
            report.results = try await suite.run(options)
        } catch {
            report.results = [CheckResult(suite.name, "the whole suite", .failed("\(error)"))]
        }
        let spent = (clock.now - started).components
        report.seconds = Double(spent.seconds) + Double(spent.attoseconds) / 1e18
        suite.lines(report.results).forEach { print($0) }
        report.failureLines.forEach { print($0) }
        print("\(suite.name): \(report.countingLine) (\(String(format: "%.1f", report.seconds)) s)")
        return report
    }
}

/// Results in columns.
enum Table {
    static func lines(of results: [CheckResult]) -> [String] {
        let width = min(60, results.map(\.name.count).max() ?? 0)
        return results.map { result in
            let name = result.name.padding(toLength: max(width, result.name.count), withPad: " ", startingAt: 0)
            let rule = (result.rule ?? "").padding(toLength: 5, withPad: " ", startingAt: 0)
            return "\(name)  \(rule) \(result.outcome.word)  \(result.detail ?? result.outcome.reason ?? "")"
        }
    }
}
