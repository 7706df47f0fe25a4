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
}
