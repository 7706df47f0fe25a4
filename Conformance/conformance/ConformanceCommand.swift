// SPDX-License-Identifier: Apache-2.0
//
// `conformance` proves the broker from outside the unit tests: published vectors through production code paths, every
// fault of an OpenID provider against a broker over real sockets, and the list of what the product must show.
//
// - `Vectors/`     one runner per kind of file
// - `World/`       a broker in this process, a browser without a screen, and a front that asks the gate
// - `Suites/`      the suites of `run`
// - `Acceptance/`  S1 to S51 as a table, and the checks that run here
// - `Demo/`        the mocks as servers of their own
// - `Report/`      results as lines, JSON and HTML

import ArgumentParser

/// The command line.
@main
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance", abstract: "Proves the broker against vectors, faults and the acceptance list.",
        subcommands: [VectorsCommand.self, RunCommand.self, AcceptanceCommand.self, MocksCommand.self])
}
