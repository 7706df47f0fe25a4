import BrokerEngine
import BrokerModel
import Hummingbird

/// A session handle as a request brought it.
struct PresentedHandle: Sendable {
    let value: String
    /// The host that it came to; it opens nothing that is another host's.
    let place: HandlePlace
}

extension Web {
    /// Whose host was asked: a site's, or the broker's.
    func place(of request: Request) -> HandlePlace {
        let asked = request.head.authority?.lowercased()
        let site = engine.live.resources.sites.values.first { $0.host == asked }
        return site.map { .site($0.id) } ?? engine.hosts.brokerPlace
    }

    /// Whether the host that was asked is the broker's, which may be a site's too.
    func isAtBroker(_ request: Request) -> Bool { place(of: request) == engine.hosts.brokerPlace }

    /// Whether a login for a site goes on at another host than the one that was asked.
    func departs(to site: Site, _ request: Request) -> Bool {
        place(of: request) == .site(site.id) && engine.hosts.isApart(site)
    }

    /// The cookie that holds the handle at a host.
    func handleName(at place: HandlePlace) -> String {
        switch place {
        case .site: cookies.handle
        case .broker: cookies.sso
        }
    }

    /// The session handle of the host that was asked.
    func handle(in request: Request) -> PresentedHandle? {
        let place = place(of: request)
        return request.cookie(handleName(at: place)).map { PresentedHandle(value: $0, place: place) }
    }

    /// The live session that a browser has at the host that was asked.
    func owner(in request: Request) async throws -> SessionService.Owner? {
        guard let handle = handle(in: request) else { return nil }
        return try await engine.sessions.owner(handle: handle.value, at: handle.place)
    }
}
