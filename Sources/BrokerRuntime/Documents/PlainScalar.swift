import Broker
import Yams

/// What an unquoted word means, by the core schema of YAML 1.2 (10.3.2).
enum PlainScalar {
    /// The value of a scalar; a quoted one is always text.
    static func value(of scalar: Node.Scalar) -> SettingsValue {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        return value(of: scalar.string)
    }

    /// The value of an unquoted word.
    static func value(of text: String) -> SettingsValue {
        switch text {
        case "", "~", "null": .null
        case "true": .bool(true)
        case "false": .bool(false)
        default: number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> SettingsValue? {
        guard let first = text.utf8.first, (48...57).contains(first) || first == 45 || first == 43 else { return nil }
        if let integer = Int64(text) { return .integer(integer) }
        guard text.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text).map { .number($0) }
    }

    /// Whether a text can stand unquoted and is read back as the same text, here and by readers of YAML 1.1.
    static func isSafe(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first) || (65...90).contains(first) || first == 47,
            text.utf8.last != UInt8(ascii: ":"), !reserved.contains(text.lowercased())
        else { return false }
        return text.utf8.allSatisfy { octet in
            switch octet {
            case 48...57, 65...90, 97...122: true
            default: "-_./:@+".utf8.contains(octet)
            }
        }
    }

    private static let reserved: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
}
