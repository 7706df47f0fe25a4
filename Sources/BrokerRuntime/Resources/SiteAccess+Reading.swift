import Broker
import BrokerModel

extension Portal {
    /// Reads one whose shape was checked.
    init?(reading value: SettingsValue) {
        guard let id = value.number("id"), let name = value.text("name") else { return nil }
        self.init(
            id: PortalID(rawValue: Int64(id)), name: name,
            serviceDesk: value.number("serviceDesk").map { ServiceDeskID(rawValue: Int64($0)) },
            project: value.text("project"),
            requestTypes: Set(value.numbers("requestTypes").map { RequestTypeID(rawValue: $0) }),
            mode: value.text("mode").flatMap { Mode(rawValue: $0) } ?? .standard,
            enforcement: value["enforcement"].flatMap { Enforcement(reading: $0) })
    }
}

extension Enforcement {
    /// Reads one whose shape was checked.
    init?(reading value: SettingsValue) {
        switch value {
        case .string("enforce"): self = .enforce
        case .string("observe"): self = .observe
        default:
            guard let start = value.text("from").flatMap({ MomentText.parse($0) }) else { return nil }
            self = .enforceFrom(start)
        }
    }
}

extension SiteAccess {
    /// Reads one whose shape was checked.
    init(reading value: SettingsValue) {
        let standard = SiteAccess()
        self.init(
            policy: value.text("policy").flatMap { Policy(rawValue: $0) } ?? standard.policy,
            rules: (value.list("rules") ?? []).compactMap { PortalRule(reading: $0) },
            isSSOOnly: value.flag("ssoOnly") ?? standard.isSSOOnly,
            enforcement: value["enforcement"].flatMap { Enforcement(reading: $0) } ?? standard.enforcement,
            staff: value["staff"].map { StaffLane(reading: $0) } ?? standard.staff,
            machines: (value.list("machines") ?? []).compactMap { MachineLane(reading: $0) })
    }
}

extension StaffLane {
    fileprivate init(reading value: SettingsValue) {
        self.init(
            connections: Set(value.texts("connections").map { ConnectionID(rawValue: $0) }),
            networks: Set(value.texts("networks").compactMap { AddressRange($0) }))
    }
}

extension MachineLane {
    fileprivate init?(reading value: SettingsValue) {
        guard let name = value.text("name"),
            let authorization = value.text("authorization").flatMap({ SecretReference($0) })
        else { return nil }
        self.init(
            name: name, methods: Set(value.texts("methods")), paths: value.texts("paths"),
            networks: Set(value.texts("networks").compactMap { AddressRange($0) }), authorization: authorization)
    }
}

extension PortalRule {
    fileprivate init?(reading value: SettingsValue) {
        let read = AccessRule.Effect.allCases.lazy.compactMap { effect in
            value[effect.rawValue].flatMap { AccessCondition(reading: $0) }.map { (effect, $0) }
        }
        guard let name = value.text("name"), let (effect, condition) = read.first else { return nil }
        self.init(
            AccessRule(name, effect, condition),
            portals: value["portals"].map { _ in Set(value.numbers("portals").map { PortalID(rawValue: $0) }) },
            requestTypes: value["requestTypes"].map { _ in
                Set(value.numbers("requestTypes").map { RequestTypeID(rawValue: $0) })
            })
    }
}

extension AccessCondition {
    /// Reads one whose shape was checked.
    ///
    /// Nil where a part cannot be read: a condition with a part left out would be another one.
    fileprivate init?(reading value: SettingsValue) {
        guard let (key, operand) = value.members.first, value.members.count == 1 else { return nil }
        switch (key, operand) {
        case ("all", .array(let parts)): self = .all(parts.compactMap { Self(reading: $0) })
        case ("any", .array(let parts)): self = .any(parts.compactMap { Self(reading: $0) })
        case ("none", .array(let parts)): self = .none(parts.compactMap { Self(reading: $0) })
        case ("group", .string(let name)): self = .group(name)
        case ("connection", .string(let id)): self = .connection(ConnectionID(rawValue: id))
        case ("organization", .string(let id)): self = .organization(OrganizationID(rawValue: id))
        case ("acr", .string(let acr)): self = .authenticationContext(acr)
        case ("emailDomain", .string(let text)):
            guard let domain = EmailDomain(text) else { return nil }
            self = .emailDomain(domain)
        case ("attribute", .object):
            guard let name = operand.text("name"), let value = operand.text("is") else { return nil }
            self = .attribute(name, is: value)
        case ("authenticatedWithin", .string(let text)):
            guard let age = DurationText.parse(text) else { return nil }
            self = .authenticated(within: age)
        default: return nil
        }
        if let parts, parts.count != operand.elements?.count { return nil }
    }

    /// The parts of a condition that has any.
    private var parts: [AccessCondition]? {
        switch self {
        case .all(let parts), .any(let parts), .none(let parts): parts
        default: nil
        }
    }
}
