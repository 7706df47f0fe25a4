import Broker
import Foundation
import Testing

struct EmailAddressTests {
    @Test func `keeps the local part and folds the domain`() throws {
        let address = try #require(EmailAddress("Alice+X@ACME.Example"))
        #expect(address.localPart == "Alice+X")
        #expect(address.domain.ascii == "acme.example")
        #expect(address.description == "Alice+X@acme.example")
        #expect(address != EmailAddress("alice+x@acme.example"))
    }

    @Test(arguments: [
        "a.b-c_d@acme.example", "o'hara@acme.example", "!#$%&'*+-/=?^_`{|}~@acme.example", "用户@例子.example",
        "Jürgen@acme.example", "Ünal.Öz+1@acme.example", "иван@почта.example", "1@acme.example",
    ])
    func `accepts addresses that people have`(text: String) throws {
        let address = try #require(EmailAddress(text))
        #expect(EmailAddress(address.description) == address)
    }

    @Test(arguments: [
        ".a@acme.example", "a.@acme.example", "a..b@acme.example", ".\u{301}a@acme.example", "\u{301}a@acme.example",
        "a b@acme.example", "a\t@acme.example", "a\n@acme.example", "\u{FF41}lice@acme.example",
        "al\u{200B}ice@acme.example",
        "al\u{202E}ice@acme.example", "al\u{AD}ice@acme.example", "\u{430}lice@acme.example", "a(x)@acme.example",
        "a,b@acme.example", "a:b@acme.example", "a;b@acme.example", "a\\b@acme.example", "a\"b@acme.example",
        "cafe\u{301}@acme.example", "a@\u{301}acme.example", "a\u{1F600}@acme.example", "a@acme.example ",
        " a@acme.example",
    ])
    func `refuses what reads in two ways`(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test func `takes blanks around a typed address and nothing else`() {
        #expect(EmailAddress(typed: " \talice@acme.example \t") == EmailAddress("alice@acme.example"))
        #expect(EmailAddress(typed: "alice@acme.example\n") == nil)
        #expect(EmailAddress(typed: "alice@acme.example\u{A0}") == nil)
        #expect(EmailAddress(typed: "  ") == nil)
    }

    @Test func `bounds the local part and the whole`() {
        let local = String(repeating: "a", count: 64)
        #expect(EmailAddress("\(local)@acme.example") != nil)
        #expect(EmailAddress("\(local)a@acme.example") == nil)
        // 64 + 1 + 188 octets; RFC 5321 has room for one more.
        let labels = Array(repeating: String(repeating: "b", count: 62), count: 3).joined(separator: ".")
        #expect(EmailAddress("\(local)@\(labels)") != nil)
        #expect(EmailAddress("\(local)@b\(labels)") != nil)
        #expect(EmailAddress("\(local)@\(labels).c") == nil)
        #expect(EmailAddress("\(local.dropLast(2))@\(labels).c") != nil)
    }

    @Test func `answers at once to a text of a megabyte`() {
        let huge = String(repeating: "\u{4E00}\u{4E01}\u{4E02}", count: 100_000)
        #expect(EmailAddress("a@\(huge).example") == nil)
        #expect(EmailDomain("\(huge).example") == nil)
    }

    @Test func `is coded as its text and refuses a bad one`() throws {
        let address = try #require(EmailAddress("a@bücher.example"))
        #expect(try JSONEncoder().encode([address]) == Data(#"["a@xn--bcher-kva.example"]"#.utf8))
        #expect(try JSONDecoder().decode([EmailAddress].self, from: Data(#"["a@BÜCHER.example"]"#.utf8)) == [address])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([EmailAddress].self, from: Data(#"["a@b"]"#.utf8))
        }
    }
}

/// Every case of `own-dev/email-routing-cases.json`.
struct EmailRoutingVectorTests {
    struct File: Decodable {
        struct Case: Decodable {
            let input: String
            let expect: String
            let why: String
        }
        let domain_map: [String: String]
        let cases: [Case]
    }

    @Test(.enabled(if: Vectors.folder != nil, Vectors.hint))
    func `parses every shared case to the right domain or not at all`() throws {
        let file = try Vectors.load("email-routing-cases.json", as: File.self)
        #expect(file.cases.count >= 29)
        for vector in file.cases {
            let address = EmailAddress(typed: vector.input)
            #expect((address == nil) == (vector.expect == "reject"), "\(vector.why)")
            guard let address else { continue }
            #expect(file.domain_map[address.domain.ascii] ?? "none" == vector.expect, "\(vector.why)")
        }
    }
}
