package import Foundation

/// Base64url without padding (RFC 7515 section 2), with exactly one text for each octet string.
///
/// A decoder that tolerates padding, another alphabet or loose bits in the last character makes a signed token
/// malleable: two texts, one meaning. So all of these refuse.
package enum Base64URL {
    /// Encodes octets.
    package static func encode(_ bytes: [UInt8]) -> String {
        String(decoding: encodedBytes(bytes), as: UTF8.self)
    }

    /// Encodes octets.
    package static func encode(_ data: Data) -> String { encode([UInt8](data)) }

    /// Decodes text.
    package static func decode(_ text: String) throws(JOSEError) -> [UInt8] {
        try decode([UInt8](text.utf8)[...])
    }

    /// Decodes ASCII octets.
    package static func decode(_ text: [UInt8]) throws(JOSEError) -> [UInt8] {
        try decode(text[...])
    }

    /// Decodes a part of ASCII octets.
    package static func decode(_ text: ArraySlice<UInt8>) throws(JOSEError) -> [UInt8] {
        guard text.count % 4 != 1 else { throw JOSEError(.base64URLInvalid) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var buffer: UInt32 = 0
        var bits = 0
        // Sticky instead of an early exit: one branch for the whole text.
        var unknown: UInt8 = 0
        for character in text {
            let sextet = values[Int(character)]
            unknown |= sextet
            buffer = buffer << 6 | UInt32(sextet & 0x3f)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        let loose = buffer & ((1 << UInt32(bits)) - 1)
        guard unknown & 0x80 == 0, loose == 0 else { throw JOSEError(.base64URLInvalid) }
        return bytes
    }

    /// Encodes octets as ASCII octets.
    static func encodedBytes(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(buffer >> UInt32(bits) & 0x3f)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(buffer << UInt32(6 - bits) & 0x3f)]) }
        return text
    }

    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The six bits of each ASCII octet; 0x80 marks an octet outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0x80, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
