package import Broker

/// A company whose people are our customers.
package struct Organization: Sendable, Hashable, Codable {
    /// Its name in configuration.
    package var id: OrganizationID
    /// Its name on pages.
    package var name: String
    /// Whether its people may sign in.
    package var isEnabled: Bool
    /// The mail domains that it owns.
    ///
    /// No other organization may list one of them.
    package var domains: [EmailDomain]
    /// Single addresses that it owns, for people outside its domains.
    package var addresses: [EmailAddress]
    /// Whom its people ask for help; shown on error pages.
    package var support: String?
    /// Pairs of its connections between which one person may be linked.
    package var linkRules: [LinkRule]
    /// The unguessable last part of its own sign-in link, where a site's discovery is `link-only`.
    package var loginSlug: String?
    /// Whether its people are refused, or only counted; nil is what site and portal say.
    package var enforcement: Enforcement?

    package init(
        id: OrganizationID, name: String, isEnabled: Bool = true, domains: [EmailDomain] = [],
        addresses: [EmailAddress] = [], support: String? = nil, linkRules: [LinkRule] = [], loginSlug: String? = nil,
        enforcement: Enforcement? = nil
    ) {
        self.id = id
        self.name = name
        self.isEnabled = isEnabled
        self.domains = domains
        self.addresses = addresses
        self.support = support
        self.linkRules = linkRules
        self.loginSlug = loginSlug
        self.enforcement = enforcement
    }

    /// Whether an address is one of the organization's, by exact domain or single address in any case of letters.
    ///
    /// Sub-domains do not inherit.
    package func owns(_ address: EmailAddress) -> Bool {
        domains.contains(address.domain) || owns(single: address)
    }
}

extension Organization {
    private func owns(single address: EmailAddress) -> Bool {
        guard !addresses.isEmpty else { return false }
        let folded = address.folded
        return addresses.contains { $0.folded == folded }
    }
}

/// Permission to treat two connections' identities with one e-mail as one customer.
package struct LinkRule: Sendable, Hashable, Codable {
    /// The two connections, in no order.
    package var connections: [ConnectionID]

    package init(_ first: ConnectionID, _ second: ConnectionID) { connections = [first, second] }

    /// Whether the rule names both connections.
    ///
    /// Two identities of one connection are never one person: an IdP gives an address that became free to somebody
    /// else.
    package func names(_ first: ConnectionID, _ second: ConnectionID) -> Bool {
        first != second && connections.count == 2 && Set(connections) == [first, second]
    }
}
