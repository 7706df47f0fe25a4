import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

@Suite struct RealmRoutingTests {
    private let acme = Organization(
        id: "acme", name: "Acme", domains: [.acme], addresses: [.address("ann@globex.example")])
    private let globex = Organization(id: "globex", name: "Globex", domains: [.globex])

    private func connection(
        _ id: ConnectionID, _ organization: OrganizationID, _ change: (inout Connection) -> Void = { _ in }
    ) -> Connection {
        var connection = Connection(
            id: id, organization: organization, kind: "test", name: "\(id)", settings: .object([:]))
        change(&connection)
        return connection
    }

    private func resources(_ connections: [Connection], acme: Organization? = nil) -> Resources {
        Resources(revision: 1, organizations: [acme ?? self.acme, globex], connections: connections)
    }

    @Test func `one connection of the exact domain is the way`() {
        let only = connection("a", "acme")
        let known = resources([only, connection("g", "globex")])
        #expect(RealmRouting.route(.address("bob@acme.example"), in: known) == .connection(only))
    }

    @Test func `a sub-domain does not inherit and a parent does not either`() {
        let known = resources([connection("a", "acme")])
        #expect(RealmRouting.route(.address("bob@eu.acme.example"), in: known) == .unknown)
        #expect(RealmRouting.route(.address("bob@notacme.example"), in: known) == .unknown)
    }

    @Test func `a single address goes before its domain`() {
        let (a, g) = (connection("a", "acme"), connection("g", "globex"))
        let known = resources([a, g])
        #expect(RealmRouting.route(.address("ann@globex.example"), in: known) == .connection(a))
        #expect(RealmRouting.route(.address("bob@globex.example"), in: known) == .connection(g))
    }

    @Test func `several connections are a choice of those that may speak`() {
        let staff = connection("a", "acme")
        let ext = connection("b", "acme") { $0.addressPattern = "ext-*" }
        let off = connection("c", "acme") { $0.isEnabled = false }
        let other = connection("d", "acme") { $0.domains = [.domain("other.example")] }
        let known = resources([staff, ext, off, other])
        #expect(RealmRouting.route(.address("ext-bob@acme.example"), in: known) == .choice(acme, [staff, ext]))
        #expect(RealmRouting.route(.address("bob@acme.example"), in: known) == .connection(staff))
    }

    @Test func `a disabled organization or one with nothing enabled is closed`() {
        var closed = acme
        closed.isEnabled = false
        #expect(
            RealmRouting.route(
                .address("bob@acme.example"), in: resources([connection("a", "acme")], acme: closed))
                == .closed(closed))
        let off = connection("a", "acme") { $0.isEnabled = false }
        #expect(RealmRouting.route(.address("bob@acme.example"), in: resources([off])) == .closed(acme))
        #expect(RealmRouting.route(of: closed, in: resources([connection("a", "acme")])) == .closed(closed))
    }

    @Test func `a domain hint leads where its addresses do`() {
        let a = connection("a", "acme")
        let known = resources([a, connection("b", "acme") { $0.isEnabled = false }])
        #expect(RealmRouting.route(domain: .acme, in: known) == .connection(a))
        #expect(RealmRouting.route(domain: .domain("eu.acme.example"), in: known) == .unknown)
        #expect(RealmRouting.route(domain: .globex, in: known) == .closed(globex))
    }

    @Test func `a pick is never wider than the address allows`() {
        let (a, g) = (connection("a", "acme"), connection("g", "globex") { $0.isPublic = true })
        let known = resources([a, g])
        let bob = EmailAddress.address("bob@acme.example")
        #expect(RealmRouting.mayPick(a, for: bob, in: known))
        #expect(!RealmRouting.mayPick(g, for: bob, in: known))
        #expect(RealmRouting.mayPick(g, for: .address("x@unknown.example"), in: known))
        #expect(!RealmRouting.mayPick(a, for: .address("x@unknown.example"), in: known))
        #expect(RealmRouting.mayPick(g, for: nil, in: known))
        #expect(!RealmRouting.mayPick(a, for: nil, in: known))
    }

    @Test func `nothing disabled can be picked`() {
        let off = connection("g", "globex") { ($0.isPublic, $0.isEnabled) = (true, false) }
        #expect(!RealmRouting.mayPick(off, for: nil, in: resources([off])))
        var closed = acme
        closed.isEnabled = false
        let open = connection("a", "acme") { $0.isPublic = true }
        #expect(!RealmRouting.mayPick(open, for: nil, in: resources([open], acme: closed)))
    }
}
