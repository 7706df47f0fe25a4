package import Broker

/// Everything that operators configured, at one revision.
///
/// The engine swaps whole snapshots.
package struct Resources: Sendable, Hashable {
    /// Grows with every change.
    package let revision: Int64
    /// By name.
    package let organizations: [OrganizationID: Organization]
    /// By name.
    package let connections: [ConnectionID: Connection]
    /// By name.
    package let sites: [SiteID: Site]
    /// The replacements that run.
    package let replacements: [ConnectionReplacement]
    /// The kinds of provider that stand back where another connection speaks for an address; the engine knows them from
    /// the modules.
    package var fallbackKinds: Set<ProviderKind> = []
    private let organizationByDomain: [EmailDomain: OrganizationID]
    private let organizationByAddress: [EmailAddress: OrganizationID]
    private let connectionsByOrganization: [OrganizationID: [Connection]]

    package init(
        revision: Int64 = 0, organizations: [Organization] = [], connections: [Connection] = [], sites: [Site] = [],
        replacements: [ConnectionReplacement] = []
    ) {
        self.replacements = replacements
        self.revision = revision
        self.organizations = Dictionary(organizations.map { ($0.id, $0) }) { first, _ in first }
        self.connections = Dictionary(connections.map { ($0.id, $0) }) { first, _ in first }
        self.sites = Dictionary(sites.map { ($0.id, $0) }) { first, _ in first }
        organizationByDomain = Dictionary(organizations.flatMap { o in o.domains.map { ($0, o.id) } }) { first, _ in
            first
        }
        organizationByAddress = Dictionary(organizations.flatMap { o in o.addresses.map { ($0.folded, o.id) } }) {
            first, _ in first
        }
        connectionsByOrganization = Dictionary(grouping: connections.sorted { $0.id < $1.id }, by: \.organization)
    }

    /// The organization that owns an address: a single address, in any case of letters, before its domain, a domain
    /// exactly.
    package func organization(owning address: EmailAddress) -> Organization? {
        (organizationByAddress[address.folded] ?? organizationByDomain[address.domain]).flatMap { organizations[$0] }
    }

    /// An organization's connections, enabled or not, by name.
    package func connections(of organization: OrganizationID) -> [Connection] {
        connectionsByOrganization[organization] ?? []
    }

    /// The replacement by which people leave a connection: nobody is sent there while the new one is open.
    package func replacement(of old: ConnectionID) -> ConnectionReplacement? {
        replacements.first { $0.old == old && connections[$0.new]?.isEnabled == true }
    }

    /// The connections that are offered to people whose e-mail no organization owns.
    package var publicChoices: [Connection] {
        connections.values.filter { connection in
            connection.isPublic && connection.isEnabled && replacement(of: connection.id) == nil
                && organizations[connection.organization]?.isEnabled == true
        }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// The organization whose own sign-in link ends with a slug.
    package func organization(loginSlug: String) -> Organization? {
        organizations.values.first { $0.loginSlug == loginSlug }
    }
}
