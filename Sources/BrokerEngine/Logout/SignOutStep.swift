package import Broker
package import BrokerModel
package import Foundation

/// What a browser does next after the session here has ended.
package struct SignOutStep: Sendable {
    /// Where it goes.
    package enum Next: Sendable {
        /// To the broker's host, with this.
        case depart(Secret<String>)
        /// To the IdP.
        case redirect(URL)
        /// To the IdP, with these fields.
        case formPost(URL, [FormParameter], connection: ConnectionID)
        /// To a site, with these fields.
        case sitePost(URL, [FormParameter], site: SiteID)
        /// To an address that is registered for the site.
        case leave(String)
        /// To our own page.
        case page
    }

    /// Where it goes.
    package var next: Next
    /// The value of the sign-out's cookie; nil takes the cookie back.
    package var ticket: Secret<String>?
}

/// How a sign-out ended at the IdP, for our own page.
package struct SignOutOutcome: Sendable, Hashable {
    /// The connection as people know it.
    package var connection: String
    /// Whether the person is signed out there too.
    package var isComplete: Bool
}
