package import Broker
package import BrokerModel

/// What the gate kept out of a site, whom it would have kept out, and which doors are open.
package struct GateReport: Sendable {
    /// Attempts of one kind without a session.
    package struct Attempt: Sendable, Hashable {
        package var kind: String
        /// Kept out.
        package var refused: Int64
        /// Passed because the site only observes.
        package var observed: Int64

        package init(kind: String, refused: Int64, observed: Int64) {
            self.kind = kind
            self.refused = refused
            self.observed = observed
        }
    }

    /// What one customer was refused, or would have been.
    package struct Person: Sendable, Hashable {
        package var organization: OrganizationID
        /// Nil where too many were refused to name each.
        package var customer: CustomerID?
        package var portal: PortalID?
        package var outcome: String
        package var reason: String
        package var count: Int64
    }

    package var site: SiteID
    package var since: Timestamp
    package var until: Timestamp
    /// Most first.
    package var attempts: [Attempt]
    /// Who would have been refused, by organization.
    package var wouldBeRefused: [Person]
    /// Who was.
    package var refused: [Person]
    package var doors: [OpenDoor]

    /// Outcomes that are refusals; with this mark before them, they passed under observation.
    package static let observedMark = "observed:"

    package init(site: SiteID, since: Timestamp, until: Timestamp, tallies: [GateTally], doors: [OpenDoor]) {
        (self.site, self.since, self.until, self.doors) = (site, since, until, doors)
        attempts = Self.attempts(tallies.filter { $0.key.organization == nil })
        let people = tallies.filter { $0.key.organization != nil }
        wouldBeRefused = Self.people(people.filter { $0.key.isObserved })
        refused = Self.people(people.filter { !$0.key.isObserved })
    }

    private static func attempts(_ tallies: [GateTally]) -> [Attempt] {
        Dictionary(grouping: tallies, by: \.key.attempt).map { kind, tallies in
            let observed = tallies.filter { $0.key.isObserved }.reduce(0) { $0 + $1.count }
            return Attempt(kind: kind, refused: tallies.reduce(0) { $0 + $1.count } - observed, observed: observed)
        }.sorted { ($0.refused + $0.observed, $1.kind) > ($1.refused + $1.observed, $0.kind) }
    }

    private struct Whom: Hashable {
        var organization: OrganizationID
        var customer: CustomerID?
        var portal: PortalID?
        var outcome: String
        var reason: String
    }

    private static func people(_ tallies: [GateTally]) -> [Person] {
        var counts: [Whom: Int64] = [:]
        for tally in tallies {
            guard let organization = tally.key.organization else { continue }
            let whom = Whom(
                organization: organization, customer: tally.key.customer, portal: tally.key.portal,
                outcome: tally.key.plainOutcome, reason: tally.key.reason)
            counts[whom, default: 0] += tally.count
        }
        return counts.map { whom, count in
            Person(
                organization: whom.organization, customer: whom.customer, portal: whom.portal, outcome: whom.outcome,
                reason: whom.reason, count: count)
        }.sorted {
            ($0.organization.rawValue, -$0.count, $0.customer?.rawValue ?? "", $0.portal?.rawValue ?? 0)
                < ($1.organization.rawValue, -$1.count, $1.customer?.rawValue ?? "", $1.portal?.rawValue ?? 0)
        }
    }
}

extension GateTally.Key {
    /// Whether it passed all the same.
    var isObserved: Bool { outcome.hasPrefix(GateReport.observedMark) }

    /// The refusal that it was or would have been.
    var plainOutcome: String {
        isObserved ? String(outcome.dropFirst(GateReport.observedMark.count)) : outcome
    }
}

/// Reads reports.
package struct GateReports: Sendable {
    private let environment: EngineEnvironment
    private let live: LiveState

    init(_ environment: EngineEnvironment, live: LiveState) {
        self.environment = environment
        self.live = live
    }

    /// The most tallies that one report reads.
    static let maximumTallies = 200_000

    /// The report of a site; nil where there is none of this name.
    package func report(of id: SiteID, since: Timestamp, until: Timestamp? = nil) async throws -> GateReport? {
        try await live.reload()
        let now = environment.time.now
        guard let site = live.resources.sites[id] else { return nil }
        let end = until ?? now + .seconds(3600)
        let (tallies, glasses) = try await environment.store.read { reader in
            (
                try reader.gateTallies(site: id, since: since, until: end, limit: Self.maximumTallies),
                try reader.openBreakGlasses(at: now).filter { $0.site == id }
            )
        }
        let organizations = live.resources.organizations.values.sorted { $0.id < $1.id }
        return GateReport(
            site: id, since: since, until: end, tallies: tallies,
            doors: OpenDoor.all(of: site, organizations: organizations, glasses: glasses, at: now))
    }
}
