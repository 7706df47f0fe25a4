package import BrokerModel

/// Which hosts are the broker's and the sites', as cookies see them: a port is no part of a name.
package struct Hosts: Sendable {
    private let name: String
    private let publicURL: String
    private let sites: [SiteID: Site]

    init(publicURL: String, sites: [SiteID: Site]) {
        self.publicURL = publicURL
        self.sites = sites
        name = Self.name(in: publicURL)
    }

    init(_ environment: EngineEnvironment, _ resources: Resources) {
        self.init(publicURL: environment.settings.publicURL, sites: resources.sites)
    }

    /// Whether a site has a host of its own, so that no cookie of the broker's comes there.
    package func isApart(_ site: Site) -> Bool { Self.name(in: site.origin) != name }

    /// Where the handles live whose cookies are set at the broker's host: a site's, where it is that site's too.
    package var brokerPlace: HandlePlace {
        let shared = sites.values.filter { !isApart($0) }.sorted { $0.id < $1.id }
        let own = shared.first { publicURL.hasPrefix($0.origin + "/") } ?? shared.first
        return own.map { .site($0.id) } ?? .broker
    }

    /// The name of the host in a URL, in lower case and without its port.
    static func name(in url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = rest.prefix { $0 != "/" }.lowercased()
        // The colons of an IPv6 address stand between brackets.
        guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return authority }
        return String(authority[..<colon])
    }
}

extension LoginFlow {
    /// The hosts as configured now.
    var hosts: Hosts { Hosts(environment, live.resources) }
}

extension Engine {
    /// The hosts as configured now.
    package var hosts: Hosts { Hosts(environment, live.resources) }
}
