import Broker
import BrokerModel

/// The differences between what is wanted and what is stored.
struct ResourceDiff: Sendable {
    private(set) var changes: [ResourceChange] = []
    private var organizations: [Organization] = []
    private var connections: [Connection] = []
    private var sites: [Site] = []
    private var gone: (organizations: [OrganizationID], connections: [ConnectionID], sites: [SiteID]) = ([], [], [])
    /// Whose sessions end by these differences.
    private(set) var closed: [SessionSelection] = []

    init(_ wanted: WantedResources, _ stored: Resources, prune: Bool) {
        for organization in wanted.organizations {
            let old = stored.organizations[organization.id]
            guard note("organization", organization.id.rawValue, old, organization) else { continue }
            organizations.append(organization)
            if !organization.isEnabled { closed.append(.organization(organization.id)) }
        }
        for connection in wanted.connections {
            var connection = connection
            let old = stored.connections[connection.id]
            connection.revision = old?.revision ?? 0
            guard note("connection", connection.id.rawValue, old, connection) else { continue }
            // Never a number that was there before: a name that is deleted and comes back must not get the old one's
            // running module, nor its logins.
            connection.revision = max(stored.revision, old?.revision ?? 0) + 1
            connections.append(connection)
            let hasMoved = old.map { $0.organization != connection.organization } ?? false
            if !connection.isEnabled || hasMoved { closed.append(.connection(connection.id)) }
        }
        for site in wanted.sites where note("site", site.id.rawValue, stored.sites[site.id], site) {
            sites.append(site)
        }
        if prune { noteGone(wanted, stored) }
    }

    private mutating func noteGone(_ wanted: WantedResources, _ stored: Resources) {
        gone.connections = stored.connections.keys.filter { id in !wanted.connections.contains { $0.id == id } }
            .sorted()
        gone.organizations = stored.organizations.keys.filter { id in !wanted.organizations.contains { $0.id == id } }
            .sorted()
        gone.sites = stored.sites.keys.filter { id in !wanted.sites.contains { $0.id == id } }.sorted()
        closed += gone.connections.map { .connection($0) } + gone.organizations.map { .organization($0) }
        changes += gone.connections.map { ResourceChange(.delete, kind: "connection", id: $0.rawValue) }
        changes += gone.organizations.map { ResourceChange(.delete, kind: "organization", id: $0.rawValue) }
        changes += gone.sites.map { ResourceChange(.delete, kind: "site", id: $0.rawValue) }
    }

    /// Notes a difference; false where there is none.
    private mutating func note<Value: Equatable>(
        _ kind: String, _ id: String, _ old: Value?, _ new: Value
    ) -> Bool {
        guard let old else {
            changes.append(ResourceChange(.create, kind: kind, id: id))
            return true
        }
        guard old != new else { return false }
        changes.append(ResourceChange(.change, kind: kind, id: id, members: Self.members(old, new)))
        return true
    }

    /// The members by which two values differ, by name only: a value may be a secret's place.
    ///
    /// Compared as they are and not as they are encoded, where a set has no order of its own.
    private static func members(_ old: some Any, _ new: some Any) -> [String] {
        zip(Mirror(reflecting: old).children, Mirror(reflecting: new).children)
            .filter { $0.value as? AnyHashable != $1.value as? AnyHashable }.compactMap { $0.0.label }.sorted()
    }

    /// Writes the differences: what frees a name or a domain before what takes it.
    func write(in writer: any StoreWriter) throws {
        for id in gone.connections { try writer.delete(connection: id) }
        for id in gone.organizations { try writer.delete(organization: id) }
        for id in gone.sites { try writer.delete(site: id) }
        // Sites that exchange their origins leave them first. They are not deleted for it: what they were told stays.
        for site in sites {
            var moving = site
            moving.origin = "moving:\(site.id)"
            try writer.put(moving)
        }
        // An organization that gives a domain away is written before the one that takes it: first without, then whole.
        for organization in organizations {
            var stripped = organization
            (stripped.domains, stripped.addresses, stripped.loginSlug) = ([], [], nil)
            try writer.put(stripped)
        }
        for organization in organizations { try writer.put(organization) }
        for connection in connections { try writer.put(connection) }
        for site in sites { try writer.put(site) }
    }
}
