import Broker
import BrokerModel
package import ServiceManagement

/// What of a site's listings somebody may see, where that is not all of them.
package struct ListingSight: Sendable {
    private let plan: SitePlan
    /// Places that rules close and that are not only counted.
    private let hidden: Set<AccessPlace>
    /// Whether what no portal lists is hidden, too.
    private let hidesUnknown: Bool

    /// Whether an entry that names these may stay.
    package func permits(_ names: NamedPlaces) -> Bool {
        let (places, areAllKnown) = plan.places(of: names)
        return (areAllKnown || !hidesUnknown) && places.allSatisfy { !hidden.contains($0) }
    }

    /// Nil where everything may be seen.
    init?(_ view: SiteView, isEnforced: (PortalID?) -> Bool) {
        guard !view.isStaff else { return nil }
        plan = view.plan
        hidden = view.closed.filter { place in view.plan.portals(of: place).contains { isEnforced($0) } }
        hidesUnknown = !view.plan.site.portals.isEmpty && isEnforced(nil)
        guard hidesUnknown || !hidden.isEmpty else { return nil }
    }
}
