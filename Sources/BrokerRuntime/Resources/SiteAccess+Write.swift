import Broker
import BrokerModel

/// What says who may do what, as it is written; what is standard is left out.
extension Portal {
    var written: YAMLWriter.Value {
        .members([
            ("id", .literal(id.description)), ("name", .text(name)),
            ("serviceDesk", serviceDesk.rawValue == id.rawValue ? nil : .literal(serviceDesk.description)),
            ("project", .text(project, unless: nil)), ("requestTypes", .numbers(requestTypes.map(\.rawValue))),
            ("mode", .text(mode.rawValue, unless: Mode.standard.rawValue)), ("enforcement", enforcement?.written),
        ])
    }
}

extension Enforcement {
    var written: YAMLWriter.Value {
        switch self {
        case .enforce: .text("enforce")
        case .observe: .text("observe")
        case .enforceFrom(let start): .single("from", .text(MomentText.write(start)))
        }
    }
}

extension SiteAccess {
    var written: YAMLWriter.Value {
        let standard = SiteAccess()
        return .members([
            ("policy", .text(policy.rawValue, unless: standard.policy.rawValue)),
            ("ssoOnly", isSSOOnly == standard.isSSOOnly ? nil : .flag(isSSOOnly)),
            ("enforcement", enforcement == standard.enforcement ? nil : enforcement.written),
            ("rules", rules.isEmpty ? nil : .list(rules.map(\.written))),
            ("staff", staff == standard.staff ? nil : staff.written),
            ("machines", machines.isEmpty ? nil : .list(machines.map(\.written))),
        ])
    }
}

extension StaffLane {
    fileprivate var written: YAMLWriter.Value {
        .members([
            ("connections", .texts(connections.map(\.rawValue).sorted())),
            ("networks", .texts(networks.map(\.description).sorted())),
        ])
    }
}

extension MachineLane {
    fileprivate var written: YAMLWriter.Value {
        .members([
            ("name", .text(name)), ("methods", .texts(methods.sorted())), ("paths", .texts(paths)),
            ("networks", .texts(networks.map(\.description).sorted())),
            ("authorization", .text(authorization.description)),
        ])
    }
}

extension PortalRule {
    fileprivate var written: YAMLWriter.Value {
        .members([
            ("name", .text(rule.name)), (rule.effect.rawValue, rule.condition.written),
            ("portals", portals.flatMap { .numbers($0.map(\.rawValue)) }),
            ("requestTypes", requestTypes.flatMap { .numbers($0.map(\.rawValue)) }),
        ])
    }
}

extension AccessCondition {
    fileprivate var written: YAMLWriter.Value {
        switch self {
        case .all(let parts): .mapping([("all", .list(parts.map(\.written)))])
        case .any(let parts): .mapping([("any", .list(parts.map(\.written)))])
        case .none(let parts): .mapping([("none", .list(parts.map(\.written)))])
        case .group(let name): .single("group", .text(name))
        case .emailDomain(let domain): .single("emailDomain", .text(domain.ascii))
        case .attribute(let name, let value):
            .single("attribute", .mapping([("name", .text(name)), ("is", .text(value))], isInline: true))
        case .connection(let id): .single("connection", .text(id.rawValue))
        case .organization(let id): .single("organization", .text(id.rawValue))
        case .authenticationContext(let acr): .single("acr", .text(acr))
        case .authenticated(let age): .single("authenticatedWithin", .text(DurationText.write(age)))
        }
    }
}
