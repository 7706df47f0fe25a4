import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime

/// An explanation for a person to read.
struct AccessReport {
    let customer: Customer
    let site: Site
    let portal: PortalID
    let requestType: RequestTypeID?
    let explanation: AccessExplanation

    /// `allowed`, `refused` or `step-up`.
    var verdict: String { explanation.barrier == nil ? explanation.verdict.word : "refused" }

    /// What decides.
    var reason: String { explanation.barrier?.text ?? explanation.verdict.text }

    var lines: [String] {
        let who = customer.email.map { "\($0) (\(customer.id))" } ?? customer.id.rawValue
        return ["\(who) at \(site.placeText(portal, requestType)): \(verdict)", "because: \(reason)"]
            + ["enforcement: \(enforcement)"] + person.map { "\($0.name): \($0.value)" }
            + (explanation.rules.isEmpty ? ["", "the site has no rules"] : [])
            + explanation.rules.flatMap { [""] + Self.lines($0) }
    }

    private var enforcement: String {
        let words = explanation.enforcements.map(\.text).joined(separator: " and ")
        return "\(words)\(explanation.isEnforced ? "" : ": what is refused passes, and is counted")"
    }

    /// What rules looked at.
    private var person: [(name: String, value: String)] {
        let subject = explanation.person
        let session = explanation.session.map { "\($0.id), opened \($0.createdAt.rfc3339)" } ?? "no live session"
        let time = subject.authentication.authTime
        let age = time.map { " (\((subject.now - $0).wholeSeconds) s ago)" } ?? ""
        let groups = subject.groups.values.joined(separator: ", ")
        return [
            ("organization", subject.organization.rawValue), ("connection", subject.connectionText),
            ("email", subject.email?.description ?? "-"),
            ("groups", "\(groups.isEmpty ? "-" : groups) (\(subject.groups.completeness.rawValue))"),
        ]
            + attributes.map { ("attribute \($0)", subject.attributes[$0]?.joined(separator: ", ") ?? "-") }
            + [
                ("session", session), ("acr", subject.authentication.acr ?? "-"),
                ("signed in", time.map { "\($0.rfc3339)\(age)" } ?? "-"),
            ]
    }

    /// The attributes that rules name.
    var attributes: [String] {
        let names = site.access.rules.flatMap(\.rule.condition.leaves).compactMap {
            if case .attribute(let name, _) = $0 { name } else { nil }
        }
        return Set(names).sorted()
    }

    private static func lines(_ rule: RuleTrace) -> [String] {
        let about = rule.isAbout ? "" : ", not about this place"
        let fires = rule.isAbout && rule.fires ? ": fires" : ""
        return [
            "rule \(rule.rule.rule.name) (\(rule.rule.rule.effect.rawValue), \(rule.rule.placesText)\(about)): "
                + "\(rule.trace.result.rawValue)\(fires)"
        ] + lines(rule.trace, indent: "  ")
    }

    private static func lines(_ trace: AccessTrace, indent: String) -> [String] {
        let wanted = trace.wanted.map { " \($0)" } ?? ""
        let found = trace.found.map { " (\($0))" } ?? ""
        return ["\(indent)\(trace.key)\(wanted): \(trace.result.rawValue)\(found)"]
            + trace.parts.flatMap { lines($0, indent: indent + "  ") }
    }
}

extension AccessSubject {
    fileprivate var connectionText: String { connection.rawValue.isEmpty ? "-" : connection.rawValue }
}

extension PortalRule {
    fileprivate var placesText: String {
        let portals = portals.map { "portals \($0.sorted().map(\.description).joined(separator: ", "))" }
        let types = requestTypes.map { "request types \($0.sorted().map(\.description).joined(separator: ", "))" }
        return [portals ?? "every portal", types].compactMap(\.self).joined(separator: ", ")
    }
}
