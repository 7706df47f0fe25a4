package import Broker
package import BrokerModel

/// What keeps a customer out of a site before any rule is asked.
package enum AccessBarrier: Sendable, Hashable {
    /// The customer is disabled or erased.
    case customer(Customer.Status)
    /// The organization is not there, or disabled.
    case organization(OrganizationID)
    /// The connection of the last sign-in is not there, or disabled.
    case connection(ConnectionID)
    /// The site does not admit the organization.
    case notAdmitted(OrganizationID)

    /// Nil where nothing does.
    init?(before customer: Customer, _ person: AccessSubject, at site: Site, in resources: Resources) {
        let organization = customer.organization
        if customer.status != .active {
            self = .customer(customer.status)
        } else if resources.organizations[organization]?.isEnabled != true {
            self = .organization(organization)
        } else if !person.connection.rawValue.isEmpty, resources.connections[person.connection]?.isEnabled != true {
            self = .connection(person.connection)
        } else if !site.admits(organization) {
            self = .notAdmitted(organization)
        } else {
            return nil
        }
    }
}

extension AccessSubject {
    /// A customer who is not signed in: nothing is known of how and when they did, and they would come as the identity
    /// that came last.
    init(_ customer: Customer, lastOf links: [IdentityLink], at now: Timestamp) {
        let last = links.max { $0.lastSeenAt < $1.lastSeenAt }?.subject
        self.init(
            groups: customer.groups, email: customer.email, attributes: customer.attributes,
            connection: last?.connection ?? ConnectionID(rawValue: ""), organization: customer.organization, now: now)
    }
}
