package import Broker

/// A person as the broker knows them.
package struct Customer: Sendable, Hashable, Codable {
    /// Whether the person may sign in.
    package enum Status: String, Sendable, Codable {
        /// May sign in.
        case active
        /// May not; kept, so that it can be undone. Never revived by a login.
        case disabled
        /// Personal data is gone; the id stays so that the audit log can be read.
        case erased
    }

    /// The person's pseudonym.
    package var id: CustomerID
    /// The person's organization.
    package var organization: OrganizationID
    /// Whether the person may sign in.
    package var status: Status
    /// The e-mail, an attribute.
    ///
    /// At most one live customer has it.
    package var email: EmailAddress?
    /// A name to greet with.
    package var displayName: String?
    /// Groups from the last complete source.
    package var groups: GroupSet
    /// Mapped attributes, each with its values.
    package var attributes: [String: [String]]
    /// When the person was first seen.
    package var createdAt: Timestamp
    /// When the person last signed in.
    package var lastLoginAt: Timestamp?

    package init(
        id: CustomerID, organization: OrganizationID, status: Status = .active, email: EmailAddress?,
        displayName: String? = nil, groups: GroupSet = .unsupported, attributes: [String: [String]] = [:],
        createdAt: Timestamp, lastLoginAt: Timestamp? = nil
    ) {
        self.id = id
        self.organization = organization
        self.status = status
        self.email = email
        self.displayName = displayName
        self.groups = groups
        self.attributes = attributes
        self.createdAt = createdAt
        self.lastLoginAt = lastLoginAt
    }
}
