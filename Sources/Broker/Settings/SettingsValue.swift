package import Foundation

/// A settings document as configuration holds it: JSON without surprises.
public enum SettingsValue: Sendable, Hashable, Codable {
    /// A mapping.
    case object([String: SettingsValue])
    /// A list.
    case array([SettingsValue])
    /// Text.
    case string(String)
    /// An integer.
    case integer(Int64)
    /// Another number.
    case number(Double)
    /// Yes or no.
    case bool(Bool)
    /// Nothing.
    case null

    /// Reads any JSON-like value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([SettingsValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: SettingsValue].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        case .null: try container.encodeNil()
        }
    }

    /// The value under a key of a mapping.
    public subscript(key: String) -> SettingsValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// The text, where the value is text.
    public var text: String? { if case .string(let text) = self { text } else { nil } }

    /// JSON with sorted keys, so that equal settings are equal bytes.
    package var canonicalJSON: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)) ?? Data("null".utf8)
    }
}
