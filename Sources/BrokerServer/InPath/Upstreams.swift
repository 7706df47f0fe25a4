import Broker
import BrokerModel
import Outbound

/// The way to the JSM of each site.
struct Upstreams: Sendable {
    private let only: Upstream?
    private let bySite: [SiteID: Upstream]

    /// - Throws: Each trust-root file that cannot be read.
    init(_ settings: InPathSettings) throws(SettingsError) {
        func open(_ target: InPathSettings.Target) throws(SettingsError) -> Upstream {
            try Upstream(target.origin, trustRoots: target.trustRoots, limits: settings.limits)
        }
        switch settings.targets {
        case .only(let target):
            only = try open(target)
            bySite = [:]
        case .bySite(let targets):
            only = nil
            var opened: [SiteID: Upstream] = [:]
            for (site, target) in targets { opened[site] = try open(target) }
            bySite = opened
        }
    }

    /// The way of one site among all; nil where nothing is configured for it, or where it would be a guess.
    func upstream(of site: SiteID, among sites: [SiteID: Site]) -> Upstream? {
        if let only { return sites.count == 1 && sites[site] != nil ? only : nil }
        return bySite[site]
    }

    func shutdown() async {
        await only?.shutdown()
        for upstream in bySite.values { await upstream.shutdown() }
    }
}
