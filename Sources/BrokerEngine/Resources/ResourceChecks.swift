import Broker
import BrokerModel

/// What must be true of resources before any of them is stored.
///
/// Finds every problem, not the first.
struct ResourceChecks: Sendable {
    let registry: ProviderRegistry
    let environment: EngineEnvironment
    let facades: FacadeService

    /// Domains on which anybody can have an address: routing by them would hand everybody to one organization.
    static let publicMailDomains: Set<String> = [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com",
        "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.net", "gmx.de", "gmx.com", "web.de",
        "mail.com", "mail.ru", "yandex.ru", "yandex.com", "qq.com", "163.com", "126.com", "zoho.com", "fastmail.com",
    ]

    func problems(in wanted: WantedResources, beside stored: Resources) -> [SettingsError.Problem] {
        organizations(wanted, stored) + connections(wanted, stored) + sites(wanted, stored)
    }

    // MARK: Organizations

    private func organizations(_ wanted: WantedResources, _ stored: Resources) -> [SettingsError.Problem] {
        let kept = stored.organizations.values.filter { old in !wanted.organizations.contains { $0.id == old.id } }
        var owners: [String: OrganizationID] = [:]
        for old in kept {
            for key in Self.claims(of: old) { owners[key] = old.id }
        }
        var problems = repeated(wanted.organizations.map(\.id.rawValue), in: "organizations")
        for (index, organization) in wanted.organizations.enumerated() {
            let path = ["organizations", String(index)]
            problems += wellFormed(organization.id, at: path)
            for key in Self.claims(of: organization) {
                guard let owner = owners.updateValue(organization.id, forKey: key), owner != organization.id else {
                    continue
                }
                problems.append(
                    .init(path: path + [Self.member(of: key)], text: "\(key) belongs to organization \(owner)"))
            }
            problems += organization.domains.filter { Self.publicMailDomains.contains($0.ascii) }.map {
                .init(
                    path: path + ["domains"], text: "\($0) is a public mail domain: anybody can have an address there")
            }
            for rule in organization.linkRules {
                if rule.connections.count != 2 || Set(rule.connections).count != 2 {
                    problems.append(.init(path: path + ["linkRules"], text: "a rule names two different connections"))
                }
                problems += rule.connections.filter { id in
                    owner(of: id, wanted, stored) != organization.id
                }.map { .init(path: path + ["linkRules"], text: "connection \($0) is not one of this organization's") }
            }
        }
        return problems
    }

    private static func claims(of organization: Organization) -> [String] {
        organization.domains.map(\.ascii) + organization.addresses.map(\.folded.description)
            + (organization.loginSlug.map { ["login slug /\($0)"] } ?? [])
    }

    /// The member that a claim stands in.
    private static func member(of claim: String) -> String {
        claim.contains(" ") ? "loginSlug" : claim.contains("@") ? "addresses" : "domains"
    }

    private func owner(of id: ConnectionID, _ wanted: WantedResources, _ stored: Resources) -> OrganizationID? {
        wanted.connections.first { $0.id == id }?.organization ?? stored.connections[id]?.organization
    }

    // MARK: Connections

    private func connections(_ wanted: WantedResources, _ stored: Resources) -> [SettingsError.Problem] {
        var problems = repeated(wanted.connections.map(\.id.rawValue), in: "connections")
        for (index, connection) in wanted.connections.enumerated() {
            let path = ["connections", String(index)]
            problems += wellFormed(connection.id, at: path)
            problems += settings(of: connection, at: path)
            guard
                let organization = wanted.organizations.first(where: { $0.id == connection.organization })
                    ?? stored.organizations[connection.organization]
            else {
                problems.append(
                    .init(path: path + ["organization"], text: "organization \(connection.organization) does not exist")
                )
                continue
            }
            problems += (connection.domains ?? []).filter { domain in
                !organization.domains.contains(domain)
            }.map { .init(path: path + ["domains"], text: "\($0) is not a domain of organization \(organization.id)") }
        }
        return problems
    }

    /// The module itself judges its settings; making a connection does no I/O.
    private func settings(of connection: Connection, at path: [String]) -> [SettingsError.Problem] {
        do throws(SettingsError) {
            _ = try registry.makeProvider(
                connection.kind, id: connection.id, settings: connection.settings, version: connection.settingsVersion,
                context: environment.providerContext(for: connection.id))
            return []
        } catch {
            return error.problems.map { problem in
                .init(path: path + (problem.path == ["kind"] ? [] : ["settings"]) + problem.path, text: problem.text)
            }
        }
    }

    // MARK: Sites

    private func sites(_ wanted: WantedResources, _ stored: Resources) -> [SettingsError.Problem] {
        let kept = stored.sites.values.filter { old in !wanted.sites.contains { $0.id == old.id } }
        var problems = repeated(wanted.sites.map(\.id.rawValue), in: "sites")
        for (index, site) in wanted.sites.enumerated() {
            let path = ["sites", String(index)]
            problems += wellFormed(site.id, at: path)
            problems += site.publicPaths.enumerated().filter { PathPattern($1) == nil }.map { position, pattern in
                .init(path: path + ["publicPaths", String(position)], text: "is not a path pattern")
            }
            if (wanted.sites[..<index] + kept).contains(where: { $0.origin == site.origin }) {
                problems.append(.init(path: path + ["origin"], text: "another site has this origin"))
            }
            problems += SiteCheck.problems(of: site, at: path)
            problems += admitted(to: site, wanted, stored).map { .init(path: path + $0.path, text: $0.text) }
            problems += facades.problems(of: site).map { .init(path: path + $0.path, text: $0.text) }
            problems += access(to: site, wanted, stored).map { .init(path: path + $0.path, text: $0.text) }
        }
        return problems
    }

    /// A misspelt organization would be let in by nobody's intention, or kept out by it.
    private func admitted(
        to site: Site, _ wanted: WantedResources, _ stored: Resources
    ) -> [SettingsError.Problem] {
        let known = Set(wanted.organizations.map(\.id)).union(stored.organizations.keys)
        return site.organizations.enumerated().filter { !known.contains($1) }.map { position, id in
            .init(path: ["organizations", String(position)], text: "organization \(id) does not exist")
        }
    }

    private func access(
        to site: Site, _ wanted: WantedResources, _ stored: Resources
    ) -> [SettingsError.Problem] {
        AccessCheck(
            site: site, connections: Set(wanted.connections.map(\.id)).union(stored.connections.keys),
            organizations: Set(wanted.organizations.map(\.id)).union(stored.organizations.keys)
        ).problems()
    }

    // MARK: Names

    private func wellFormed(_ id: some StringIdentifier, at path: [String]) -> [SettingsError.Problem] {
        id.isWellFormed
            ? []
            : [.init(path: path + ["id"], text: "must be 1 to 64 of a-z, 0-9, '-', '_', '.', not starting with a dot")]
    }

    private func repeated(_ ids: [String], in list: String) -> [SettingsError.Problem] {
        var seen: Set<String> = []
        return ids.enumerated().filter { !seen.insert($1).inserted }.map {
            .init(path: [list, String($0), "id"], text: "\($1) is there twice")
        }
    }
}
