import Broker
import BrokerModel
import ServiceManagement

/// What one person may do at a site, in the form in which it is kept beside a verified token.
struct SiteView: Sendable {
    let plan: SitePlan
    /// Whether the person came by a connection of staff, to whom everything is open.
    let isStaff: Bool
    /// The places that are closed to the person, or would be if the site did not only observe.
    let closed: Set<AccessPlace>

    /// Whether a request passes without any more thought: no door, no closed place, nothing to count.
    ///
    /// No more than what `Admission.objection(to:)` finds nothing against. A credential of JSM's own and a body that somebody
    /// looked into need that closer look.
    func letsThrough(_ request: GateRequest) -> Bool {
        guard request.authorization == nil, case .unseen = request.body else { return false }
        if isStaff || (closed.isEmpty && plan.isOpenToWhoSeesAll) { return CanonicalPath.isCanonical(request.target) }
        return switch plan.demand(of: request.target, method: request.method) {
        case .nothing: true
        case .places(let places): closed.isEmpty || places.allSatisfy { !closed.contains($0) }
        case .everything: closed.isEmpty
        case .impossible, nil: false
        }
    }
}
