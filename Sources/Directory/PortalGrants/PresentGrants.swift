package import Broker
package import BrokerModel
package import ServiceManagement

/// Who may see which service desk by what JSM has at present.
package struct PresentGrants: Sendable {
    /// A JSM organization that counts here: one of ours by name, or attached to a desk of the site's portals.
    package struct Organization: Sendable {
        package var name: String
        package var id: Int64
        package var isSCIMManaged: Bool
        package var members: [JSMUser]

        package init(name: String, id: Int64, isSCIMManaged: Bool = false, members: [JSMUser]) {
            self.name = name
            self.id = id
            self.isSCIMManaged = isSCIMManaged
            self.members = members
        }
    }

    /// A desk.
    package struct Desk: Sendable {
        /// Names of the organizations that are attached.
        package var organizations: Set<String>
        /// Its customers; nil where JSM does not tell.
        package var customers: [JSMUser]?

        /// Where JSM does not tell: whom the broker once added.
        ///
        /// False of those who should have been removed since, and
        /// may have been.
        package var remembered: [CustomerID: Bool]

        package init(
            organizations: Set<String> = [], customers: [JSMUser]?, remembered: [CustomerID: Bool] = [:]
        ) {
            self.organizations = organizations
            self.customers = customers
            self.remembered = remembered
        }
    }

    package let product: JSMProduct
    /// By name.
    package let organizations: [String: Organization]
    /// The desks that JSM has and showed.
    package let desks: [ServiceDeskID: Desk]

    package init(product: JSMProduct, organizations: [Organization], desks: [ServiceDeskID: Desk]) {
        self.product = product
        self.organizations = Dictionary(organizations.map { ($0.name, $0) }) { first, _ in first }
        self.desks = desks
    }

    /// Reads what counts for some desks and the names of some organizations.
    package static func read(
        _ client: JSMClient, desks: [ServiceDeskID], organizationNames: Set<String>,
        remembered: [ServiceDeskID: [CustomerID: Bool]] = [:]
    ) async throws(JSMError) -> PresentGrants {
        let known = Set(try await client.serviceDesks().map(\.id))
        var (found, attached) = ([ServiceDeskID: Desk](), [JSMOrganization]())
        for desk in desks where known.contains(desk.rawValue) {
            let organizations = try await client.organizations(of: desk.rawValue)
            attached += organizations
            let customers = try await client.customers(of: desk.rawValue)
            found[desk] = Desk(
                organizations: Set(organizations.map(\.name)), customers: customers,
                remembered: customers == nil ? remembered[desk] ?? [:] : [:])
        }
        let named = try await client.organizations().filter { organizationNames.contains($0.name) }
        var organizations: [Organization] = []
        for organization in Set(attached + named).sorted(by: { $0.id < $1.id }) {
            organizations.append(
                Organization(
                    name: organization.name, id: organization.id, isSCIMManaged: organization.isSCIMManaged,
                    members: try await client.members(of: organization.id)))
        }
        return PresentGrants(product: client.product, organizations: organizations, desks: found)
    }

    /// A person's name as it is compared; nil where JSM does not show one.
    func key(_ user: JSMUser) -> String? {
        switch product {
        case .cloud: user.email?.lowercased()
        case .dataCenter: user.id.lowercased()
        }
    }
}
