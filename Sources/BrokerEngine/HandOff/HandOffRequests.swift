package import Broker
package import BrokerModel

/// What a browser brings to the broker's host from a site's.
package struct LoginArrival: Sendable {
    /// The ticket in the address.
    package var ticket: String
    /// The session handle that the browser has at the broker's host, if any.
    package var handle: String?
    package var locales: [String]
    /// Where the browser is.
    package var network: ClientNetwork?

    package init(ticket: String, handle: String? = nil, locales: [String] = [], network: ClientNetwork? = nil) {
        self.ticket = ticket
        self.handle = handle
        self.locales = locales
        self.network = network
    }
}

/// How an arrival goes on.
package enum ArrivedLogin: Sendable {
    /// With a sign-in here.
    case login(StartedLogin, site: SiteID)
    /// The browser has a session: back to the site, with a code.
    case handOff(Secret<String>, site: SiteID)
}

/// What a browser brings back to a site's host.
package struct HandOffReturn: Sendable {
    /// The code in the address.
    package var code: String
    /// The site whose host was asked.
    package var site: SiteID
    /// The value of the binding cookie for a reference.
    package var binding: @Sendable (Reference) -> String?
    /// The session handle that the browser has at this host, if any: its session ends unless it is the same.
    package var priorHandle: String?

    package init(
        code: String, site: SiteID, binding: @escaping @Sendable (Reference) -> String?, priorHandle: String? = nil
    ) {
        self.code = code
        self.site = site
        self.binding = binding
        self.priorHandle = priorHandle
    }
}

/// A session that a site's host has a handle of now.
package struct HandedOff: Sendable {
    package var credentials: SessionService.Credentials
    package var site: SiteID
    package var returnTarget: String
    package var session: Session
    package var reference: Reference
    /// How long the session may last from now on.
    package var remaining: Duration
}
