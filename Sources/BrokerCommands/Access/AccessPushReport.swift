import Broker
import BrokerEngine
import BrokerModel
import Directory

/// A plan, and what came of it.
struct AccessPushReport {
    let draft: PortalGrants.Draft
    /// Nil where nothing was written.
    let result: PortalGrants.Result?

    init(_ draft: PortalGrants.Draft, _ result: PortalGrants.Result?) {
        self.draft = draft
        self.result = result
    }

    private var drift: [PortalGrantDrift] { result?.drift ?? draft.plan.drift }

    func print(to output: Output, asJSON: Bool) {
        guard !asJSON else { return output.json(document) }
        for line in lines { output.line(line) }
    }

    private var lines: [String] {
        let count = draft.plan.steps.count
        let written = result.map { "\($0.written) of \(count) steps written" }
        let planned = count == 0 ? "nothing to write" : "\(count) steps to write"
        return ["site \(draft.site.id): \(written ?? planned), \(drift.count) to look at"]
            + draft.plan.steps.map { "  \($0.removes ? "-" : "+") \(Self.text($0))" }
            + drift.flatMap { ["  ! \(Self.text($0))", "      \($0.advice)"] }
            + (result?.failures ?? []).map { failure in
                let people = failure.people.isEmpty ? "" : " (\(Self.list(failure.people)))"
                return "  x \(failure.step.name)\(people): \(failure.reason)"
            }
    }

    private static func text(_ step: PortalGrantStep) -> String {
        let places = [step.organization.map { "organization \($0)" }, step.desk.map { "desk \($0)" }].compactMap { $0 }
        let people = step.people.isEmpty ? "" : ": \(list(step.people))"
        return ([step.name] + places).joined(separator: ", ") + people
    }

    private static func text(_ drift: PortalGrantDrift) -> String {
        let places = [drift.organization.map { "organization \($0)" }, drift.desk.map { "desk \($0)" }].compactMap {
            $0
        }
        let people = drift.people.isEmpty ? "" : ": \(list(drift.people))"
        return ([drift.kind.rawValue] + places).joined(separator: ", ") + people
    }

    private static func list(_ people: [String]) -> String {
        let shown = people.prefix(20).joined(separator: ", ")
        return people.count > 20 ? "\(shown) and \(people.count - 20) more" : shown
    }

    // MARK: JSON

    private var document: SettingsValue {
        var members: [String: SettingsValue] = [
            "site": .string(draft.site.id.rawValue), "steps": .array(draft.plan.steps.map(Self.document)),
            "drift": .array(drift.map(Self.document)), "losing": .integer(Int64(draft.plan.losing.count)),
            "present": .integer(Int64(draft.plan.present.count)),
        ]
        if let result {
            members["written"] = .integer(Int64(result.written))
            members["failed"] = .integer(Int64(result.failures.count))
        }
        return .object(members)
    }

    private static func document(_ step: PortalGrantStep) -> SettingsValue {
        var members = places(step.desk, step.organization, step.people)
        members["step"] = .string(step.name)
        members["removes"] = .bool(step.removes)
        return .object(members)
    }

    private static func document(_ drift: PortalGrantDrift) -> SettingsValue {
        var members = places(drift.desk, drift.organization, drift.people)
        members["kind"] = .string(drift.kind.rawValue)
        members["advice"] = .string(drift.advice)
        return .object(members)
    }

    private static func places(
        _ desk: ServiceDeskID?, _ organization: String?, _ people: [String]
    ) -> [String: SettingsValue] {
        var members: [String: SettingsValue] = [:]
        members["desk"] = desk.map { .integer($0.rawValue) }
        members["organization"] = organization.map { .string($0) }
        if !people.isEmpty { members["people"] = .array(people.map { .string($0) }) }
        return members
    }
}
