import Broker
import BrokerModel
import ServiceManagement
import Synchronization

/// What of a site a rule can close.
enum AccessPlace: Hashable, Sendable {
    /// All of it, where it lists no portals.
    case site
    case portal(PortalID)
    case requestType(RequestTypeID)
}

/// What the gate works out of a site's configuration, once for all requests.
final class SitePlan: Sendable {
    let site: Site
    let grammar: URLGrammar
    let machines: [MachinePlan]
    /// Every place that a rule can close.
    let places: [AccessPlace]
    private let publicPaths: [PathPattern]
    private let portalsOfDesk: [ServiceDeskID: [PortalID]]
    private let portalsOfProject: [String: [PortalID]]
    private let portalsOfType: [RequestTypeID: [PortalID]]
    /// The request types that the rules of a site without portals name.
    private let typesOfRules: Set<RequestTypeID>
    /// Whether a request type may be closed in a portal that is open.
    private let isAboutTypes: Bool
    private let demands = Mutex<[String: AccessDemand]>([:])
    private let closures = Mutex<Set<Set<AccessPlace>>>([])

    init(_ site: Site) {
        self.site = site
        grammar = URLGrammar(contextPath: site.contextPath)
        machines = site.access.machines.map { MachinePlan($0) }
        publicPaths = site.publicPaths.compactMap { PathPattern($0) }
        portalsOfDesk = Dictionary(grouping: site.portals, by: \.serviceDesk).mapValues { $0.map(\.id) }
        portalsOfProject = site.portals.reduce(into: [:]) { keys, portal in
            if let key = portal.project { keys[key, default: []].append(portal.id) }
        }
        portalsOfType = site.portals.reduce(into: [:]) { types, portal in
            for type in portal.requestTypes { types[type, default: []].append(portal.id) }
        }
        typesOfRules = site.portals.isEmpty ? Set(site.access.rules.flatMap { $0.requestTypes ?? [] }) : []
        isAboutTypes = site.access.rules.contains { $0.requestTypes != nil }
        let whole: [AccessPlace] = site.portals.isEmpty ? [.site] : site.portals.map { .portal($0.id) }
        let types = isAboutTypes ? typesOfRules.union(portalsOfType.keys) : []
        places = whole + types.sorted().map { .requestType($0) }
    }

    /// Whether nothing but a session is asked of whoever may see everything.
    var isOpenToWhoSeesAll: Bool { site.portals.isEmpty && !site.access.isSSOOnly && !isAboutTypes }

    func isPublic(_ target: RequestTarget, method: String) -> Bool {
        guard method == "GET" || method == "HEAD" else { return false }
        return publicPaths.contains { $0.matches(target.segments) }
    }

    // MARK: Places

    /// The portals in which a place is found; nil in the list stands for the site as a whole.
    func portals(of place: AccessPlace) -> [PortalID?] {
        switch place {
        case .site: [nil]
        case .portal(let id): [id]
        case .requestType(let id): site.portals.isEmpty ? [nil] : portalsOfType[id] ?? []
        }
    }

    /// The places that names stand for, and whether each name stands for one.
    ///
    /// A request type of another portal than the one named beside it is one more place: all of them have to be open.
    func places(of names: NamedPlaces) -> (places: [AccessPlace], areAllKnown: Bool) {
        guard !site.portals.isEmpty else {
            let types = names.requestTypes.intersection(typesOfRules)
            return ([.site] + types.map { .requestType($0) }, !(isAboutTypes && names.isUnreadable))
        }
        var (places, areAllKnown) = ([AccessPlace](), !names.isUnreadable)
        func add(_ portals: [PortalID]?) {
            guard let portals else { return areAllKnown = false }
            places += portals.map { .portal($0) }
        }
        for id in names.portals { add(site.portals.contains { $0.id == id } ? [id] : nil) }
        for id in names.serviceDesks { add(portalsOfDesk[id]) }
        for key in names.projects { add(portalsOfProject[key]) }
        for id in names.requestTypes {
            let portals = portalsOfType[id]
            if isAboutTypes, portals != nil { places.append(.requestType(id)) } else { add(portals) }
        }
        return (places, areAllKnown)
    }

    // MARK: What is kept

    /// What a request to read asks of a person; nil for one that is not canonical.
    ///
    /// Browsers ask for the same few addresses again and again, so the answers are kept. Only who is signed in gets here, and what
    /// one of them may fill is bounded.
    func demand(of target: String, method: String) -> AccessDemand? {
        guard method == "GET", target.utf8.count <= Self.maximumKeptOctets else { return work(target, method) }
        if let kept = demands.withLock({ $0[target] }) { return kept }
        guard let demand = work(target, method) else { return nil }
        demands.withLock { demands in
            if demands.count >= Self.maximumKept { demands.removeAll(keepingCapacity: true) }
            demands[target] = demand
        }
        return demand
    }

    private static let maximumKept = 2048
    private static let maximumKeptOctets = 512

    private func work(_ target: String, _ method: String) -> AccessDemand? {
        guard CanonicalPath.isCanonical(target) else { return nil }
        return AccessDemand(of: grammar.read(canonical: target.utf8.span, method: method), at: self)
    }

    /// One copy for all people to whom the same places are closed.
    func shared(_ closed: Set<AccessPlace>) -> Set<AccessPlace> {
        guard !closed.isEmpty else { return closed }
        return closures.withLock { closures in
            if closures.count >= Self.maximumKept { closures.removeAll() }
            return closures.insert(closed).memberAfterInsert
        }
    }
}
