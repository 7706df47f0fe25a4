import Foundation
import JOSE
import Testing

struct Base64URLTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("foobar", "Zm9vYmFy"),
    ])
    func `encodes and decodes the examples of RFC 4648 without padding`(plain: String, text: String) throws {
        #expect(Base64URL.encode(bytes(plain)) == text)
        #expect(try Base64URL.decode(text) == bytes(plain))
    }

    @Test func `agrees with Foundation on every length and octet`() throws {
        for length in 0...257 {
            let octets = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
            let expected = Data(octets).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
            #expect(Base64URL.encode(octets) == expected)
            #expect(try Base64URL.decode(expected) == octets)
        }
    }

    @Test(arguments: [
        "Zg==", "Zg=", "Zm9v=", "+/+/", "Zm 9v", "Zm9v\n", " Zm9v", "Zm9v\r\n", "Zm9é", "Zm9v.", "Zm\u{0}v",
    ])
    func `refuses padding, the other alphabet, blanks and foreign characters`(text: String) {
        #expect(code { try Base64URL.decode(text) } == .base64URLInvalid)
    }

    @Test(arguments: ["Zh", "Zm9=", "Zm9", "_x", "A"])
    func `refuses a last character with loose bits, and a length no octets have`(text: String) {
        #expect(code { try Base64URL.decode(text) } == .base64URLInvalid)
    }

    @Test func `has one text for each octet`() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let accepted = alphabet.flatMap { first in
            alphabet.filter { second in code { try Base64URL.decode("\(first)\(second)") } == nil }
        }
        #expect(accepted.count == 256)
    }
}
