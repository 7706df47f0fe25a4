import Broker
import SAML
import Testing

@testable import SAMLFacade

struct PersonAttributesTests {
    private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

    private func drafts(
        of person: Person = PersonTests.ann, _ change: (inout SAMLFacade.Settings) -> Void = { _ in }
    ) throws -> [String: [String]] {
        var settings = SAMLFacade.Settings()
        change(&settings)
        let drafts = try PersonAttributes(settings).drafts(of: person)
        return Dictionary(uniqueKeysWithValues: drafts.map { ($0.name, $0.values) })
    }

    @Test func `the standard set is what Atlassian and most others read`() throws {
        #expect(
            try drafts() == [
                "\(Self.claims)emailaddress": ["ann.new@acme.example"], "\(Self.claims)givenname": ["Ann Mary"],
                "\(Self.claims)surname": ["Other"], "\(Self.claims)name": ["Ann Mary Other"],
                "email": ["ann.new@acme.example"], "firstName": ["Ann Mary"], "lastName": ["Other"],
                "displayName": ["Ann Mary Other"],
            ])
    }

    @Test func `a name of one word is a name and no half of one`() throws {
        var person = PersonTests.ann
        person.displayName = "Madonna"
        let names = Set(try drafts(of: person).keys)
        #expect(names == ["\(Self.claims)emailaddress", "\(Self.claims)name", "email", "displayName"])
    }

    @Test func `further attributes come beside the standard ones or take their place`() throws {
        let said = try drafts {
            $0.attributes = [
                "department": "${attribute.department}", "email": "${portal_name}", "none": "${attribute.x}",
            ]
        }
        #expect(said["department"] == ["R&D"])
        #expect(said["email"] == ["ann@acme.example"])
        #expect(said["none"] == nil)
        #expect(said.count == 9)
    }

    // MARK: Groups

    private let groups = SAMLFacade.Settings.Groups(name: "groups", prefix: "vestibule-${organization}:")

    @Test func `groups are not told unless that is configured`() throws {
        #expect(try drafts()["groups"] == nil)
    }

    @Test func `groups are told with the prefix, all of them`() throws {
        #expect(try drafts { $0.sendGroups = groups }["groups"] == ["vestibule-acme:a", "vestibule-acme:b"])
    }

    @Test func `that there are none is told too`() throws {
        var person = PersonTests.ann
        person.groups = GroupSet([], completeness: .complete)
        #expect(try drafts(of: person) { $0.sendGroups = groups }["groups"] == [])
    }

    @Test(arguments: [GroupSet.Completeness.overage, .unsupported, .failed])
    func `groups that are not complete are not told at all`(completeness: GroupSet.Completeness) throws {
        var person = PersonTests.ann
        person.groups = GroupSet(["a"], completeness: completeness)
        #expect(try drafts(of: person) { $0.sendGroups = groups }["groups"] == nil)
    }
}
