import Broker
import BrokerModel
import Testing

@Suite struct AddressPatternTests {
    @Test(arguments: [
        ("*", "ada@acme.example"), ("ada@acme.example", "ada@acme.example"), ("*@acme.example", "ada@acme.example"),
        ("ext-*@acme.example", "ext-ada@acme.example"), ("ext-*@acme.example", "ext-@acme.example"),
        ("*-ext@*", "ada-ext@acme.example"), ("a*a@*", "aa@acme.example"),
        ("a*b*@acme.example", "axxbyyb@acme.example"),
        ("**@acme.example", "ada@acme.example"), ("*a*d*a*", "ada@acme.example"), ("*.example", "ada@acme.example"),
        ("*aab@*", "aaab@acme.example"), ("\u{E9}*", "\u{E9}va@acme.example"),
    ])
    func `matches`(pattern: String, address: String) throws {
        #expect(AddressPattern(pattern).matches(try #require(EmailAddress(address))))
    }

    @Test(arguments: [
        ("", "ada@acme.example"), ("ada@acme.exampl", "ada@acme.example"), ("da@acme.example", "ada@acme.example"),
        ("ext-*@acme.example", "ada@acme.example"), ("ext-*@acme.example", "xext-ada@acme.example"),
        ("*@acme.example", "ada@acme.example.rival.example"), ("*@acme.example", "ada@sub.acme.example"),
        ("*@acme.example", "ada@evilacme.example"), ("EXT-*@acme.example", "ext-ada@acme.example"),
        ("a*a@*", "a@acme.example"), ("ab*b@acme.example", "ab@acme.example"), ("*x*", "ada@acme.ezample"),
        ("*b*a@*", "ab@acme.ezemple"), ("a.a@acme.example", "ada@acme.example"), ("a?a@*", "ada@acme.example"),
        ("e*", "\u{E9}va@acme.example"), ("*aa*aa@*", "aaa@acme.example"),
    ])
    func `does not match`(pattern: String, address: String) throws {
        #expect(!AddressPattern(pattern).matches(try #require(EmailAddress(address))))
    }

    @Test func `costs little for a pattern of many stars`() throws {
        let pattern = String(repeating: "a*", count: 200) + "b"
        let address = try #require(EmailAddress(String(repeating: "a", count: 60) + "@acme.example"))
        #expect(!AddressPattern(pattern).matches(address))
    }
}
