import Broker
import BrokerEngine
import BrokerModel

extension AccessReport {
    /// The explanation for a script.
    var document: SettingsValue {
        var members: [String: SettingsValue] = [
            "site": .string(site.id.rawValue), "portal": .integer(portal.rawValue), "verdict": .string(verdict),
            "reason": .string(reason), "enforced": .bool(explanation.isEnforced),
            "enforcement": .array(explanation.enforcements.map { .string($0.text) }),
            "customer": .string(customer.id.rawValue), "inputs": .object(inputs),
            "rules": .array(explanation.rules.map(Self.document)),
        ]
        members["requestType"] = requestType.map { .integer($0.rawValue) }
        if explanation.barrier == nil { members["rule"] = explanation.verdict.rule.map { .string($0) } }
        return .object(members)
    }

    private var inputs: [String: SettingsValue] {
        let subject = explanation.person
        var inputs: [String: SettingsValue] = [
            "organization": .string(subject.organization.rawValue),
            "groups": .array(subject.groups.values.map { .string($0) }),
            "groupsCompleteness": .string(subject.groups.completeness.rawValue),
            "attributes": .object(
                Dictionary(
                    uniqueKeysWithValues: attributes.map { name in
                        (name, .array((subject.attributes[name] ?? []).map { .string($0) }))
                    })),
        ]
        if !subject.connection.rawValue.isEmpty { inputs["connection"] = .string(subject.connection.rawValue) }
        inputs["email"] = subject.email.map { .string($0.description) }
        inputs["session"] = explanation.session.map { .string($0.id.rawValue) }
        inputs["acr"] = subject.authentication.acr.map { .string($0) }
        inputs["signedInAt"] = subject.authentication.authTime.map { .string($0.rfc3339) }
        return inputs
    }

    private static func document(_ rule: RuleTrace) -> SettingsValue {
        .object([
            "name": .string(rule.rule.rule.name), "effect": .string(rule.rule.rule.effect.rawValue),
            "about": .bool(rule.isAbout), "fires": .bool(rule.isAbout && rule.fires),
            "result": .string(rule.trace.result.rawValue), "condition": document(rule.trace),
        ])
    }

    private static func document(_ trace: AccessTrace) -> SettingsValue {
        var members: [String: SettingsValue] = [
            "key": .string(trace.key), "result": .string(trace.result.rawValue),
        ]
        members["wanted"] = trace.wanted.map { .string($0) }
        members["found"] = trace.found.map { .string($0) }
        if !trace.parts.isEmpty { members["parts"] = .array(trace.parts.map(document)) }
        return .object(members)
    }
}
