import Broker
import Testing

@testable import SAMLFacade

struct PersonTests {
    static let ann = Person(
        portalName: "ann@acme.example", email: "ann.new@acme.example", displayName: "Ann Mary Other", customer: "c1",
        organization: "acme", groups: GroupSet(["b", "a"], completeness: .complete),
        attributes: ["department": ["R&D"], "teams": ["x", "y"]])

    @Test(
        arguments: [
            ("Ann Other", "Ann", "Other"), ("Ann Mary Other", "Ann Mary", "Other"), ("Other, Ann", "Ann", "Other"),
            ("van der Berg ,  Jan  Piet", "Jan Piet", "van der Berg"), ("  Ann \t Other ", "Ann", "Other"),
            ("Madonna", nil, nil), ("", nil, nil), ("Other,", nil, nil), (", Ann", nil, nil),
            ("Ann Other, Jr, MD", "Ann Other, Jr,", "MD"), ("山田 太郎", "山田", "太郎"),
        ] as [(String, String?, String?)])
    func `a name is divided by one rule`(name: String, given: String?, family: String?) {
        var person = Self.ann
        person.displayName = name
        #expect(person.givenName == given)
        #expect(person.familyName == family)
    }

    @Test func `who has no name has no halves of one`() {
        var person = Self.ann
        person.displayName = nil
        #expect(person.givenName == nil)
        #expect(person.familyName == nil)
    }

    // MARK: Templates

    @Test(arguments: [
        ("${email}", ["ann.new@acme.example"]), ("${portal_name}", ["ann@acme.example"]),
        ("${name}", ["Ann Mary Other"]), ("${given_name}", ["Ann Mary"]), ("${family_name}", ["Other"]),
        ("${customer}", ["c1"]), ("${organization}", ["acme"]), ("${attribute.department}", ["R&D"]),
        ("${attribute.teams}", ["x", "y"]), ("${attribute.none}", []), ("no variable", ["no variable"]),
        ("${family_name}, ${given_name} (${organization})", ["Other, Ann Mary (acme)"]),
        ("x ${attribute.none}", []), ("x ${attribute.teams}", []), ("x ${attribute.department}", ["x R&D"]),
        ("$5 {a} $", ["$5 {a} $"]), ("$${email}", ["$ann.new@acme.example"]),
    ])
    func `a template gives values`(text: String, values: [String]) throws {
        #expect(try PersonTemplate(text).values(of: Self.ann) == values)
    }

    @Test(arguments: ["${", "${email", "x ${e-mail}", "${}", "${attribute.}", "${attribute}", "${ email }", "${Email}"])
    func `what is no template is refused`(text: String) {
        #expect(throws: PersonTemplate.Malformed.self) { try PersonTemplate(text) }
    }

    @Test func `a value with braces in it is not read again`() throws {
        var person = Self.ann
        person.displayName = "${email}"
        #expect(try PersonTemplate("${name}").values(of: person) == ["${email}"])
    }

    @Test func `what is known is named`() {
        #expect(PersonTemplate.variables.count == 8)
        #expect(PersonTemplate.variables.contains("${attribute.NAME}"))
    }
}
