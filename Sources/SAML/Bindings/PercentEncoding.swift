import Broker

/// Query components between text and octets (RFC 3986 2.1, with the form encoding's plus sign).
enum PercentEncoding {
    /// Escapes all but the unreserved characters, with upper-case digits.
    static func encode(_ text: String) -> String {
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count * 3 / 2)
        for octet in text.utf8 {
            if isUnreserved(octet) {
                octets.append(octet)
            } else {
                octets += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Unescapes once; nil for an escape that is not two hex digits, and for what is not UTF-8 then.
    static func decode(_ component: some Collection<UInt8>) -> String? {
        var octets: [UInt8] = []
        octets.reserveCapacity(component.count)
        var rest = component.makeIterator()
        while let octet = rest.next() {
            switch octet {
            case UInt8(ascii: "+"): octets.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next()?.hexDigitValue, let low = rest.next()?.hexDigitValue else { return nil }
                octets.append(high << 4 | low)
            default: octets.append(octet)
            }
        }
        return String(validating: octets, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default:
            octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".") || octet == UInt8(ascii: "_")
                || octet == UInt8(ascii: "~")
        }
    }
}
