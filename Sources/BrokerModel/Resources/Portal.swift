package import Broker

/// A customer portal of a site, as far as the gate must know it.
package struct Portal: Sendable, Hashable, Codable {
    /// Who may see a portal when no rule says.
    package enum Mode: String, Sendable, Codable, CaseIterable {
        /// What the site's `access.policy` says.
        case standard = "default"
        /// Everybody who is signed in and whom the site admits, unless a rule keeps them out.
        case open = "public"
        /// Nobody but those whom a rule lets in.
        case closed = "private"
    }

    /// Its number in JSM.
    package var id: PortalID
    /// Its name on pages and in reports.
    package var name: String
    /// Its service desk's number.
    package var serviceDesk: ServiceDeskID
    /// Its project's key, which is what issue keys begin with.
    package var project: String?
    /// Its request types; a type that no portal lists is nobody's.
    package var requestTypes: Set<RequestTypeID>
    /// Who may see it when no rule says.
    package var mode: Mode
    /// Nil is what the site says.
    package var enforcement: Enforcement?

    package init(
        id: PortalID, name: String, serviceDesk: ServiceDeskID? = nil, project: String? = nil,
        requestTypes: Set<RequestTypeID> = [], mode: Mode = .standard, enforcement: Enforcement? = nil
    ) {
        self.id = id
        self.name = name
        self.serviceDesk = serviceDesk ?? ServiceDeskID(rawValue: id.rawValue)
        self.project = project
        self.requestTypes = requestTypes
        self.mode = mode
        self.enforcement = enforcement
    }
}
