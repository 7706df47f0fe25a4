import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

@Suite struct LinkingTests {
    private static let now = Timestamp(seconds: 1_780_000_000)
    private let organization = Organization(
        id: "acme", name: "Acme", domains: [.acme], linkRules: [LinkRule("staff", "ext")])

    private func customer(
        _ id: CustomerID = "c_1", organization: OrganizationID = "acme", status: Customer.Status = .active
    ) -> Customer {
        Customer(
            id: id, organization: organization, status: status, email: .address("ann@acme.example"),
            createdAt: Self.now)
    }

    private func link(
        _ connection: ConnectionID, evidence: Email.Evidence = .idpVerified, subject: String = "s"
    ) -> IdentityLink {
        IdentityLink(
            subject: SubjectKey(connection: connection, issuer: "https://idp.example", subject: subject),
            customer: "c_1", evidence: evidence, createdAt: Self.now, lastSeenAt: Self.now)
    }

    private func decide(
        _ candidates: LinkCandidates, through connection: ConnectionID = "ext", isGuest: Bool = false,
        evidence: Email.Evidence = .idpVerified, guests: Set<ConnectionID> = []
    ) -> LinkDecision {
        Linking.decide(
            candidates, evidence: evidence,
            connection: Connection(
                id: connection, organization: "acme", kind: "test", name: "x", isGuest: isGuest,
                settings: .object([:])),
            organization: organization, isGuest: { guests.contains($0) })
    }

    private func code(_ decision: LinkDecision) -> LoginError.Code? {
        if case .refused(let code, _) = decision { code } else { nil }
    }

    @Test func `an identity that a customer has is theirs`() {
        #expect(decide(LinkCandidates(bySubject: customer(), byEmail: customer())) == .known(customer()))
        #expect(decide(LinkCandidates(bySubject: customer())) == .known(customer()))
    }

    @Test func `an earlier subject moves with its customer`() {
        #expect(decide(LinkCandidates(byPreviousSubject: customer())) == .moved(customer()))
    }

    @Test func `the present subject goes before an earlier one`() {
        let candidates = LinkCandidates(bySubject: customer(), byPreviousSubject: customer("c_2"))
        #expect(decide(candidates) == .known(customer()))
    }

    @Test func `a new identity with a free e-mail is new`() {
        #expect(decide(LinkCandidates()) == .new)
    }

    @Test(arguments: [Customer.Status.disabled, .erased])
    func `a login never revives a customer`(status: Customer.Status) {
        let gone = customer(status: status)
        #expect(code(decide(LinkCandidates(bySubject: gone))) == .customerDisabled)
        #expect(code(decide(LinkCandidates(byPreviousSubject: gone))) == .customerDisabled)
        #expect(
            code(decide(LinkCandidates(byEmail: gone, linksOfHolder: [link("staff")]))) == .customerDisabled)
    }

    @Test func `a changed e-mail that another customer holds is refused`() {
        let candidates = LinkCandidates(bySubject: customer(), byEmail: customer("c_2"))
        #expect(code(decide(candidates)) == .emailConflict)
        #expect(code(decide(LinkCandidates(byPreviousSubject: customer(), byEmail: customer("c_2")))) == .emailConflict)
    }

    @Test func `a customer of another organization is refused`() {
        #expect(code(decide(LinkCandidates(bySubject: customer(organization: "globex")))) == .emailConflict)
        let candidates = LinkCandidates(byEmail: customer(organization: "globex"), linksOfHolder: [link("staff")])
        #expect(code(decide(candidates)) == .emailConflict)
    }

    @Test func `an e-mail alone never links`() {
        let candidates = LinkCandidates(byEmail: customer(), linksOfHolder: [link("other")])
        #expect(code(decide(candidates)) == .emailConflict)
        #expect(code(decide(LinkCandidates(byEmail: customer()))) == .emailConflict)
    }

    @Test func `a rule that names both connections links`() {
        let candidates = LinkCandidates(byEmail: customer(), linksOfHolder: [link("staff")])
        #expect(decide(candidates) == .linked(customer()))
    }

    @Test func `a rule needs evidence on both sides`() {
        let weak = LinkCandidates(byEmail: customer(), linksOfHolder: [link("staff", evidence: .none)])
        #expect(code(decide(weak)) == .emailConflict)
        let strong = LinkCandidates(byEmail: customer(), linksOfHolder: [link("staff")])
        #expect(code(decide(strong, evidence: .none)) == .emailConflict)
    }

    @Test func `a guest connection neither links nor takes an e-mail`() {
        let candidates = LinkCandidates(byEmail: customer(), linksOfHolder: [link("staff")])
        #expect(code(decide(candidates, isGuest: true)) == .emailConflict)
        #expect(code(decide(candidates, guests: ["staff"])) == .emailConflict)
    }

    @Test func `a second person behind one connection is a reassigned mailbox and no link`() {
        let candidates = LinkCandidates(byEmail: customer(), linksOfHolder: [link("staff"), link("ext", subject: "t")])
        #expect(code(decide(candidates)) == .emailConflict)
    }

    @Test func `two identities that a rule names are ambiguous`() {
        let candidates = LinkCandidates(
            byEmail: customer(), linksOfHolder: [link("staff"), link("staff", subject: "t")])
        #expect(code(decide(candidates)) == .linkAmbiguous)
    }
}
