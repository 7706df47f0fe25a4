/// A set of ASCII octets in two words, so that a test costs a shift and not a table.
struct OctetSet: Sendable {
    private let low: UInt64
    private let high: UInt64

    /// The ASCII characters of a text.
    init(_ characters: StaticString) {
        var words: (low: UInt64, high: UInt64) = (0, 0)
        characters.withUTF8Buffer { octets in
            for octet in octets {
                if octet < 64 { words.low |= 1 << UInt64(octet) } else { words.high |= 1 << UInt64(octet & 63) }
            }
        }
        (low, high) = words
    }

    /// Whether the octet is one of them.
    func contains(_ octet: UInt8) -> Bool {
        octet < 128 && (octet < 64 ? low : high) >> UInt64(octet & 63) & 1 == 1
    }
}
