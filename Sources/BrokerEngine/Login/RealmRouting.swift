package import Broker
package import BrokerModel

/// Where an e-mail leads.
package enum Route: Sendable, Hashable {
    /// One connection: go there.
    case connection(Connection)
    /// Several of one organization: the person picks.
    case choice(Organization, [Connection])
    /// The organization is known, but nothing that may speak for the address is enabled.
    case closed(Organization)
    /// No organization owns the address.
    case unknown
}

/// Finds the connections that may speak for an address.
///
/// Pure: one look-up in one snapshot.
package enum RealmRouting {
    /// The route of an address: single address before domain, domain exactly, only enabled connections.
    package static func route(_ address: EmailAddress, in resources: Resources) -> Route {
        guard let organization = resources.organization(owning: address) else { return .unknown }
        return route(of: organization, in: resources) { $0.maySpeak(for: address) }
    }

    /// The route of an organization's own sign-in link.
    package static func route(of organization: Organization, in resources: Resources) -> Route {
        route(of: organization, in: resources) { _ in true }
    }

    /// The route of a domain hint: the same as any address there.
    package static func route(domain: EmailDomain, in resources: Resources) -> Route {
        guard let organization = resources.organizations.values.first(where: { $0.domains.contains(domain) }) else {
            return .unknown
        }
        return route(of: organization, in: resources) { $0.domains?.contains(domain) ?? true }
    }

    private static func route(
        of organization: Organization, in resources: Resources, through isAllowed: (Connection) -> Bool
    ) -> Route {
        guard organization.isEnabled else { return .closed(organization) }
        let open = resources.connections(of: organization.id).filter { $0.isEnabled && isAllowed($0) }
        return switch open.count {
        case 0: .closed(organization)
        case 1: .connection(open[0])
        default: .choice(organization, open)
        }
    }

    /// Whether anybody may sign in through a connection.
    package static func isOpen(_ connection: Connection, in resources: Resources) -> Bool {
        connection.isEnabled && resources.organizations[connection.organization]?.isEnabled == true
    }

    /// Whether a person who typed an address may pick a connection: a choice never widens what the address allows
    /// (S13).
    package static func mayPick(_ connection: Connection, for address: EmailAddress?, in resources: Resources) -> Bool {
        guard isOpen(connection, in: resources) else { return false }
        guard let address else { return connection.isPublic }
        return switch route(address, in: resources) {
        case .connection(let only): only.id == connection.id
        case .choice(_, let open): open.contains { $0.id == connection.id }
        case .unknown: connection.isPublic
        case .closed: false
        }
    }
}
