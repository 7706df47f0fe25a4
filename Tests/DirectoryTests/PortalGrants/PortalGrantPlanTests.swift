import Broker
import BrokerModel
import Directory
import ServiceManagement
import Testing

struct PortalGrantPlanTests {
    @Test func `an organization whose people all may see a desk carries them there`() {
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [3]), Grant.person("bob", [3])]), Grant.present())
        #expect(
            Grant.lines(plan) == [
                "customer.create ann@acme.example", "customer.create bob@acme.example", "organization.create Acme",
                "organization.add_members Acme ann@acme.example bob@acme.example", "desk.attach_organization Acme 3",
            ])
        #expect(plan.drift.isEmpty && plan.losing.isEmpty)
    }

    @Test func `where some may not, those who may are added one by one`() {
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [3, 7]), Grant.person("bob", [3])]),
            Grant.present([.init(name: "Acme", id: 1, members: [Grant.user("ann"), Grant.user("bob")])]))
        #expect(
            Grant.lines(plan) == ["desk.attach_organization Acme 3", "desk.add_customers 7 ann@acme.example"])
    }

    @Test func `what is as it should be is not written`() {
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [3, 7]), Grant.person("bob", [3])]),
            Grant.present(
                [.init(name: "Acme", id: 1, members: [Grant.user("ann"), Grant.user("bob")])],
                [
                    3: .init(organizations: ["Acme"], customers: []),
                    7: .init(customers: [Grant.user("ann")]),
                ]))
        #expect(plan.steps.isEmpty && plan.drift.isEmpty)
    }

    @Test func `somebody who was added by hand and may not is taken off`() {
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [3])]),
            Grant.present(
                [.init(name: "Acme", id: 1, members: [Grant.user("ann")])],
                [3: .init(organizations: ["Acme"], customers: []), 7: .init(customers: [Grant.user("ann")])]))
        #expect(Grant.lines(plan) == ["desk.remove_customers 7 ann@acme.example"])
        #expect(plan.losing == ["ann@acme.example"])
    }

    @Test func `an organization that lets in somebody who may not is detached, after the others are added`() {
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [7]), Grant.person("bob", [])]),
            Grant.present(
                [.init(name: "Acme", id: 1, members: [Grant.user("ann"), Grant.user("bob")])],
                [3: .init(customers: []), 7: .init(organizations: ["Acme"], customers: [])]))
        #expect(
            Grant.lines(plan) == ["desk.add_customers 7 ann@acme.example", "desk.detach_organization Acme 7"])
        #expect(plan.losing == ["bob@acme.example"])
    }

    @Test func `whoever the site does not admit leaves the organization, and hinders nobody`() {
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [3]), Grant.person("gone", [3], isAdmitted: false)]),
            Grant.present(
                [.init(name: "Acme", id: 1, members: [Grant.user("ann"), Grant.user("gone")])],
                [3: .init(organizations: ["Acme"], customers: [Grant.user("gone")]), 7: .init(customers: [])]))
        #expect(
            Grant.lines(plan) == [
                "desk.remove_customers 3 gone@acme.example", "organization.remove_members Acme gone@acme.example",
            ])
    }

    @Test func `people whom the broker does not know stay unless they are to go`() {
        let stranger = JSMUser(id: "id-x", email: "x@elsewhere.example")
        let present = Grant.present(
            [
                .init(name: "Acme", id: 1, members: [Grant.user("ann"), stranger]),
                .init(name: "Old", id: 2, members: []),
            ],
            [3: .init(organizations: ["Acme", "Old"], customers: [stranger]), 7: .init(customers: [])])
        let wanted = Grant.wanted([Grant.person("ann", [3])])
        let kept = PortalGrantPlan(wanted, present)
        #expect(kept.steps.isEmpty)
        #expect(Grant.kinds(kept) == [.strangers, .strangers, .strangeOrganization])
        let swept = PortalGrantPlan(wanted, present, .init(removesStrangers: true))
        #expect(
            Grant.lines(swept) == [
                "desk.remove_customers 3 x@elsewhere.example", "desk.detach_organization Old 3",
                "organization.remove_members Acme x@elsewhere.example",
            ])
        #expect(swept.drift.isEmpty && swept.losing == ["x@elsewhere.example"])
    }

    @Test func `a foreign organization and one of a directory are never touched, and what they leave open is told`() {
        let bob = Grant.person("bob", [])
        let organizations: [PresentGrants.Organization] = [
            .init(name: "Partners", id: 1, members: [Grant.user("bob")]),
            .init(name: "Acme", id: 2, isSCIMManaged: true, members: [Grant.user("bob"), Grant.user("ann")]),
        ]
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [3]), bob, Grant.person("gil", of: "globex", [3])]),
            Grant.present(
                organizations + [.init(name: "Globex", id: 3, members: [Grant.user("gil", of: "globex")])],
                [
                    3: .init(organizations: ["Partners", "Acme"], customers: [Grant.user("ann")]),
                    7: .init(customers: []),
                ]), .init(foreign: ["Partners", "Globex"], removesStrangers: true))
        #expect(Grant.lines(plan) == ["desk.add_customers 3 gil@globex.example"])
        #expect(Grant.kinds(plan) == [.organizationUntouchable, .untouchedLetsIn, .untouchedLetsIn])
        #expect(plan.drift.dropFirst().allSatisfy { $0.people == ["bob@acme.example"] && $0.desk == 3 })
    }

    @Test func `on Data Center a desk's customers are remembered, and who should go is told`() {
        var jsm = ModelJSM(product: .dataCenter)
        jsm.desks = [
            3: .init(customers: nil, remembered: ["c_ann": true, "c_bob": true]), 7: .init(customers: nil),
        ]
        let people = [Grant.person("ann", [3]), Grant.person("bob", []), Grant.person("cat", [7])]
        let plan = PortalGrantPlan(Grant.wanted(people), jsm.present)
        #expect(Grant.lines(plan) == ["customer.create cat@acme.example", "desk.add_customers 7 cat@acme.example"])
        #expect(Grant.kinds(plan) == [.customersUnseen, .cannotRemove, .customersUnseen])
        #expect(plan.drift[1].people == ["bob@acme.example"])
        // Told once, bob may have been removed by hand: who may again is added again.
        jsm.desks[3]?.remembered["c_bob"] = false
        let again = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [3]), Grant.person("bob", [3]), Grant.person("cat", [])]), jsm.present)
        #expect(Grant.lines(again).last == "desk.add_customers 3 bob@acme.example")
    }

    @Test func `a desk that JSM does not show is told, and nothing is written about it`() {
        let plan = PortalGrantPlan(
            Grant.wanted([Grant.person("ann", [7])]), Grant.present([], [3: .init(customers: [])]))
        #expect(plan.steps.isEmpty && Grant.kinds(plan) == [.deskMissing])
    }

    @Test func `two organizations of one name carry nobody`() {
        let wanted = WantedGrants(
            desks: [3],
            people: [Grant.person("ann", [3]), Grant.person("gil", of: "globex", [3])].compactMap { $0 },
            organizationNames: ["acme": "Same", "globex": "Same"])
        let plan = PortalGrantPlan(wanted, Grant.present())
        #expect(Grant.lines(plan).last == "desk.add_customers 3 ann@acme.example gil@globex.example")
        #expect(!Grant.lines(plan).contains { $0.contains("Same") })
    }

    @Test(arguments: [(1, 2, false), (2, 30, false), (4, 30, true), (21, 900, true), (20, 900, false), (3, 3, true)])
    func `more than twenty people, or a tenth, is much at once`(leaving: Int, all: Int, isDrastic: Bool) {
        let names = (0..<all).map { "p\($0)" }
        let plan = PortalGrantPlan(
            Grant.wanted(names.enumerated().map { Grant.person($1, $0 < leaving ? [] : [3]) }),
            Grant.present(
                [], [3: .init(customers: names.map { Grant.user($0) }), 7: .init(customers: [])]))
        #expect(plan.losing.count == leaving && plan.present.count == all)
        #expect(plan.isDrastic == isDrastic)
    }

    @Test(arguments: 0..<200)
    func `whatever was there, one pass lets in exactly whom it should, and a second writes nothing`(seed: UInt64) {
        var random = Seeded(seed)
        let names = ["ann", "bob", "cat", "dan", "eve"]
        let people = names.flatMap { name in
            ["acme", "globex"].map { organization in
                Grant.person(
                    "\(name)-\(organization)", of: OrganizationID(rawValue: organization),
                    random.subset([3, 7]), isAdmitted: random.bool(4))
            }
        }.compactMap { $0 }
        let everybody = people.map { JSMUser(id: "id-\($0.name)", email: $0.name.folded.description) }
        var jsm = ModelJSM()
        for name in ["Acme", "Globex", "Old"] where random.bool(2) {
            jsm.organizations[name] = .init(
                name: name, id: Int64(jsm.organizations.count + 1), members: Array(random.subset(Set(everybody))))
            for desk: ServiceDeskID in [3, 7] where random.bool(2) { jsm.desks[desk]?.organizations.insert(name) }
        }
        for desk: ServiceDeskID in [3, 7] { jsm.desks[desk]?.customers = Array(random.subset(Set(everybody))) }
        let (wanted, options) = (Grant.wanted(people), PortalGrantPlan.Options(removesStrangers: true))
        let customers = Dictionary(uniqueKeysWithValues: people.map { ($0.name.folded.description, $0.customer) })
        for step in PortalGrantPlan(wanted, jsm.present, options).steps { jsm.perform(step, customers: customers) }
        for desk: ServiceDeskID in [3, 7] {
            let right = Set(people.filter { $0.desks.contains(desk) }.map { $0.name.folded.description })
            #expect(jsm.admitted(to: desk) == right)
        }
        #expect(PortalGrantPlan(wanted, jsm.present, options).steps.isEmpty)
    }
}

/// Numbers that are the same for the same seed.
private struct Seeded {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// False once in so many.
    mutating func bool(_ chance: UInt64) -> Bool { next() % chance != 0 }

    mutating func subset<Value: Hashable>(_ values: Set<Value>) -> Set<Value> {
        var chosen: Set<Value> = []
        for value in values.sorted(by: { "\($0)" < "\($1)" }) where bool(2) { chosen.insert(value) }
        return chosen
    }
}
