/// Decides whether a request target has one reading only (RFC 3986 6.2, OWASP ASVS 1.1).
///
/// The gate's decision and the portal's answer are about the same resource only if both read the path alike. Each rule
/// refuses something that programs are known to read in two ways; what is left means one thing to everybody.
package enum CanonicalPath {
    /// The most octets of a target.
    package static let maximumBytes = 8 * 1024

    /// Whether the target has one reading.
    package static func isCanonical(_ target: Span<UInt8>) -> Bool { refusal(of: target) == nil }

    /// Whether the target has one reading.
    package static func isCanonical(_ target: String) -> Bool { refusal(of: target) == nil }

    /// Why the target is refused, or nil.
    package static func refusal(of target: String) -> TargetRefusal? { refusal(of: target.utf8.span) }

    /// Why the target is refused, or nil.
    ///
    /// One pass, no allocation.
    package static func refusal(of target: Span<UInt8>) -> TargetRefusal? {
        guard !target.isEmpty else { return .empty }
        guard target.count <= maximumBytes else { return .tooLong }
        guard target[0] == UInt8(ascii: "/") else { return startRefusal(of: target) }
        var segmentStart = 1
        var position = 1
        while position < target.count {
            let octet = target[position]
            if plain.contains(octet) {
                position += 1
                continue
            }
            switch octet {
            case UInt8(ascii: "/"):
                guard position > segmentStart else { return .emptySegment }
                if isDots(target, from: segmentStart, to: position) { return .dotSegment }
                position += 1
                segmentStart = position
            case UInt8(ascii: "%"):
                if let refusal = PathEscape.refusal(in: target, at: &position) { return refusal }
            case UInt8(ascii: "?"):
                if isDots(target, from: segmentStart, to: position) { return .dotSegment }
                return queryRefusal(of: target, from: position + 1)
            default:
                return characterRefusal(of: octet)
            }
        }
        return isDots(target, from: segmentStart, to: target.count) ? .dotSegment : nil
    }

    /// `pchar` of RFC 3986 3.3 without `;`, and with the brackets and the bar that browsers send as they are.
    private static let plain = OctetSet(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@[]|")

    private static func isDots(_ target: Span<UInt8>, from start: Int, to end: Int) -> Bool {
        guard start < end, target[start] == UInt8(ascii: ".") else { return false }
        for position in start..<end where target[position] != UInt8(ascii: ".") { return false }
        return true
    }

    private static func startRefusal(of target: Span<UInt8>) -> TargetRefusal {
        for position in target.indices {
            switch target[position] {
            case UInt8(ascii: ":"): return .absoluteForm
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): continue
            default: return .notRooted
            }
        }
        return .notRooted
    }

    /// A query may hold anything visible: no decision reads it, and portals put whole addresses into it.
    private static func queryRefusal(of target: Span<UInt8>, from start: Int) -> TargetRefusal? {
        for position in start..<target.count {
            switch target[position] {
            case UInt8(ascii: "#"): return .fragment
            case 0x21...0x7E: continue
            case let octet: return octet < 0x80 ? .control : .notASCII
            }
        }
        return nil
    }

    private static func characterRefusal(of octet: UInt8) -> TargetRefusal {
        switch octet {
        case UInt8(ascii: ";"): .pathParameter
        case UInt8(ascii: "\\"): .backslash
        case UInt8(ascii: "#"): .fragment
        case 0...0x20, 0x7F: .control
        case 0x80...: .notASCII
        default: .disallowedCharacter
        }
    }
}
