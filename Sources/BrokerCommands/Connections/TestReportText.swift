import Broker
import BrokerEngine
import BrokerModel
import Foundation

/// A test login's report as an operator reads it.
struct TestReportText {
    private let report: TestReport

    init(_ report: TestReport) { self.report = report }

    func print(to output: Output, asJSON: Bool) {
        guard !asJSON else { return output.json(json) }
        output.line("test of \(report.connection), reference \(report.reference.displayed)")
        if let failure = report.failure {
            output.line("no identity arrived")
            output.line(Self.line(failure))
            return
        }
        guard let person = report.person else { return }
        output.line()
        for (label, value) in members(of: person) {
            output.line(label + String(repeating: " ", count: 18 - label.count) + value)
        }
        output.line()
        claims(person).print(to: output, asJSON: false, whenEmpty: "no claims arrived")
        output.line()
        mapping.print(to: output, asJSON: false, whenEmpty: "no attributes are mapped")
        output.line()
        for line in verdict { output.line(line) }
    }

    private func members(of person: TestReport.Person) -> [(String, String)] {
        let groups = person.groups
        let authentication = person.authentication
        return [
            ("issuer", person.subject.issuer), ("tenant", person.subject.tenant ?? ""),
            ("subject", person.subject.subject),
            ("earlier subjects", person.previousSubjects.map(\.subject).joined(separator: ", ")),
            ("e-mail", person.email ?? "none arrived"), ("e-mail evidence", person.evidence?.rawValue ?? ""),
            ("name", person.displayName ?? ""),
            (
                "groups",
                "\(groups.completeness.rawValue), \(groups.values.count)"
                    + (groups.values.isEmpty ? "" : ": " + groups.values.joined(separator: ", "))
            ),
            ("acr", authentication.acr ?? ""), ("amr", authentication.amr.joined(separator: ", ")),
            ("signed in at", authentication.authTime?.rfc3339 ?? ""), ("key", person.keyID ?? ""),
        ].filter { !$0.1.isEmpty }
    }

    private func claims(_ person: TestReport.Person) -> Table {
        var table = Table("claim", "from", "values")
        for claim in person.claims {
            table.add(claim.name, claim.provenance.rawValue, claim.values.joined(separator: ", "))
        }
        return table
    }

    private var mapping: Table {
        var table = Table("attribute", "values")
        for (attribute, values) in report.attributes.sorted(by: { $0.key < $1.key }) {
            table.add(attribute, values.joined(separator: ", "))
        }
        for (attribute, problem) in report.unmapped.sorted(by: { $0.key < $1.key }) {
            table.add(attribute, "not mapped: \(problem)")
        }
        return table
    }

    private var verdict: [String] {
        guard !report.isAdmitted else {
            let sites = report.sites.map(\.rawValue).joined(separator: ", ")
            return ["a real login would be admitted, as \(report.customer ?? "a customer"), to: \(sites)"]
        }
        return ["a real login would be refused"] + report.obstacles.map(Self.line)
            + (report.customer.map { ["otherwise it would be \($0)"] } ?? [])
    }

    private static func line(_ refusal: TestReport.Refusal) -> String {
        let more = [refusal.rule, refusal.cause].compactMap { $0 }
        return "  \(refusal.code): \(refusal.detail)" + (more.isEmpty ? "" : " (\(more.joined(separator: "; ")))")
    }

    private var json: SettingsValue {
        let encoded = try? JSONDecoder().decode(SettingsValue.self, from: JSONEncoder().encode(report))
        guard case .object(var object)? = encoded else { return .null }
        object["admitted"] = .bool(report.isAdmitted)
        return .object(object)
    }
}
