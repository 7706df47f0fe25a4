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
    /// The route of an address: single address before domain, domain exactly, only enabled connections,
    /// and none that another takes the place of.
    package static func route(_ address: EmailAddress, in resources: Resources) -> Route {
        guard let organization = resources.organization(owning: address) else { return .unknown }
        return standingBack(route(of: organization, in: resources) { $0.maySpeak(for: address) }, in: resources)
    }

    /// The route of an organization's own sign-in link.
    ///
    /// No address is known, so nothing stands back yet.
    package static func route(of organization: Organization, in resources: Resources) -> Route {
        route(of: organization, in: resources) { _ in true }
    }

    /// The route of a domain hint: the same as any address there.
    package static func route(domain: EmailDomain, in resources: Resources) -> Route {
        guard let organization = resources.organizations.values.first(where: { $0.domains.contains(domain) }) else {
            return .unknown
        }
        let route = route(of: organization, in: resources) { $0.domains?.contains(domain) ?? true }
        return standingBack(route, in: resources)
    }

    private static func route(
        of organization: Organization, in resources: Resources, through isAllowed: (Connection) -> Bool
    ) -> Route {
        guard organization.isEnabled else { return .closed(organization) }
        let open = connections(of: organization, in: resources, through: isAllowed)
        return switch open.count {
        case 0: .closed(organization)
        case 1: .connection(open[0])
        default: .choice(organization, open)
        }
    }

    private static func connections(
        of organization: Organization, in resources: Resources, through isAllowed: (Connection) -> Bool
    ) -> [Connection] {
        resources.connections(of: organization.id).filter {
            $0.isEnabled && isAllowed($0) && resources.replacement(of: $0.id) == nil
        }
    }

    // MARK: Standing back

    /// Leaves out the kinds that are for people whose company has no IdP, where one of the others is there.
    private static func standingBack(_ route: Route, in resources: Resources) -> Route {
        guard case .choice(let organization, let open) = route else { return route }
        let others = open.filter { !resources.fallbackKinds.contains($0.kind) }
        return switch others.count {
        case 0: route
        case 1: .connection(others[0])
        default: .choice(organization, others)
        }
    }

    /// The enabled connection of another kind that speaks for an address in place of one that stands back; the first
    /// where there are several.
    ///
    /// Nil where the connection need not stand back.
    package static func precedence(
        over connection: Connection, for address: EmailAddress?, in resources: Resources
    ) -> Connection? {
        guard let address, resources.fallbackKinds.contains(connection.kind),
            let organization = resources.organization(owning: address)
        else { return nil }
        return connections(of: organization, in: resources) {
            $0.maySpeak(for: address) && !resources.fallbackKinds.contains($0.kind)
        }.first
    }

    /// Whether anybody may sign in through a connection.
    package static func isOpen(_ connection: Connection, in resources: Resources) -> Bool {
        connection.isEnabled && resources.organizations[connection.organization]?.isEnabled == true
            && resources.replacement(of: connection.id) == nil
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
