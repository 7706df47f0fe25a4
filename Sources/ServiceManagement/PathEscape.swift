import Broker

/// Reads the percent escapes of a path.
enum PathEscape {
    /// Checks the escape at a position, and all that belong to the same character, and moves behind them.
    static func refusal(in target: Span<UInt8>, at position: inout Int) -> TargetRefusal? {
        guard let octet = octet(in: target, at: position) else { return .malformedEscape }
        if octet >= 0x80 { return characterRefusal(lead: octet, in: target, at: &position) }
        position += 3
        return asciiRefusal(of: octet, in: target, behind: position)
    }

    /// The octet that an escape stands for; nil where it is not one.
    static func octet(in target: Span<UInt8>, at position: Int) -> UInt8? {
        guard position + 2 < target.count, target[position] == UInt8(ascii: "%"),
            let high = target[position + 1].hexDigitValue, let low = target[position + 2].hexDigitValue
        else { return nil }
        return high << 4 | low
    }

    private static func asciiRefusal(of octet: UInt8, in target: Span<UInt8>, behind position: Int) -> TargetRefusal? {
        switch octet {
        case 0...0x1F, 0x7F: return .encodedControl
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: ";"):
            return .encodedDelimiter
        case UInt8(ascii: "%"):
            // One hex digit is enough: what follows it may be added by whoever decodes.
            return position < target.count && target[position].hexDigitValue != nil ? .doubleEncoding : nil
        default: return unreserved.contains(octet) ? .encodedUnreserved : nil
        }
    }

    private static let unreserved = OctetSet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    /// One character of two to four escapes, well-formed by the table of Unicode 3.9 (D92): no overlong form, no
    /// surrogate, nothing above U+10FFFF.
    private static func characterRefusal(
        lead: UInt8, in target: Span<UInt8>, at position: inout Int
    ) -> TargetRefusal? {
        guard let (count, second) = shape(of: lead) else { return .invalidUTF8 }
        for index in 1...count {
            guard let next = octet(in: target, at: position + 3 * index) else { return .invalidUTF8 }
            guard (index == 1 ? second : 0x80...0xBF).contains(next) else { return .invalidUTF8 }
            // U+0080 to U+009F are control characters too.
            if lead == 0xC2, next < 0xA0 { return .encodedControl }
        }
        position += 3 * (count + 1)
        return nil
    }

    /// How many octets follow a lead octet, and which the first of them may be.
    private static func shape(of lead: UInt8) -> (count: Int, second: ClosedRange<UInt8>)? {
        switch lead {
        case 0xC2...0xDF: (1, 0x80...0xBF)
        case 0xE0: (2, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE, 0xEF: (2, 0x80...0xBF)
        case 0xED: (2, 0x80...0x9F)
        case 0xF0: (3, 0x90...0xBF)
        case 0xF1...0xF3: (3, 0x80...0xBF)
        case 0xF4: (3, 0x80...0x8F)
        default: nil
        }
    }
}
