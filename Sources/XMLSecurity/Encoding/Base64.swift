/// Base64 without leniency (RFC 4648 4): one text for one value.
package enum Base64 {
    /// Decodes; white space may stand between characters, as RFC 2045 6.8 line ends and XML's do, and nothing else.
    ///
    /// - Throws: `base64_malformed` for another character, missing or surplus padding, or bits beyond the last octet.
    package static func decode(_ text: some Collection<UInt8>) throws(XMLSecurityError) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.count / 4 * 3)
        var (bits, count, padding): (UInt32, Int, Int) = (0, 0, 0)
        for character in text {
            if isSpace(character) { continue }
            if character == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            let value = values[Int(character)]
            guard value < 64, padding == 0 else { throw malformed }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 {
                octets.append(UInt8(truncatingIfNeeded: bits >> 16))
                octets.append(UInt8(truncatingIfNeeded: bits >> 8))
                octets.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
            }
        }
        try finish(bits, remainder: count % 4, padding: padding, into: &octets)
        return octets
    }

    /// Encodes without line ends.
    package static func encode(_ octets: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4)
        var (bits, count): (UInt32, Int) = (0, 0)
        for octet in octets {
            bits = bits << 8 | UInt32(octet)
            count += 1
            guard count == 3 else { continue }
            for shift in [18, 12, 6, 0] { text.append(alphabet[Int(bits >> UInt32(shift) & 63)]) }
            (bits, count) = (0, 0)
        }
        if count > 0 {
            bits <<= UInt32(8 * (3 - count))
            for at in 0..<4 {
                text.append(at <= count ? alphabet[Int(bits >> UInt32(18 - 6 * at) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func finish(
        _ bits: UInt32, remainder: Int, padding: Int, into octets: inout [UInt8]
    ) throws(XMLSecurityError) {
        switch (remainder, padding) {
        case (0, 0): return
        case (2, 2):
            guard bits & 15 == 0 else { throw malformed }
            octets.append(UInt8(truncatingIfNeeded: bits >> 4))
        case (3, 1):
            guard bits & 3 == 0 else { throw malformed }
            octets.append(UInt8(truncatingIfNeeded: bits >> 10))
            octets.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: throw malformed
        }
    }

    private static func isSpace(_ octet: UInt8) -> Bool {
        octet == 0x20 || octet == 0x0A || octet == 0x0D || octet == 0x09
    }

    private static let malformed = XMLSecurityError(.base64, "the text is not strict base64")
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
