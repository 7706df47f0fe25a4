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

    package init(
        id: SiteID, kind: Kind, origin: String, defaultPath: String = "/servicedesk/customer/portals",
        discovery: Discovery = .open, publicPaths: [String] = [], theme: Theme = Theme(), support: String? = nil,
        lifetimes: SessionLifetimes = SessionLifetimes(), postLogoutRedirectURIs: [String] = []
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
