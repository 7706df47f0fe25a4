import BrokerEngine
import BrokerModel
import Hummingbird

extension Web {
    /// The site of this name.
    func site(_ id: SiteID?) -> Site? { id.flatMap { engine.live.resources.sites[$0] } }

    /// Whether a site's own paths are below the host that was asked.
    ///
    /// Those of a Cloud site are not: nothing of ours stands before it.
    func isHere(_ site: Site, _ request: Request) -> Bool {
        let asked = request.head.authority?.lowercased()
        if engine.live.resources.sites.values.contains(where: { $0.host == asked }) { return site.host == asked }
        return publicURL.hasPrefix(site.origin + "/")
    }

    /// A place on a site as a browser at this host finds it.
    func location(of target: String, at site: Site, _ request: Request) -> String {
        target.hasPrefix("/") && !isHere(site, request) ? site.origin + target : target
    }

    /// The front page of a site's portal.
    func portal(of site: Site, _ request: Request) -> PageURL? {
        PageURL(location(of: site.defaultPath, at: site, request))
    }

    /// Where somebody without a session begins: a Cloud site sends its people to us itself.
    func signIn(to site: Site, _ request: Request) -> PageURL {
        isHere(site, request) ? .start : portal(of: site, request) ?? .start
    }

    /// Takes the cookies back by which JSM knows a person: its session belongs to one session of ours, so a new one, and
    /// none, begin without it.
    func portalCookiesCleared(_ request: Request) -> [SetCookie] {
        let asked = request.head.authority?.lowercased()
        var sites = engine.live.resources.sites.values.filter { $0.host == asked }
        if sites.isEmpty, let only = site(of: request) { sites = [only] }
        let cleared = sites.sorted { $0.id < $1.id }
            .flatMap { SetCookie.clearingPortal($0.cookiesOfPortal, of: $0) }
        return cleared.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
