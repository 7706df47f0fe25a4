package import Broker
import BrokerModel

/// One thing to write into JSM; doing it twice is doing it once.
package enum PortalGrantStep: Sendable, Hashable {
    case createCustomer(WantedGrants.Person)
    case createOrganization(String)
    case addMembers([String], organization: String)
    case attach(organization: String, desk: ServiceDeskID)
    case addCustomers([String], desk: ServiceDeskID)
    case removeCustomers([String], desk: ServiceDeskID)
    case detach(organization: String, desk: ServiceDeskID)
    case removeMembers([String], organization: String)

    /// Its name, fit for the audit log.
    package var name: String {
        switch self {
        case .createCustomer: "customer.create"
        case .createOrganization: "organization.create"
        case .addMembers: "organization.add_members"
        case .attach: "desk.attach_organization"
        case .addCustomers: "desk.add_customers"
        case .removeCustomers: "desk.remove_customers"
        case .detach: "desk.detach_organization"
        case .removeMembers: "organization.remove_members"
        }
    }

    /// The desk that it is about.
    package var desk: ServiceDeskID? {
        switch self {
        case .attach(_, let desk), .addCustomers(_, let desk), .removeCustomers(_, let desk), .detach(_, let desk): desk
        case .createCustomer, .createOrganization, .addMembers, .removeMembers: nil
        }
    }

    /// The JSM organization that it is about.
    package var organization: String? {
        switch self {
        case .createOrganization(let name), .addMembers(_, let name), .attach(let name, _), .detach(let name, _),
            .removeMembers(_, let name):
            name
        case .createCustomer, .addCustomers, .removeCustomers: nil
        }
    }

    /// The people that it names, as they are compared.
    package var people: [String] {
        switch self {
        case .createCustomer(let person): [person.key]
        case .addMembers(let names, _), .addCustomers(let names, _), .removeCustomers(let names, _),
            .removeMembers(let names, _):
            names
        case .createOrganization, .attach, .detach: []
        }
    }

    /// Whether it takes something from somebody.
    package var removes: Bool {
        switch self {
        case .removeCustomers, .detach, .removeMembers: true
        case .createCustomer, .createOrganization, .addMembers, .attach, .addCustomers: false
        }
    }
}
