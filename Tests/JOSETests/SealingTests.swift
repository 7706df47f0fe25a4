import Foundation
import JOSE
import Testing

struct SealingTests {
    private let secret = (0..<32).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 7 &+ $0 &* 31 &+ 5) }
    private let key: KeyEncryptionKey

    init() throws { key = try KeyEncryptionKey(bytes: secret) }

    @Test func `opens what it sealed, empty octets too`() throws {
        for plain in [[], bytes("private key"), [UInt8](repeating: 7, count: 5000)] {
            let sealed = try key.seal(plain, purpose: "p", associatedData: bytes("kid"))
            #expect(try key.open(sealed, purpose: "p", associatedData: bytes("kid")) == plain)
            #expect(sealed.count == plain.count + 1 + 8 + 12 + 16)
        }
    }

    @Test func `refuses a change of any octet`() throws {
        let sealed = try key.seal(bytes("private key"), purpose: "p")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            let expected: JOSEError.Code =
                index == 0 ? .sealedInvalid : index < 9 ? .sealedByUnknownKey : .sealedTampered
            #expect(code { try key.open(changed, purpose: "p") } == expected)
        }
    }

    @Test func `refuses a cut or lengthened value`() throws {
        let sealed = try key.seal(bytes("x"), purpose: "p")
        for count in 0..<sealed.count {
            #expect(code { try key.open(Array(sealed[..<count]), purpose: "p") } != nil)
        }
        #expect(code { try key.open(sealed + [0], purpose: "p") } == .sealedTampered)
    }

    @Test func `refuses another purpose or other associated data`() throws {
        let sealed = try key.seal(bytes("x"), purpose: "p", associatedData: bytes("a"))
        #expect(code { try key.open(sealed, purpose: "q", associatedData: bytes("a")) } == .sealedTampered)
        #expect(code { try key.open(sealed, purpose: "p", associatedData: bytes("b")) } == .sealedTampered)
        #expect(code { try key.open(sealed, purpose: "p") } == .sealedTampered)
    }

    @Test func `takes its nonce from the injected source and refuses one of another length`() throws {
        let fixed = { (count: Int) in [UInt8](repeating: 9, count: count) }
        let first = try key.seal(bytes("x"), purpose: "p", random: fixed)
        #expect(try key.seal(bytes("x"), purpose: "p", random: fixed) == first)
        #expect(Array(first[9..<21]) == fixed(12))
        #expect(try key.seal(bytes("x"), purpose: "p") != key.seal(bytes("x"), purpose: "p"))
        #expect(code { try key.seal(bytes("x"), purpose: "p", random: { _ in [1, 2] }) } == .sealedInvalid)
    }

    @Test func `reads its secret as base64, base64url and hexadecimal`() throws {
        let base64 = Data(secret).base64EncodedString()
        for text in [
            base64, base64.replacing("=", with: ""), Base64URL.encode(secret), Digests.hex(secret),
            Digests.hex(secret).uppercased(), base64 + "\n",
        ] {
            #expect(try KeyEncryptionKey(text: text).id == key.id)
        }
        let made = try KeyEncryptionKey(text: KeyEncryptionKey.generateText())
        #expect(made.id != key.id)
    }

    @Test(arguments: [
        "", "secret", "correct horse battery staple, correct horse", String(repeating: "0", count: 64),
        String(repeating: "A", count: 43), String(repeating: "deadbeef", count: 8), "changeme",
        String(repeating: "g", count: 64), String(repeating: "é", count: 32),
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100", "AAAAAAAAAAAAAAAAAAAAAA==",
    ])
    func `refuses a short or typed secret`(text: String) {
        #expect(code { try KeyEncryptionKey(text: text) } == .kekInvalid)
    }

    @Test func `never shows the secret`() {
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains(Base64URL.encode(secret)))
            #expect(text.contains("<redacted>"))
        }
    }

    @Test func `a ring opens under earlier keys and seals under the current one`() throws {
        let new = try KeyEncryptionKey(text: KeyEncryptionKey.generateText())
        let old = try key.seal(bytes("x"), purpose: "p")
        let ring = SealingKeys(current: new, previous: [key])
        #expect(try ring.open(old, purpose: "p") == bytes("x"))
        let again = try ring.seal(bytes("x"), purpose: "p")
        #expect(try SealingKeys(current: new).open(again, purpose: "p") == bytes("x"))
        #expect(code { try SealingKeys(current: new).open(old, purpose: "p") } == .sealedByUnknownKey)
        #expect(code { try ring.open([], purpose: "p") } == .sealedInvalid)
    }

    @Test func `compares octets and computes known digests`() {
        #expect(Digests.constantTimeEquals([1, 2], [1, 2]))
        #expect(!Digests.constantTimeEquals([1, 2], [1, 3]))
        #expect(!Digests.constantTimeEquals([1, 2], [1, 2, 0]))
        #expect(Digests.sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        // RFC 4231 test case 2.
        let mac = Digests.hmacSHA256(key: bytes("Jefe"), message: bytes("what do ya want for nothing?"))
        #expect(Digests.hex(mac) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(RandomBytes.system(16).count == 16)
        #expect(RandomBytes.system(16) != RandomBytes.system(16))
    }
}
