import Broker
import Foundation
import Testing

struct EmailDomainTests {
    @Test(arguments: [
        ("bücher.example", "xn--bcher-kva.example"), ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"), ("straße.example", "xn--strae-oqa.example"),
        ("例子.example", "xn--fsqu00a.example"), ("пример.example", "xn--e1afmkfd.example"),
        ("παράδειγμα.example", "xn--hxajbheg2az3al.example"), ("דוגמה.example", "xn--6dbbec0c.example"),
        ("مثال.example", "xn--mgbh0fb.example"), ("ドメイン名例.example", "xn--eckwd4c7cu47r2wf.example"),
        ("한국.example", "xn--3e0b707e.example"), ("a-b.c1.example", "a-b.c1.example"), ("1.example", "1.example"),
    ])
    func `an A-label and its U-label are one domain`(text: String, ascii: String) throws {
        let domain = try #require(EmailDomain(text))
        #expect(domain.ascii == ascii)
        #expect(EmailDomain(ascii) == domain)
        #expect("\(domain)" == ascii)
    }

    @Test(arguments: [
        "", ".", "example", "a..example", ".a.example", "a.example.", "-a.example", "a-.example", "ab--c.example",
        "aü--b.example", "a_b.example", "a b.example", "a@b.example", "1.2.3.4", "a.1", "[127.0.0.1]", "a.example:25",
        "xn--.example", "xn--a.example", "xn--bcher-kvb\u{0}.example", "xn--BCHER-KVÄ.example", "xn---.example",
        "xn--99999999.example", "xn--acme-.example",
    ])
    func `refuses what is not at least two well-formed labels`(text: String) {
        #expect(EmailDomain(text) == nil)
    }

    @Test(arguments: [
        ("\u{430}cme.example", "Cyrillic a"), ("ac\u{200B}me.example", "zero-width space"),
        ("ac\u{200D}me.example", "zero-width joiner"), ("acme\u{202E}.example", "bidi override"),
        ("acme\u{2069}.example", "bidi isolate"), ("ac\u{AD}me.example", "soft hyphen"),
        ("acme\u{3002}example.com", "ideographic full stop"), ("acme\u{FF0E}example.com", "fullwidth full stop"),
        ("\u{FF41}cme.example", "fullwidth a"), ("bu\u{308}cher.example", "not composed"),
        ("bü\u{212A}.example", "Kelvin sign"), ("büro\u{2460}.example", "circled digit"),
        ("\u{301}acme.example", "leading mark"), ("ac\u{34F}meü.example", "grapheme joiner"),
        ("\u{17F}üd.example", "long s"), ("م\u{640}ثال.example", "tatweel"), ("1אב.example", "digit before Hebrew"),
        ("م1٢.example", "digits of two kinds"), ("例a.example", "Han and Latin"), ("☃.example", "symbol"),
        ("ü\u{345}.example", "iota subscript"), ("xn--n3h.example", "A-label of a symbol"),
        ("xn--cme-7cd.example", "A-label with Cyrillic a"),
    ])
    func `refuses look-alikes and invisible characters`(text: String, why: String) {
        #expect(EmailDomain(text) == nil, "\(why)")
    }

    @Test func `bounds labels and the whole`() {
        let label = String(repeating: "a", count: 63)
        #expect(EmailDomain("\(label).example") != nil)
        #expect(EmailDomain("\(label)a.example") == nil)
        #expect(EmailDomain("\(label).\(label).\(label).\(String(repeating: "a", count: 61))") != nil)
        #expect(EmailDomain("\(label).\(label).\(label).\(String(repeating: "a", count: 62))") == nil)
        #expect(EmailDomain("\(String(repeating: "ü", count: 60)).example") == nil)
    }

    @Test func `is ordered and coded by its A-label`() throws {
        let domains = try ["bücher.example", "acme.example"].map { try #require(EmailDomain($0)) }
        #expect(domains.sorted().map(\.ascii) == ["acme.example", "xn--bcher-kva.example"])
        #expect(try JSONEncoder().encode([domains[0]]) == Data(#"["xn--bcher-kva.example"]"#.utf8))
        #expect(try JSONDecoder().decode([EmailDomain].self, from: Data(#"["BÜCHER.example"]"#.utf8)) == [domains[0]])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([EmailDomain].self, from: Data(#"["x"]"#.utf8)) }
    }
}
