import Broker
import BrokerModel
import Directory
import ServiceManagement

/// People, organizations and desks as the tests of plans write them.
enum Grant {
    static func person(
        _ name: String, of organization: OrganizationID = "acme", _ desks: Set<ServiceDeskID>, isAdmitted: Bool = true
    ) -> WantedGrants.Person? {
        EmailAddress("\(name)@\(organization).example").map { address in
            WantedGrants.Person(
                customer: CustomerID(rawValue: "c_\(name)"), organization: organization, name: address,
                isAdmitted: isAdmitted, desks: desks)
        }
    }

    static func wanted(_ people: [WantedGrants.Person?], desks: [ServiceDeskID] = [3, 7]) -> WantedGrants {
        WantedGrants(
            desks: desks, people: people.compactMap { $0 }, organizationNames: ["acme": "Acme", "globex": "Globex"])
    }

    static func user(_ name: String, of organization: String = "acme") -> JSMUser {
        JSMUser(id: "id-\(name)", email: "\(name)@\(organization).example")
    }

    static func present(
        _ organizations: [PresentGrants.Organization] = [], _ desks: [ServiceDeskID: PresentGrants.Desk] = empty
    ) -> PresentGrants {
        PresentGrants(product: .cloud, organizations: organizations, desks: desks)
    }

    static let empty: [ServiceDeskID: PresentGrants.Desk] = [
        3: PresentGrants.Desk(customers: []), 7: PresentGrants.Desk(customers: []),
    ]

    /// A plan as text: a line a step.
    static func lines(_ plan: PortalGrantPlan) -> [String] {
        plan.steps.map { step in
            ([step.name] + [step.organization, step.desk?.description].compactMap { $0 } + step.people)
                .joined(separator: " ")
        }
    }

    static func kinds(_ plan: PortalGrantPlan) -> [PortalGrantDrift.Kind] { plan.drift.map(\.kind) }
}

/// A JSM in memory that does what a plan says.
struct ModelJSM {
    var product = JSMProduct.cloud
    var organizations: [String: PresentGrants.Organization] = [:]
    var desks = Grant.empty

    var present: PresentGrants {
        PresentGrants(product: product, organizations: Array(organizations.values), desks: desks)
    }

    mutating func perform(_ step: PortalGrantStep, customers: [String: CustomerID]) {
        func users(_ names: [String]) -> [JSMUser] {
            names.map { JSMUser(id: product == .cloud ? "id-\($0)" : $0, email: $0) }
        }
        switch step {
        case .createCustomer: break
        case .createOrganization(let name):
            organizations[name] = .init(name: name, id: Int64(organizations.count + 1), members: [])
        case .addMembers(let names, let organization): organizations[organization]?.members += users(names)
        case .attach(let organization, let desk): desks[desk]?.organizations.insert(organization)
        case .addCustomers(let names, let desk):
            guard product == .cloud else {
                for name in names { if let id = customers[name] { desks[desk]?.remembered[id] = true } }
                return
            }
            let before = desks[desk]?.customers ?? []
            desks[desk]?.customers = before + users(names)
        case .removeCustomers(let names, let desk):
            desks[desk]?.customers?.removeAll { names.contains($0.email ?? "") }
        case .detach(let organization, let desk): desks[desk]?.organizations.remove(organization)
        case .removeMembers(let names, let organization):
            organizations[organization]?.members.removeAll { names.contains($0.email ?? "") }
        }
    }

    /// Who gets in to a desk.
    func admitted(to desk: ServiceDeskID) -> Set<String> {
        let members = (desks[desk]?.organizations ?? []).flatMap { organizations[$0]?.members ?? [] }
        return Set((members + (desks[desk]?.customers ?? [])).compactMap(\.email))
    }
}
