import Broker
import BrokerModel
import ServiceManagement

/// What to write so that JSM itself lets in whom the broker lets in, and nobody else.
///
/// Pure. Whoever loses something loses it last, so that nobody is out in between.
package struct PortalGrantPlan: Sendable {
    /// What an operator allows.
    package struct Options: Sendable {
        /// Names of organizations that are never touched.
        package var foreign: Set<String>
        /// Whether people and organizations that the broker does not know go too.
        package var removesStrangers: Bool

        package init(foreign: Set<String> = [], removesStrangers: Bool = false) {
            self.foreign = foreign
            self.removesStrangers = removesStrangers
        }
    }

    /// In the order in which they are done.
    package private(set) var steps: [PortalGrantStep] = []
    /// What is not as it should be, and stays so.
    package private(set) var drift: [PortalGrantDrift] = []
    /// People who lose a way in, each counted once.
    package private(set) var losing: Set<String> = []
    /// People who have a way in at present.
    package private(set) var present: Set<String> = []

    private let wanted: WantedGrants
    private let now: PresentGrants
    private let options: Options

    package init(_ wanted: WantedGrants, _ present: PresentGrants, _ options: Options = Options()) {
        self.wanted = wanted
        now = present
        self.options = options
        let carried = carriers()
        let additions = grants(by: carried)
        let removals = removals(carried)
        self.steps = creations(for: additions) + additions + removals
        findDrift()
    }

    /// Whether it removes more at once than somebody should without looking: more than 20 people, or than 10 %.
    package var isDrastic: Bool {
        losing.count > 20 || (losing.count > 1 && losing.count * 10 > present.count)
    }

    // MARK: What there should be

    /// The JSM organizations that carry their people to a desk, by broker organization.
    private mutating func carriers() -> [OrganizationID: Set<ServiceDeskID>] {
        var carried: [OrganizationID: Set<ServiceDeskID>] = [:]
        for (id, name) in wanted.organizationNames.sorted(by: { $0.key < $1.key }) {
            let desks = wanted.sharedDesks(of: id).intersection(now.desks.keys)
            guard !desks.isEmpty else { continue }
            let isShared = wanted.organizationNames.values.count { $0 == name } > 1
            guard isOurs(name), !isShared else {
                drift.append(.organizationUntouchable(name))
                continue
            }
            carried[id] = desks
        }
        return carried
    }

    private func isUntouchable(_ name: String) -> Bool {
        options.foreign.contains(name) || now.organizations[name]?.isSCIMManaged == true
    }

    private func isOurs(_ name: String) -> Bool {
        !isUntouchable(name) && wanted.organizationNames.values.contains(name)
    }

    // MARK: Adding

    private func grants(by carried: [OrganizationID: Set<ServiceDeskID>]) -> [PortalGrantStep] {
        var steps: [PortalGrantStep] = []
        for (id, desks) in carried.sorted(by: { $0.key < $1.key }) {
            guard let name = wanted.organizationNames[id] else { continue }
            let old = now.organizations[name]
            if old == nil { steps.append(.createOrganization(name)) }
            let there = Set((old?.members ?? []).compactMap(now.key))
            let missing = wanted.members(of: id).map(\.key).filter { !there.contains($0) }
            if !missing.isEmpty { steps.append(.addMembers(missing, organization: name)) }
            for desk in desks.sorted() where now.desks[desk]?.organizations.contains(name) != true {
                steps.append(.attach(organization: name, desk: desk))
            }
        }
        for desk in wanted.desks {
            guard let present = now.desks[desk] else { continue }
            let there = Set((present.customers ?? []).compactMap(now.key))
            let missing = wanted.people.filter { person in
                person.desks.contains(desk) && carried[person.organization]?.contains(desk) != true
                    && !there.contains(person.key) && present.remembered[person.customer] != true
            }
            if !missing.isEmpty { steps.append(.addCustomers(missing.map(\.key), desk: desk)) }
        }
        return steps
    }

    /// The people whom JSM has not shown: they may have to be made.
    private func creations(for steps: [PortalGrantStep]) -> [PortalGrantStep] {
        let seen = Set(
            (now.organizations.values.flatMap(\.members) + now.desks.values.flatMap { $0.customers ?? [] })
                .compactMap(now.key))
        let needed = Set(steps.flatMap(\.people)).subtracting(seen)
        return wanted.people.filter { needed.contains($0.key) }.map { .createCustomer($0) }
    }

    // MARK: Removing

    /// Somebody whom the broker knows and keeps out, or, where strangers go too, does not know.
    private func loses(_ key: String, _ desk: ServiceDeskID) -> Bool {
        guard let person = known[key] else { return options.removesStrangers }
        return !person.desks.contains(desk)
    }

    private var known: [String: WantedGrants.Person] {
        Dictionary(wanted.people.map { ($0.key, $0) }) { first, _ in first }
    }

    private mutating func removals(_ carried: [OrganizationID: Set<ServiceDeskID>]) -> [PortalGrantStep] {
        var (fromDesks, detached, fromOrganizations) = ([PortalGrantStep](), [PortalGrantStep](), [PortalGrantStep]())
        let known = known
        for desk in wanted.desks {
            guard let state = now.desks[desk] else { continue }
            let held = Set(
                state.organizations.filter { isUntouchable($0) }.flatMap { now.organizations[$0]?.members ?? [] }
                    .compactMap(now.key))
            let customers = (state.customers ?? []).compactMap(now.key)
            present.formUnion(customers)
            // Whom an organization that stays lets in stays on a list that may show both.
            let leaving = customers.filter { loses($0, desk) && !held.contains($0) }
            if !leaving.isEmpty { fromDesks.append(.removeCustomers(leaving.sorted(), desk: desk)) }
            losing.formUnion(leaving)
            for name in state.organizations.sorted() {
                let members = (now.organizations[name]?.members ?? []).compactMap(now.key)
                present.formUnion(members)
                guard !isUntouchable(name), !isCarried(name, to: desk, carried) else { continue }
                let isDetached =
                    isOurs(name) || options.removesStrangers
                    || members.contains { known[$0].map { !$0.desks.contains(desk) } ?? false }
                guard isDetached else { continue }
                detached.append(.detach(organization: name, desk: desk))
                losing.formUnion(members.filter { known[$0]?.desks.contains(desk) != true })
            }
        }
        for (id, _) in carried.sorted(by: { $0.key < $1.key }) {
            guard let name = wanted.organizationNames[id], let old = now.organizations[name] else { continue }
            let right = Set(wanted.members(of: id).map(\.key))
            let leaving = old.members.compactMap(now.key).filter { key in
                !right.contains(key) && (known[key] != nil || options.removesStrangers)
            }
            if !leaving.isEmpty { fromOrganizations.append(.removeMembers(leaving.sorted(), organization: name)) }
            losing.formUnion(leaving)
        }
        return fromDesks + detached + fromOrganizations
    }

    private func isCarried(
        _ name: String, to desk: ServiceDeskID, _ carried: [OrganizationID: Set<ServiceDeskID>]
    ) -> Bool {
        carried.contains { $0.value.contains(desk) && wanted.organizationNames[$0.key] == name }
    }

    // MARK: What stays

    private mutating func findDrift() {
        let known = known
        for desk in wanted.desks {
            guard let state = now.desks[desk] else {
                drift.append(.deskMissing(desk))
                continue
            }
            if state.customers == nil { drift.append(.customersUnseen(desk)) }
            let staying = wanted.people.filter {
                state.remembered[$0.customer] != nil && !$0.desks.contains(desk)
            }
            if !staying.isEmpty { drift.append(.cannotRemove(staying.map(\.key), desk)) }
            noteStrangers(state.customers ?? [], desk: desk, organization: nil, known)
            for name in state.organizations.sorted() {
                let members = now.organizations[name]?.members ?? []
                let wrong = members.compactMap(now.key).filter { known[$0].map { !$0.desks.contains(desk) } ?? false }
                if isUntouchable(name) {
                    if !wrong.isEmpty { drift.append(.untouchedLetsIn(wrong.sorted(), by: name, desk)) }
                } else if isOurs(name) {
                    noteStrangers(members, desk: desk, organization: name, known)
                } else if wrong.isEmpty, !options.removesStrangers {
                    drift.append(.strangeOrganization(name, desk))
                }
            }
        }
    }

    private mutating func noteStrangers(
        _ users: [JSMUser], desk: ServiceDeskID, organization: String?, _ known: [String: WantedGrants.Person]
    ) {
        // Whom JSM shows without a name nobody can take away either.
        let strangers = users.filter { user in
            guard let key = now.key(user) else { return true }
            return known[key] == nil && !options.removesStrangers
        }
        guard !strangers.isEmpty else { return }
        let names = strangers.map { now.key($0) ?? $0.id }.sorted()
        drift.append(.strangers(names, desk: desk, organization: organization))
    }

    /// Notes what only the writing brought to light.
    package mutating func note(_ drift: PortalGrantDrift) { self.drift.append(drift) }
}
