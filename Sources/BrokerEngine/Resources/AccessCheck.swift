import Broker
import BrokerModel

/// What must be true of a site's portals, rules and lanes, with paths below the site.
///
/// A rule about a portal that is not there, or about a connection whose name is misspelt, never fires: a ban that nobody
/// sees fail. So every name must be one that exists.
package struct AccessCheck: Sendable {
    let site: Site
    /// Every connection that there is or will be.
    let connections: Set<ConnectionID>
    /// Every organization that there is or will be.
    let organizations: Set<OrganizationID>

    /// Everything that is wrong.
    func problems() -> [SettingsError.Problem] { portals() + rules() + staff() + machines() }

    /// Whether a text can begin issue keys: a capital letter, then capitals, digits or `_`, two at least.
    package static func isProjectKey(_ text: String) -> Bool {
        let octets = text.utf8
        guard (2...64).contains(octets.count), let first = octets.first, (65...90).contains(first) else { return false }
        return octets.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    // MARK: Portals

    /// A number or key that two portals have names neither of them.
    private func portals() -> [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        for (index, portal) in site.portals.enumerated() {
            let (path, earlier) = (["portals", String(index)], site.portals[..<index])
            func require(_ holds: Bool, _ member: String, _ text: String) {
                if !holds { problems.append(.init(path: path + [member], text: text)) }
            }
            require(portal.id.rawValue > 0, "id", "must be a number from 1")
            require(portal.serviceDesk.rawValue > 0, "serviceDesk", "must be a number from 1")
            require(!portal.name.isEmpty, "name", "must not be empty")
            require(
                portal.project.map(Self.isProjectKey) ?? true, "project",
                "must be a project key: a capital letter, then capitals, digits or '_'")
            require(!earlier.contains { $0.id == portal.id }, "id", "portal \(portal.id) is there twice")
            if let other = earlier.first(where: { $0.serviceDesk == portal.serviceDesk && $0.id != portal.id }) {
                require(false, "serviceDesk", "service desk \(portal.serviceDesk) is portal \(other.id)'s")
            }
            if let project = portal.project, let other = earlier.first(where: { $0.project == project }) {
                require(false, "project", "project \(project) is portal \(other.id)'s")
            }
            for type in portal.requestTypes.sorted() {
                if let other = earlier.first(where: { $0.requestTypes.contains(type) }) {
                    require(false, "requestTypes", "request type \(type) is portal \(other.id)'s")
                }
            }
        }
        return problems
    }

    // MARK: Rules

    private func rules() -> [SettingsError.Problem] {
        var names: Set<String> = []
        var problems: [SettingsError.Problem] = []
        for (index, rule) in site.access.rules.enumerated() {
            let path = ["access", "rules", String(index)]
            let (name, effect) = (rule.rule.name, rule.rule.effect.rawValue)
            problems += Self.name(name, at: path)
            if !names.insert(name).inserted { problems.append(Self.repeated(name, at: path)) }
            problems += places(of: rule, at: path)
            problems += conditions(rule.rule.condition, depth: 1, at: path + [effect])
        }
        return problems
    }

    /// The portals of a rule are the site's, and list the rule's request types; a site without portals lists none.
    private func places(of rule: PortalRule, at path: [String]) -> [SettingsError.Problem] {
        let known = Set(site.portals.map(\.id))
        let here = site.portals.filter { rule.portals?.contains($0.id) ?? true }
        let listed = here.reduce(into: Set<RequestTypeID>()) { $0.formUnion($1.requestTypes) }
        var problems: [SettingsError.Problem] = []
        if rule.portals?.isEmpty == true { problems.append(Self.empty(path + ["portals"])) }
        if rule.requestTypes?.isEmpty == true { problems.append(Self.empty(path + ["requestTypes"])) }
        for portal in (rule.portals ?? []).subtracting(known).sorted() {
            problems.append(.init(path: path + ["portals"], text: "the site has no portal \(portal)"))
        }
        guard !site.portals.isEmpty else { return problems }
        let whose = rule.portals == nil ? "no portal lists" : "none of the rule's portals lists"
        for type in (rule.requestTypes ?? []).subtracting(listed).sorted() {
            problems.append(.init(path: path + ["requestTypes"], text: "\(whose) request type \(type)"))
        }
        return problems
    }

    // MARK: Lanes

    private func staff() -> [SettingsError.Problem] {
        let path = ["access", "staff"]
        return site.access.staff.connections.subtracting(connections).sorted().map {
            .init(path: path + ["connections"], text: "connection \($0) does not exist")
        } + Self.wide(site.access.staff.networks, at: path + ["networks"])
    }

    private func machines() -> [SettingsError.Problem] {
        var names: Set<String> = []
        var problems: [SettingsError.Problem] = []
        for (index, machine) in site.access.machines.enumerated() {
            let path = ["access", "machines", String(index)]
            problems += Self.name(machine.name, at: path)
            if !names.insert(machine.name).inserted { problems.append(Self.repeated(machine.name, at: path)) }
            if machine.methods.isEmpty { problems.append(Self.empty(path + ["methods"])) }
            if machine.paths.isEmpty { problems.append(Self.empty(path + ["paths"])) }
            if machine.networks.isEmpty { problems.append(Self.empty(path + ["networks"])) }
            problems += Self.wide(machine.networks, at: path + ["networks"])
            for (position, text) in machine.paths.enumerated() {
                guard let fault = pattern(text) else { continue }
                problems.append(.init(path: path + ["paths", String(position)], text: fault))
            }
        }
        return problems
    }

    /// A lane for all of JSM is a key to it, and whoever reads the secret in a log has it.
    ///
    /// A pattern that fits a path made of nothing that JSM has names nothing that JSM has.
    private func pattern(_ text: String) -> String? {
        guard let pattern = PathPattern(text) else { return "is not a path pattern" }
        let base = site.contextPath.split(separator: "/").map(String.init)
        let fitsAnything = (1...4).contains { pattern.matches(base + Array(repeating: "\u{1}", count: $0)) }
        return fitsAnything ? "covers everything; name what the program uses" : nil
    }

    /// A lane that is open to everybody is no lane (M63).
    private static func wide(_ networks: Set<AddressRange>, at path: [String]) -> [SettingsError.Problem] {
        networks.filter(\.isAlmostEverybody).map(\.description).sorted().map {
            .init(path: path, text: "\($0) is almost everybody; name your own networks")
        }
    }

    // MARK: Texts

    private static func name(_ name: String, at path: [String]) -> [SettingsError.Problem] {
        ConnectionID(rawValue: name).isWellFormed
            ? []
            : [
                .init(
                    path: path + ["name"],
                    text: "must be 1 to 64 of a-z, 0-9, '-', '_', '.', not starting with a dot")
            ]
    }

    private static func repeated(_ name: String, at path: [String]) -> SettingsError.Problem {
        .init(path: path + ["name"], text: "\(name) is there twice")
    }

    static func empty(_ path: [String]) -> SettingsError.Problem { .init(path: path, text: "must name one at least") }
}

extension AddressRange {
    /// Whether the block is larger than the largest private networks, 10.0.0.0/8 and fc00::/7.
    fileprivate var isAlmostEverybody: Bool {
        if case .v4 = base { prefixLength < 8 } else { prefixLength < 7 }
    }
}
