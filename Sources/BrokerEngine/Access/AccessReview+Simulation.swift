package import Broker
package import BrokerModel

extension AccessReview {
    /// Who would see more or less if these resources were applied, among the customers that are known and active.
    ///
    /// Customers count with their last identity's connection. Who would have to sign in anew may see a portal: how they
    /// signed in the last time is no matter of rules. Neither is `observe`, which only says when they count.
    ///
    /// - Parameter site: Only this one of the sites that are wanted.
    package func simulate(_ wanted: WantedResources, site only: SiteID? = nil) async throws -> [AccessShift] {
        let before = try await environment.store.read { try $0.resources() }
        let after = Resources(
            organizations: before.organizations.values.filter { old in
                !wanted.organizations.contains { $0.id == old.id }
            } + wanted.organizations,
            connections: before.connections.values.filter { old in
                !wanted.connections.contains { $0.id == old.id }
            } + wanted.connections,
            sites: wanted.sites)
        var shifts = wanted.sites.filter { only == nil || $0.id == only }.flatMap { site in
            AccessShift.places(before.sites[site.id], site)
        }
        try await eachCustomer { customer, links in
            let person = AccessSubject(customer, lastOf: links, at: environment.time.now)
            for index in shifts.indices { shifts[index].note(customer, person, before, after) }
        }
        return shifts
    }

    private static let page = 500

    private func eachCustomer(_ body: (Customer, [IdentityLink]) -> Void) async throws {
        var last: CustomerID?
        while true {
            let after = last
            let page = try await environment.store.read { reader in
                try reader.customers(organization: nil, matching: nil, after: after, limit: Self.page).map {
                    ($0, try reader.links(of: $0.id))
                }
            }
            for (customer, links) in page where customer.status == .active { body(customer, links) }
            guard page.count == Self.page else { return }
            last = page.last?.0.id
        }
    }
}

/// Who sees a portal by other rules, and did not, or the other way round.
package struct AccessShift: Sendable {
    /// A person for whom it is another answer.
    package struct Person: Sendable, Hashable {
        package var customer: CustomerID
        package var email: EmailAddress?
        package var organization: OrganizationID
        /// What decides by the new rules.
        package var because: AccessAnswer
    }

    /// The site.
    package let site: SiteID
    /// The portal; nil for a site that lists none.
    package let portal: PortalID?
    /// The portal's name.
    package let name: String?
    /// Whom the new rules let in, and the old ones do not.
    package private(set) var gains: [Person] = []
    /// The other way round.
    package private(set) var loses: [Person] = []
    /// How many may see it by the new rules.
    package private(set) var admitted = 0
    /// How many were looked at.
    package private(set) var total = 0
    private let old: Site?
    private let new: Site

    /// The places of a site before and after: portals by number, those that go among them.
    static func places(_ old: Site?, _ new: Site) -> [AccessShift] {
        let portals =
            new.portals
            + (old?.portals ?? []).filter { gone in
                !new.portals.contains { $0.id == gone.id }
            }
        guard !portals.isEmpty else { return [AccessShift(old, new, nil)] }
        return portals.sorted { $0.id < $1.id }.map { AccessShift(old, new, $0) }
    }

    private init(_ old: Site?, _ new: Site, _ portal: Portal?) {
        (self.old, self.new) = (old, new)
        (site, self.portal, name) = (new.id, portal?.id, portal?.name)
    }

    /// Takes a customer into account.
    mutating func note(_ customer: Customer, _ person: AccessSubject, _ before: Resources, _ after: Resources) {
        let answer = AccessAnswer(customer, person, at: new, portal, in: after)
        let was = old.map { AccessAnswer(customer, person, at: $0, portal, in: before).isOpen } ?? false
        total += 1
        if answer.isOpen { admitted += 1 }
        guard answer.isOpen != was else { return }
        let person = Person(
            customer: customer.id, email: customer.email, organization: customer.organization, because: answer)
        if answer.isOpen { gains.append(person) } else { loses.append(person) }
    }
}

/// What a site answers a customer about a portal.
package enum AccessAnswer: Sendable, Hashable {
    /// Kept out before any rule is asked.
    case barred(AccessBarrier)
    /// What the rules say.
    case verdict(PortalVerdict)

    init(_ customer: Customer, _ person: AccessSubject, at site: Site, _ portal: PortalID?, in resources: Resources) {
        let barrier = AccessBarrier(before: customer, person, at: site, in: resources)
        self = barrier.map { .barred($0) } ?? .verdict(site.verdict(for: person, portal: portal))
    }

    /// Whether the portal is open, if need be after a new sign-in.
    var isOpen: Bool {
        switch self {
        case .barred: false
        case .verdict(let verdict): verdict.outcome != .refused
        }
    }
}
