package import Broker

/// An access rule, and what of a site it is about.
package struct PortalRule: Sendable, Hashable, Codable {
    /// The rule.
    package var rule: AccessRule
    /// The portals it is about; nil is every portal of the site.
    package var portals: Set<PortalID>?
    /// The request types it is about; nil is the portal with all of them.
    package var requestTypes: Set<RequestTypeID>?

    package init(_ rule: AccessRule, portals: Set<PortalID>? = nil, requestTypes: Set<RequestTypeID>? = nil) {
        self.rule = rule
        self.portals = portals
        self.requestTypes = requestTypes
    }

    /// Whether it speaks of a place: of its portals, and of its request types.
    ///
    /// A rule about some request types says nothing against the portal that has them; one that lets in to a request type
    /// lets in to the portal where it is found.
    package func isAbout(portal: PortalID?, requestType: RequestTypeID?) -> Bool {
        if let portals {
            guard let portal, portals.contains(portal) else { return false }
        }
        guard let requestTypes else { return true }
        return requestType.map(requestTypes.contains) ?? (rule.effect == .allow)
    }
}
