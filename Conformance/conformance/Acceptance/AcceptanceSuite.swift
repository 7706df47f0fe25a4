// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// S1 to S51.
enum AcceptanceSuite {
    static func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        let results = try await results()
        AcceptanceTable.text(of: results).forEach { print($0) }
        return results.map {
            CheckResult(
                "acceptance", "\($0.scenario.id) \($0.scenario.title)", rule: $0.scenario.id, $0.outcome,
                detail: $0.detail)
        }
    }

    /// Runs what can be run here.
    static func results() async throws -> [ScenarioResult] {
        let world = try await AcceptanceWorld.start()
        var results: [ScenarioResult] = []
        for scenario in Scenario.all { results.append(await ScenarioResult.run(scenario, in: world)) }
        await world.stop()
        return results
    }
}

/// `conformance acceptance`.
struct AcceptanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acceptance", abstract: "Prints S1 to S51: what is shown, and what is behind it.",
        discussion: "pass means that a check ran in this invocation. Exits 1 when one failed.")

    @Flag(help: "As a Markdown table, for the README.") var markdown = false

    func run() async throws {
        let results = try await AcceptanceSuite.results()
        (markdown ? AcceptanceTable.markdown(of: results) : AcceptanceTable.text(of: results)).forEach { print($0) }
        if !markdown { print(AcceptanceTable.countingLine(of: results)) }
        if results.contains(where: { $0.status == "fail" }) { throw ExitCode(1) }
    }
}
