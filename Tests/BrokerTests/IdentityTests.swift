import Broker
import Foundation
import Testing

struct GroupSetTests {
    @Test func `order and repetition carry no meaning`() {
        let groups = GroupSet(["b", "a", "b"], completeness: .complete)
        #expect(groups.values == ["a", "b"])
        #expect(groups == GroupSet(["a", "b"], completeness: .complete))
    }

    @Test func `an incomplete list is another one than the complete list`() {
        #expect(GroupSet(["a"], completeness: .complete) != GroupSet(["a"], completeness: .overage))
        #expect(GroupSet.unsupported == GroupSet([], completeness: .unsupported))
    }

    @Test func `survives coding`() throws {
        let groups = GroupSet(["a"], completeness: .failed)
        #expect(try JSONDecoder().decode(GroupSet.self, from: JSONEncoder().encode(groups)) == groups)
    }
}

struct SubjectKeyTests {
    private let key = SubjectKey(connection: "acme", issuer: "https://op.example", tenant: "t", subject: "caf\u{E9}")

    @Test func `equal keys are one person`() {
        let same = SubjectKey(connection: "acme", issuer: "https://op.example", tenant: "t", subject: "caf\u{E9}")
        #expect(key == same)
        #expect(Set([key, same]).count == 1)
    }

    @Test func `every part tells people apart`() {
        var others = [key, key, key, key, key, key]
        others[0].connection = "globex"
        others[1].issuer = "https://op.example/"
        others[2].tenant = nil
        others[3].tenant = "u"
        others[4].subject = "CAF\u{C9}"
        // Canonically equivalent, and still another subject.
        others[5].subject = "cafe\u{301}"
        #expect(others.allSatisfy { $0 != key })
        #expect(Set(others + [key]).count == 7)
    }

    @Test func `no tenant is another tenant than an empty one`() {
        var empty = key
        empty.tenant = ""
        var none = key
        none.tenant = nil
        #expect(empty != none)
    }
}

struct IdentifierTests {
    @Test(arguments: ["a", "acme-staff", "a.b_c-1", String(repeating: "a", count: 64)])
    func `is well formed`(name: String) { #expect(ConnectionID(rawValue: name).isWellFormed) }

    @Test(arguments: ["", ".a", "A", "a/b", "a b", "ä", "a\n", "..", String(repeating: "a", count: 65)])
    func `is not well formed`(name: String) { #expect(!ConnectionID(rawValue: name).isWellFormed) }

    @Test func `is coded and printed as its text`() throws {
        #expect(try JSONEncoder().encode([ProviderKind("oidc")]) == Data(#"["oidc"]"#.utf8))
        #expect("\(ProviderKind("oidc"))" == "oidc")
        #expect(ProviderKind("a") < "b")
    }
}
