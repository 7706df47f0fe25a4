package import Broker

/// Permission to move an organization's people from one of its connections to another, each once, until a day.
///
/// While it runs, nobody is sent to the old connection.
package struct ConnectionReplacement: Sendable, Hashable {
    /// The connection that people leave.
    package var old: ConnectionID
    /// The connection that takes its place.
    package var new: ConnectionID
    /// Whose both are.
    package var organization: OrganizationID
    /// When it was allowed.
    package var startedAt: Timestamp
    /// When it stops moving anybody.
    package var endsAt: Timestamp

    package init(
        old: ConnectionID, new: ConnectionID, organization: OrganizationID, startedAt: Timestamp, endsAt: Timestamp
    ) {
        self.old = old
        self.new = new
        self.organization = organization
        self.startedAt = startedAt
        self.endsAt = endsAt
    }
}
