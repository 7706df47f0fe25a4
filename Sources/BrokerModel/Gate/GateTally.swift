package import Broker

/// How often the gate came to one outcome, in one hour, for one kind of attempt.
package struct GateTally: Sendable, Hashable {
    /// What is counted together.
    package struct Key: Sendable, Hashable {
        /// The beginning of the hour.
        package var hour: Timestamp
        /// The site; empty where the front named none that is known.
        package var site: SiteID
        /// The outcome, as metrics name it.
        package var outcome: String
        /// What the request was after, such as `ticket` or `sign_up`.
        package var attempt: String
        /// Whose; nil where nobody was signed in.
        package var organization: OrganizationID?
        /// Who; nil where nobody was signed in, or too many were to name each.
        package var customer: CustomerID?
        /// What for; nil where no portal was named.
        package var portal: PortalID?
        /// Why, such as the name of a rule.
        package var reason: String

        package init(
            hour: Timestamp, site: SiteID, outcome: String, attempt: String, organization: OrganizationID? = nil,
            customer: CustomerID? = nil, portal: PortalID? = nil, reason: String = ""
        ) {
            self.hour = hour
            self.site = site
            self.outcome = outcome
            self.attempt = attempt
            self.organization = organization
            self.customer = customer
            self.portal = portal
            self.reason = reason
        }
    }

    package var key: Key
    /// How often.
    package var count: Int64

    package init(_ key: Key, count: Int64) {
        self.key = key
        self.count = count
    }
}
