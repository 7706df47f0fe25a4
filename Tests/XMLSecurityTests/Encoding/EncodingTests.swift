import Testing
import XMLSecurity

@Suite struct EncodingTests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), (" Z\r\nm8\t= ", "fo"),
    ])
    func `decodes base64 with white space between characters`(text: String, value: String) throws {
        #expect(try Base64.decode(Array(text.utf8)) == Array(value.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zm9", "Zm8", "Zm8==", "=", "====", "Zg==Zg==", "Zm=8", "Zm9v=", "Zh==", "Zm9=",
        "Zm-v", "Zm_v", "Zm9v\u{B}", "Zm9v\u{A0}", "Zm9v!", "Z\u{0}m9v",
    ])
    func `refuses base64 that is not the one text for its value`(text: String) {
        #expect(refusal { _ = try Base64.decode(Array(text.utf8)) }?.code == .base64)
    }

    @Test func `encodes what it decodes`() throws {
        for count in 0..<70 {
            let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
            #expect(try Base64.decode(Array(Base64.encode(octets).utf8)) == octets)
        }
    }

    @Test func `reads one PEM block of its label, or bare base64`() throws {
        let block = PEM.text(Array(repeating: 7, count: 100), label: "CERTIFICATE")
        #expect(block.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
        #expect(try PEM.octets(block, label: "CERTIFICATE") == Array(repeating: 7, count: 100))
        #expect(try PEM.octets("subject=x\n" + block + "\n", label: "CERTIFICATE").count == 100)
        #expect(try PEM.octets("Zm9v", label: "CERTIFICATE") == Array("foo".utf8))
        for text in [
            block + block, "-----BEGIN CERTIFICATE-----\nZm9v", "-----END CERTIFICATE-----\n" + block.prefix(60),
        ] {
            #expect(refusal { _ = try PEM.octets(text, label: "CERTIFICATE") }?.code == .keyUnreadable)
        }
        #expect(refusal { _ = try PEM.octets(block, label: "PRIVATE KEY") }?.code == .keyUnreadable)
    }

    @Test(arguments: [0, 1, 100, 4095, 4096, 4097, 70_000])
    func `inflates what it deflates, to the limit and not beyond`(count: Int) throws {
        let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let deflated = try Deflate.deflate(octets)
        #expect(try Deflate.inflate(deflated, limit: count) == octets)
        if count > 0 {
            #expect(refusal { _ = try Deflate.inflate(deflated, limit: count - 1) }?.code == .inflateTooLarge)
        }
    }

    @Test func `stops a bomb at its limit`() throws {
        let bomb = try Deflate.deflate([UInt8](repeating: 0, count: 20_000_000))
        #expect(bomb.count < 30_000)
        #expect(refusal { _ = try Deflate.inflate(bomb, limit: 1 << 20) }?.code == .inflateTooLarge)
    }

    @Test func `refuses octets that are not one whole stream`() throws {
        let deflated = try Deflate.deflate(Array("SAML".utf8))
        let inputs: [[UInt8]] = [
            [], Array(deflated.dropLast()), deflated + [0], deflated + deflated, [0x78, 0x9C] + deflated, [0xFF],
        ]
        for octets in inputs {
            #expect(refusal { _ = try Deflate.inflate(octets, limit: 1000) }?.code == .inflate)
        }
    }

    @Test func `writes text that reads back as it was`() throws {
        let value = "a<b>&\"'\r\n\t]]>é\u{1F600}"
        let text = XMLText("a", [("b", value), ("c", nil)], [XMLText("d", text: value), nil, XMLText("e")])
        let root = try parse(text.string).root
        #expect(root.attribute("b") == value)
        #expect(root.attribute("c") == nil)
        #expect(root.children.map(\.text) == [value, ""])
        #expect(XMLText("a", text: "\u{0}\u{B}\u{FFFE}").string == "<a>\u{FFFD}\u{FFFD}\u{FFFD}</a>")
    }
}
