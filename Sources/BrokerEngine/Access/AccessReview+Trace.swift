import Broker
package import BrokerModel

/// What a condition came to for a person, and what it looked at.
package struct AccessTrace: Sendable, Hashable {
    /// The condition's key in configuration, such as `group`.
    package let key: String
    /// What it asked for; nil where it holds other conditions.
    package let wanted: String?
    /// What it came to.
    package let result: Truth
    /// What it found; nil where it holds other conditions.
    package let found: String?
    /// What the conditions in it came to.
    package let parts: [AccessTrace]

    /// Follows a condition.
    package init(_ condition: AccessCondition, for person: AccessSubject) {
        result = condition.holds(for: person)
        parts = condition.parts.map { AccessTrace($0, for: person) }
        key = condition.key
        wanted = condition.wanted
        found = condition.isLeaf ? person.found(by: condition) : nil
    }
}

extension AccessCondition {
    fileprivate var parts: [AccessCondition] {
        switch self {
        case .all(let parts), .any(let parts), .none(let parts): parts
        default: []
        }
    }

    fileprivate var isLeaf: Bool { wanted != nil }

    fileprivate var key: String {
        switch self {
        case .all: "all"
        case .any: "any"
        case .none: "none"
        case .group: "group"
        case .emailDomain: "emailDomain"
        case .attribute: "attribute"
        case .connection: "connection"
        case .organization: "organization"
        case .authenticationContext: "acr"
        case .authenticated: "authenticatedWithin"
        }
    }

    fileprivate var wanted: String? {
        switch self {
        case .all, .any, .none: nil
        case .group(let name): name
        case .emailDomain(let domain): domain.ascii
        case .attribute(let name, let value): "\(name) is \(value)"
        case .connection(let id): id.rawValue
        case .organization(let id): id.rawValue
        case .authenticationContext(let acr): acr
        case .authenticated(let age): "\(age.wholeSeconds) s"
        }
    }
}

extension AccessSubject {
    /// Of a person, what a condition looks at.
    fileprivate func found(by condition: AccessCondition) -> String {
        switch condition {
        case .all, .any, .none: ""
        case .group:
            "\(groups.values.count) groups, \(groups.completeness == .complete ? "all of them" : "not told in full")"
        case .emailDomain: email?.domain.ascii ?? "no e-mail"
        case .attribute(let name, _): attributes[name]?.joined(separator: ", ") ?? "no such attribute"
        case .connection: connection.rawValue.isEmpty ? "no identity" : connection.rawValue
        case .organization: organization.rawValue
        case .authenticationContext: authentication.acr ?? "none"
        case .authenticated:
            authentication.authTime.map { "\((now - $0).wholeSeconds) s ago" } ?? "no time is known"
        }
    }
}
