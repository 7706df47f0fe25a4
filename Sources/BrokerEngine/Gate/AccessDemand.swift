import Broker
import BrokerModel
import ServiceManagement

/// What a request of which no body is seen asks of a customer, whoever it is.
enum AccessDemand: Sendable, Hashable {
    /// Nothing but a session that the site admits.
    case nothing
    /// That all of these are open.
    case places([AccessPlace])
    /// That every place of the site is open: what is asked for could be any of them.
    case everything
    /// What nobody has: a closed door, or a place that is not known.
    case impossible

    init(of reading: RequestReading, at plan: SitePlan) {
        let (places, areAllKnown) = plan.places(of: reading.names)
        guard areAllKnown, !reading.kind.isClosed(at: plan.site) else {
            self = .impossible
            return
        }
        let mayBeAny = reading.isBodyDecisive || reading.namesNoPortal || reading.kind.reachesEverything
        self = mayBeAny ? .everything : places.isEmpty ? .nothing : .places(places)
    }
}

extension RequestReading {
    /// How the body names portals, where it does.
    ///
    /// An issue's number tells no portal, seen or unseen: whether the issue is theirs, JSM decides.
    var namesInBody: BodyForm? { body == .issueNumber ? nil : body }

    /// Whether it is about one portal and does not say which.
    var namesNoPortal: Bool { kind == .portal && names.isEmpty && body == nil }
}

extension RequestKind {
    /// The way into JSM that it is, beside the sign-in; nil for what customers do.
    var door: ClosedDoor.Door? {
        switch self {
        case .asset, .portal, .common, .support, .signInPage, .mailLink: nil
        case .passwordLogin: .passwordLogin
        case .signUp: .signUp
        case .userSearch: .userSearch
        case .provisioning: .provisioning
        case .agent: .agent
        case .unknown: .unknown
        }
    }

    /// Whether nobody tells which portals it shows: where such a door is not closed, it is for those who may see all.
    var reachesEverything: Bool {
        switch self {
        case .provisioning, .agent, .unknown: true
        case .asset, .portal, .common, .support, .signInPage, .mailLink, .passwordLogin, .signUp, .userSearch: false
        }
    }

    /// Whether the site closes it to customers.
    func isClosed(at site: Site) -> Bool { door != nil && site.access.isSSOOnly }
}
