import ArgumentParser
import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// `vestibule gate report`.
struct GateReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show what the gate kept out of a site, whom it would have refused, and which doors are open.",
        discussion: """
            Counts are by the hour and kept for 90 days. Who would have been refused is what `enforcement: observe` lets \
            pass: look here before a site, a portal or an organization is set to enforce.
            """)

    @OptionGroup var options: StoreOptions

    @Option(help: "The site; may be left out where there is one.") var site: String?
    @Option(help: "From when on: a day, a moment, or how long ago, such as 7d.") var since: Moment?

    func run() async throws {
        try await options.read { installation, output in
            let engine = installation.engine
            try await engine.live.reload()
            let id = try engine.live.resources.chosenSite(site).id
            let now = engine.environment.time.now
            let since = since?.timestamp(at: now) ?? now - .seconds(7 * 86400)
            guard let report = try await engine.reports.report(of: id, since: since) else {
                throw CommandFailure("there is no such site")
            }
            options.json ? output.json(report.json) : print(report, to: output)
        }
    }

    private func print(_ report: GateReport, to output: Output) {
        output.line("site \(report.site), since \(report.since.rfc3339)")
        output.line()
        output.line("Without a session")
        var attempts = Table("what they did", "kept out", "passed, only observed")
        for attempt in report.attempts {
            attempts.add(
                AttemptKind(rawValue: attempt.kind)?.meaning ?? attempt.kind, String(attempt.refused),
                String(attempt.observed))
        }
        attempts.print(to: output, asJSON: false, whenEmpty: "nobody came without a session")
        output.line()
        output.line("Signed in, and would have been refused")
        table(of: report.wouldBeRefused).print(to: output, asJSON: false, whenEmpty: "nobody")
        output.line()
        output.line("Signed in, and refused")
        table(of: report.refused).print(to: output, asJSON: false, whenEmpty: "nobody")
        output.line()
        output.line("Doors that are open")
        var doors = Table("door", "to close it")
        for door in report.doors { doors.add(door.text, door.advice) }
        doors.print(to: output, asJSON: false, whenEmpty: "none in configuration; `vestibule posture` asks JSM itself")
    }

    private func table(of people: [GateReport.Person]) -> Table {
        var table = Table("organization", "customer", "portal", "why", "times")
        for person in people {
            table.add(
                person.organization.rawValue, person.customer?.rawValue, person.portal?.description,
                person.reason.isEmpty ? person.outcome : "\(person.outcome): \(person.reason)", String(person.count))
        }
        return table
    }
}

extension GateReport {
    /// For a script.
    var json: SettingsValue {
        .object([
            "site": .string(site.rawValue), "since": .string(since.rfc3339),
            "attempts": .array(
                attempts.map {
                    .object([
                        "kind": .string($0.kind), "refused": .integer($0.refused), "observed": .integer($0.observed),
                    ])
                }),
            "wouldBeRefused": .array(wouldBeRefused.map(\.json)), "refused": .array(refused.map(\.json)),
            "doors": .array(doors.map { .object(["door": .string($0.text), "advice": .string($0.advice)]) }),
        ])
    }
}

extension GateReport.Person {
    fileprivate var json: SettingsValue {
        var members: [String: SettingsValue] = [
            "organization": .string(organization.rawValue), "outcome": .string(outcome), "reason": .string(reason),
            "count": .integer(count),
        ]
        members["customer"] = customer.map { .string($0.rawValue) }
        members["portal"] = portal.map { .integer($0.rawValue) }
        return .object(members)
    }
}
