/// One JSM instance behind the gate.
package struct Site: Sendable, Hashable, Codable {
    /// What kind of JSM it is.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case cloud
        case dataCenter = "data-center"
    }

    /// Its name in configuration; the audience of its session tokens.
    package var id: SiteID
    /// What kind of JSM it is.
    package var kind: Kind
    /// The origin that customers see, such as `https://portal.example`, without a trailing slash.
    package var origin: String
    /// Where a login without a usable return target ends, a path on the site.
    package var defaultPath: String
    /// What a person without a session learns about e-mail domains.
    package var discovery: Discovery
    /// Paths that the gate lets pass without a session, GET and HEAD only; see `PathPattern`.
    ///
    /// None unless configured.
    package var publicPaths: [String]
    /// How its pages look.
    package var theme: Theme
    /// Whom people ask who have no organization.
    package var support: String?
    /// How long sessions live.
    package var lifetimes: SessionLifetimes
    /// Where a sign-out may send the browser, byte for byte.
    package var postLogoutRedirectURIs: [String]
    /// Who may enter: customers of these organizations, or of all where none is named.
    package var organizations: [OrganizationID]
    /// How its JSM takes a sign-in from us, one of a kind.
    package var facades: [SiteFacade]
    /// Cookies by which its JSM knows a person.
    ///
    /// Each value belongs to one session of ours. Nil means the usual ones of the kind.
    package var portalCookies: [String]?
    /// Its customer portals; where none is named, all of its JSM is one.
    package var portals: [Portal]
    /// Who may do what, beyond being signed in.
    package var access: SiteAccess
    /// Where its JSM's own API is and who calls it; nil where nothing is written there.
    package var jsm: SiteJSM?

    package init(
        id: SiteID, kind: Kind, origin: String, defaultPath: String = "/servicedesk/customer/portals",
        discovery: Discovery = .open, publicPaths: [String] = [], theme: Theme = Theme(), support: String? = nil,
        lifetimes: SessionLifetimes = SessionLifetimes(), postLogoutRedirectURIs: [String] = [],
        organizations: [OrganizationID] = [], facades: [SiteFacade] = [], portalCookies: [String]? = nil,
        portals: [Portal] = [], access: SiteAccess = SiteAccess(), jsm: SiteJSM? = nil
    ) {
        self.id = id
        self.kind = kind
        self.origin = origin
        self.defaultPath = defaultPath
        self.discovery = discovery
        self.publicPaths = publicPaths
        self.theme = theme
        self.support = support
        self.lifetimes = lifetimes
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.organizations = organizations
        self.facades = facades
        self.portalCookies = portalCookies
        self.portals = portals
        self.access = access
        self.jsm = jsm
    }

    /// Reads a stored site; members that are younger than it have their standard values.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(SiteID.self, forKey: .id), kind: try values.decode(Kind.self, forKey: .kind),
            origin: try values.decode(String.self, forKey: .origin),
            defaultPath: try values.decode(String.self, forKey: .defaultPath),
            discovery: try values.decode(Discovery.self, forKey: .discovery),
            publicPaths: try values.decode([String].self, forKey: .publicPaths),
            theme: try values.decode(Theme.self, forKey: .theme),
            support: try values.decodeIfPresent(String.self, forKey: .support),
            lifetimes: try values.decode(SessionLifetimes.self, forKey: .lifetimes),
            postLogoutRedirectURIs: try values.decode([String].self, forKey: .postLogoutRedirectURIs),
            organizations: try values.decodeIfPresent([OrganizationID].self, forKey: .organizations) ?? [],
            facades: try values.decodeIfPresent([SiteFacade].self, forKey: .facades) ?? [],
            portalCookies: try values.decodeIfPresent([String].self, forKey: .portalCookies),
            portals: try values.decodeIfPresent([Portal].self, forKey: .portals) ?? [],
            access: try values.decodeIfPresent(SiteAccess.self, forKey: .access) ?? SiteAccess(),
            jsm: try values.decodeIfPresent(SiteJSM.self, forKey: .jsm))
    }

    /// Whether customers of an organization may enter.
    package func admits(_ organization: OrganizationID) -> Bool {
        organizations.isEmpty || organizations.contains(organization)
    }

    /// The facade of a kind.
    package func facade(_ kind: FacadeKind) -> SiteFacade? { facades.first { $0.kind == kind } }

    /// Where its JSM begins, such as `/jira`; empty where it has the host to itself.
    package var contextPath: String {
        defaultPath.firstRange(of: "/servicedesk/").map { String(defaultPath[..<$0.lowerBound]) } ?? ""
    }

    /// The cookies by which its JSM knows a person; none where nothing of ours stands before it.
    package var cookiesOfPortal: [String] {
        portalCookies ?? (kind == .dataCenter ? ["JSESSIONID", "seraph.rememberme.cookie"] : [])
    }
}

/// What a person without a session learns from typing an e-mail.
package enum Discovery: String, Sendable, Codable, CaseIterable {
    /// A known domain goes to its IdP, an unknown one sees the public choices.
    case open
    /// Every e-mail gets the same answer; the look-up happens in the request that follows.
    case uniform
    /// Every e-mail ends on one page; entry is by the organization's own link.
    case linkOnly = "link-only"
}

/// How a site's pages look.
package struct Theme: Sendable, Hashable, Codable {
    /// The name on pages.
    package var productName: String
    /// An https URL or a path below `/vestibule/assets/`.
    package var logo: String?
    /// `#rrggbb`.
    package var colour: String

    package init(productName: String = "Support portal", logo: String? = nil, colour: String = "#1f4fd8") {
        self.productName = productName
        self.logo = logo
        self.colour = colour
    }
}

/// How long sessions live.
package struct SessionLifetimes: Sendable, Hashable, Codable {
    /// The longest time without a request.
    package var idle: Duration
    /// The longest time in all.
    package var absolute: Duration

    package init(idle: Duration = .seconds(8 * 3600), absolute: Duration = .seconds(7 * 86400)) {
        self.idle = idle
        self.absolute = absolute
    }
}
