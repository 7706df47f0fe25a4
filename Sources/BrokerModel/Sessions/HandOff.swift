package import Broker
package import Foundation

/// A code that takes a session from the broker's host to a site's, in the browser whose login it ends.
///
/// The store keeps the hash of the code, so that a reader of the store cannot use it.
package struct HandOff: Sendable, Hashable {
    /// How long a code counts.
    package static let lifetime = Duration.seconds(30)

    /// SHA-256 of the code.
    package var codeHash: Data
    /// The login that it ends, with one code; the browser at the site must have this login's cookie.
    package var login: Reference
    /// The session that it opens at the site.
    package var session: SessionID
    /// The site that it is for.
    package var site: SiteID
    /// When it was made.
    package var createdAt: Timestamp
    /// When it stops counting.
    package var expiresAt: Timestamp
    /// When it was redeemed.
    package var usedAt: Timestamp?

    package init(
        codeHash: Data, login: Reference, session: SessionID, site: SiteID, createdAt: Timestamp, expiresAt: Timestamp,
        usedAt: Timestamp? = nil
    ) {
        self.codeHash = codeHash
        self.login = login
        self.session = session
        self.site = site
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}
