package import Broker

/// A site's rules, looked at once for one person; answers for every place of the site.
package struct AccessJudgement: Sendable {
    private let site: Site
    private let isStaff: Bool
    private let present: [Bool]
    private let afterwards: [Afterwards]

    /// What fires after a new sign-in.
    private struct Afterwards: Sendable {
        /// The context class that it reached; nil is the one that the person has.
        var acr: String?
        var firing: [Bool]
    }

    package init(of site: Site, for person: AccessSubject) {
        self.site = site
        isStaff = site.access.staff.connections.contains(person.connection)
        let rules = site.access.rules.map(\.rule)
        present = rules.map { $0.fires(for: person) }
        let conditions = rules.map(\.condition)
        afterwards =
            conditions.contains { $0.asksForSignIn }
            ? ([nil] + conditions.flatMap(\.contextClasses).withoutRepeats).map { acr in
                let person = person.signedInAnew(acr: acr)
                return Afterwards(acr: acr, firing: rules.map { $0.fires(for: person) })
            } : []
    }

    /// What the site says about a portal, or about one request type of it.
    package func verdict(portal id: PortalID?, requestType: RequestTypeID? = nil) -> PortalVerdict {
        if isStaff { return PortalVerdict(.allowed, .staff, portal: id) }
        let portal = site.portals.first { $0.id == id }
        if !site.portals.isEmpty {
            guard let portal, requestType.map({ portal.requestTypes.contains($0) }) ?? true else {
                return PortalVerdict(.refused, .unknownPlace, portal: portal?.id)
            }
        }
        let place = Place(portal: portal, requestType: requestType)
        let verdict = decide(place, present)
        return verdict.outcome == .allowed ? verdict : stepUp(place) ?? verdict
    }

    private struct Place {
        var portal: Portal?
        var requestType: RequestTypeID?
    }

    /// Deny wins; then the first rule that lets in; then the portal's mode.
    private func decide(_ place: Place, _ firing: [Bool]) -> PortalVerdict {
        let id = place.portal?.id
        if let ban = first(.deny, at: place, firing) { return PortalVerdict(.refused, .rule(name(ban)), portal: id) }
        if let rule = first(.allow, at: place, firing) { return PortalVerdict(.allowed, .rule(name(rule)), portal: id) }
        switch place.portal?.mode ?? .standard {
        case .open: return PortalVerdict(.allowed, .mode(.open), portal: id)
        case .closed: return PortalVerdict(.refused, .mode(.closed), portal: id)
        case .standard:
            return PortalVerdict(site.access.policy == .allow ? .allowed : .refused, .policy, portal: id)
        }
    }

    /// What a new sign-in would change: asked for only where it opens the place, so that nobody signs in for nothing.
    ///
    /// A ban stays one unless the sign-in lifts it.
    private func stepUp(_ place: Place) -> PortalVerdict? {
        let opening = afterwards.filter { decide(place, $0.firing).outcome == .allowed }
        guard let first = opening.first else { return nil }
        let verdict = decide(place, first.firing)
        let changed = site.access.rules.indices.filter { present[$0] != first.firing[$0] && isAbout($0, place) }
        let deciding = changed.filter { index in
            let rule = site.access.rules[index].rule
            return rule.effect == .deny || verdict.reason == .rule(rule.name)
        }
        let age = deciding.compactMap { site.access.rules[$0].rule.condition.shortestAge }.min()
        // Not every IdP knows of ages, and all know how to ask again.
        let needs = AuthenticationRequirements(
            isFresh: age != nil, maximumAge: age, acrValues: first.acr == nil ? [] : opening.compactMap(\.acr))
        let lifted = deciding.first.map { PortalVerdict.Reason.rule(name($0)) } ?? verdict.reason
        return PortalVerdict(.needs(needs), lifted, portal: place.portal?.id)
    }

    private func first(_ effect: AccessRule.Effect, at place: Place, _ firing: [Bool]) -> Int? {
        site.access.rules.indices.first {
            firing[$0] && site.access.rules[$0].rule.effect == effect && isAbout($0, place)
        }
    }

    private func isAbout(_ index: Int, _ place: Place) -> Bool {
        site.access.rules[index].isAbout(portal: place.portal?.id, requestType: place.requestType)
    }

    private func name(_ index: Int) -> String { site.access.rules[index].rule.name }
}

extension [String] {
    fileprivate var withoutRepeats: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
