package import Broker
package import BrokerModel

/// Who may see which service desk of a site, by the broker's rules.
package struct WantedGrants: Sendable {
    /// A known, active customer.
    package struct Person: Sendable, Hashable {
        package var customer: CustomerID
        package var organization: OrganizationID
        /// The name by which the site's JSM knows the person, an address.
        package var name: EmailAddress
        package var displayName: String
        /// Whether the site admits the person at all, before any rule.
        package var isAdmitted: Bool
        /// The desks whose portals the person may see.
        package var desks: Set<ServiceDeskID>

        package init(
            customer: CustomerID, organization: OrganizationID, name: EmailAddress, displayName: String? = nil,
            isAdmitted: Bool = true, desks: Set<ServiceDeskID>
        ) {
            self.customer = customer
            self.organization = organization
            self.name = name
            self.displayName = displayName.flatMap { $0.isEmpty ? nil : $0 } ?? name.description
            self.isAdmitted = isAdmitted
            self.desks = isAdmitted ? desks : []
        }

        /// The name as it is compared.
        var key: String { name.folded.description }
    }

    /// The desks of the site's portals, in order; nothing else is looked at or touched.
    package let desks: [ServiceDeskID]
    /// In order of name.
    package let people: [Person]
    /// The JSM organization of an organization, by name.
    package let organizationNames: [OrganizationID: String]

    package init(desks: [ServiceDeskID], people: [Person], organizationNames: [OrganizationID: String]) {
        self.desks = Set(desks).sorted()
        // Of two with one name, the one who may enter counts.
        self.people = people.sorted { ($0.key, $0.isAdmitted ? 0 : 1) < ($1.key, $1.isAdmitted ? 0 : 1) }
        self.organizationNames = organizationNames
    }

    /// The desks that an organization's people all may see.
    func sharedDesks(of organization: OrganizationID) -> Set<ServiceDeskID> {
        let members = members(of: organization)
        guard let first = members.first else { return [] }
        return members.dropFirst().reduce(first.desks) { $0.intersection($1.desks) }
    }

    /// The people of an organization whom the site admits.
    func members(of organization: OrganizationID) -> [Person] {
        people.filter { $0.organization == organization && $0.isAdmitted }
    }
}
