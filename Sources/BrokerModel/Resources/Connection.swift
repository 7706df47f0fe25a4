package import Broker

/// One configured IdP of one organization.
package struct Connection: Sendable, Hashable, Codable {
    /// Its name in configuration and in its callback URL.
    package var id: ConnectionID
    /// Whose it is.
    package var organization: OrganizationID
    /// The module that runs it.
    package var kind: ProviderKind
    /// Its name on the picker.
    package var name: String
    /// Whether people may sign in through it.
    package var isEnabled: Bool
    /// Narrows the organization's domains for this connection; nil means all of them.
    package var domains: [EmailDomain]?
    /// Narrows the addresses further: `*` stands for any run of characters, all else for itself; nil means all.
    package var addressPattern: String?
    /// Identities of a guest connection never link and never take an e-mail that exists.
    package var isGuest: Bool
    /// Offered as a choice to people whose e-mail no organization owns.
    package var isPublic: Bool
    /// How claims become attributes.
    package var mapping: AttributeMapping
    /// How often the IdP is asked whether a live session's person still has access; nil is `standardRefreshEvery`.
    package var refreshEvery: Duration?
    /// For how long a session goes on that the IdP does not confirm; nil is `standardRefreshGrace`.
    package var refreshGrace: Duration?
    /// The module's settings, with references in place of secrets.
    package var settings: SettingsValue
    /// The version of the module's settings.
    package var settingsVersion: Int
    /// Grows with every change; a login begun under another revision is refused.
    package var revision: Int64

    package init(
        id: ConnectionID, organization: OrganizationID, kind: ProviderKind, name: String, isEnabled: Bool = true,
        domains: [EmailDomain]? = nil, addressPattern: String? = nil, isGuest: Bool = false, isPublic: Bool = false,
        mapping: AttributeMapping = AttributeMapping(), refreshEvery: Duration? = nil, refreshGrace: Duration? = nil,
        settings: SettingsValue, settingsVersion: Int = 1,
        revision: Int64 = 1
    ) {
        self.id = id
        self.organization = organization
        self.kind = kind
        self.name = name
        self.isEnabled = isEnabled
        self.domains = domains
        self.addressPattern = addressPattern
        self.isGuest = isGuest
        self.isPublic = isPublic
        self.mapping = mapping
        self.refreshEvery = refreshEvery
        self.refreshGrace = refreshGrace
        self.settings = settings
        self.settingsVersion = settingsVersion
        self.revision = revision
    }

    /// How often the IdP is asked about a live session where nothing is configured.
    package static let standardRefreshEvery = Duration.seconds(900)
    /// For how long an IdP may fail to confirm a session where nothing is configured.
    package static let standardRefreshGrace = Duration.seconds(86400)

    /// Whether this connection, within its organization's own addresses, may speak for an address.
    package func maySpeak(for address: EmailAddress) -> Bool {
        if let domains, !domains.contains(address.domain) { return false }
        guard let addressPattern else { return true }
        return AddressPattern(addressPattern).matches(address)
    }
}

/// A pattern over a whole address in which `*` stands for any run of characters.
///
/// No regular expressions: a pattern decides who may sign in, so it must be readable at a glance and cost the same for
/// every address.
package struct AddressPattern: Sendable {
    private let parts: [Substring]

    package init(_ pattern: String) { parts = pattern.split(separator: "*", omittingEmptySubsequences: false) }

    /// Whether the address fits, byte for byte.
    package func matches(_ address: EmailAddress) -> Bool {
        var rest = Substring(address.description)
        for (index, part) in parts.enumerated() {
            if index == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
                if parts.count == 1 { return rest.isEmpty }
            } else if index == parts.count - 1 {
                return rest.hasSuffix(part)
            } else {
                guard let found = rest.range(of: part) else { return false }
                rest = rest[found.upperBound...]
            }
        }
        return rest.isEmpty
    }
}

extension Substring {
    fileprivate func range(of part: Substring) -> Range<Index>? {
        guard !part.isEmpty else { return startIndex..<startIndex }
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
