package import Broker
package import Foundation

/// A site that somebody opened for themselves in an emergency, such as an IdP that is down.
package struct BreakGlass: Sendable, Hashable {
    /// What it is called in the audit log.
    package var reference: Reference
    /// The site.
    package var site: SiteID
    /// Who opened it.
    package var operatorName: String
    /// Why.
    package var reason: String
    /// SHA-256 of the code that lets one browser in, once.
    package var codeHash: Data
    /// SHA-256 of the handle of the browser that used the code.
    package var handleHash: Data?
    package var openedAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?
    package var closedAt: Timestamp?

    package init(
        reference: Reference, site: SiteID, operatorName: String, reason: String, codeHash: Data,
        handleHash: Data? = nil, openedAt: Timestamp, expiresAt: Timestamp, usedAt: Timestamp? = nil,
        closedAt: Timestamp? = nil
    ) {
        self.reference = reference
        self.site = site
        self.operatorName = operatorName
        self.reason = reason
        self.codeHash = codeHash
        self.handleHash = handleHash
        self.openedAt = openedAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
        self.closedAt = closedAt
    }

    /// Whether it is neither closed nor over.
    package func isOpen(at now: Timestamp) -> Bool { closedAt == nil && now < expiresAt }
}
