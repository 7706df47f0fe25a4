import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Hummingbird
import Outbound
import ServiceManagement

extension Door {
    /// Whose a request is.
    enum Place {
        /// Ours.
        case pages
        /// Of a site that we are the proxy of.
        case site(SitePlace)
        /// Of a host that is neither ours nor a site's.
        case nowhere
    }

    struct SitePlace {
        var site: Site
        var upstream: Upstream
    }

    /// Looks at the host and at the raw target.
    ///
    /// Only what can be read in one way, and begins with our path, is ours: a path that merely looks like it goes to the gate,
    /// which refuses it.
    func place(of request: Request) -> Place {
        let path = String((request.head.path ?? "").prefix { $0 != "?" })
        let sites = web.engine.live.resources.sites
        guard let site = Self.site(of: request.head.authority, among: sites) else {
            return Self.isOurs(path) || isOwnHost(request.head.authority) ? .pages : .nowhere
        }
        guard let upstream = upstreams.upstream(of: site.id, among: sites) else { return .pages }
        return Self.isOurs(path) ? .pages : .site(SitePlace(site: site, upstream: upstream))
    }

    static func isOurs(_ path: String) -> Bool {
        guard path == "/healthz" || path == "/vestibule" || path.hasPrefix("/vestibule/") else { return false }
        return CanonicalPath.isCanonical(path)
    }

    /// RFC 9110 7.4: nothing is answered in the name of a host that we know nothing of.
    static let misdirected = Response(
        status: .misdirectedRequest, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: .init(byteBuffer: .init(string: #"{"error":"wrong_host","message":"No site has this name."}"# + "\n")))

    /// The site whose host a request names; never the only one for want of a better.
    private static func site(of authority: String?, among sites: [SiteID: Site]) -> Site? {
        guard let authority = authority?.lowercased() else { return nil }
        return sites.values.first { $0.host == plain(authority, scheme: $0.origin) }
    }

    private func isOwnHost(_ authority: String?) -> Bool {
        guard let authority = authority?.lowercased(), let url = URL(string: web.publicURL), let host = url.host()
        else {
            return false
        }
        return Self.plain(authority, scheme: web.publicURL) == (url.port.map { "\(host):\($0)" } ?? host)
    }

    /// The scheme's own port says nothing (RFC 3986 6.2.3).
    private static func plain(_ authority: String, scheme origin: String) -> String {
        let port = origin.hasPrefix("https:") ? ":443" : ":80"
        return authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
    }
}
