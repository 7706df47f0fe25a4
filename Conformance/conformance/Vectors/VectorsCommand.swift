// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// `conformance vectors DIR`.
struct VectorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectors", abstract: "Runs a folder of test vectors through production code.",
        discussion: """
            DIR is a folder with files such as id-token-cases.json, or one that holds such folders (own-dev, jose). \
            Every failing case gets a line; the last line counts. Exits 1 when a case failed.
            """)

    @Argument(help: "The folder.") var directory: String
    @Option(help: "Write the results as JSON to this file.") var json: String?
    @Option(help: "Write the results as a page to this file.") var html: String?
    @Flag(help: "Print every case, not only those that failed.") var verbose = false

    func run() async throws {
        let folder = URL(filePath: directory, directoryHint: .isDirectory)
        let clock = ContinuousClock()
        var report = Report(title: "vectors \(folder.lastPathComponent)")
        let started = clock.now
        report.results = try await VectorFolder(folder).run()
        report.seconds = Double((clock.now - started).components.seconds)
        if verbose { report.results.forEach { print("\($0.outcome.word) \($0.group) \($0.name)") } }
        report.failureLines.forEach { print($0) }
        try report.write(json: json, html: html)
        print(report.countingLine)
        if report.failed > 0 { throw ExitCode(1) }
    }
}
