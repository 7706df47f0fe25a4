package import Broker

/// The name of a facade kind, such as `openid`: what we are toward a site's JSM.
package struct FacadeKind: StringIdentifier, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { self.rawValue = value }
}

/// How a site's JSM takes a sign-in from us.
package struct SiteFacade: Sendable, Hashable, Codable {
    /// The facade that speaks to it.
    package var kind: FacadeKind
    /// The facade's settings, with references in place of secrets.
    package var settings: SettingsValue
    /// The version of the facade's settings.
    package var settingsVersion: Int

    package init(kind: FacadeKind, settings: SettingsValue, settingsVersion: Int = 1) {
        self.kind = kind
        self.settings = settings
        self.settingsVersion = settingsVersion
    }
}

/// A facade of a site, named.
package struct FacadeAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The site.
    package var site: SiteID
    /// The kind of facade.
    package var kind: FacadeKind

    package init(site: SiteID, kind: FacadeKind) {
        self.site = site
        self.kind = kind
    }

    /// `openid/support`, as in its URLs.
    package var description: String { "\(kind)/\(site)" }
}
