public import Broker
import Foundation
import JOSE

/// A JSON value as the kit writes it: the same type that settings are, so that both can be written as literals.
public typealias JSON = SettingsValue

/// The members of a JSON object: the claims of a token, a document, an answer.
public typealias Claims = [String: JSON]

extension SettingsValue: ExpressibleByStringLiteral {
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension SettingsValue: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension SettingsValue: ExpressibleByFloatLiteral {
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
}

extension SettingsValue: ExpressibleByBooleanLiteral {
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension SettingsValue: ExpressibleByNilLiteral {
    /// Null.
    public init(nilLiteral: ()) { self = .null }
}

extension SettingsValue: ExpressibleByArrayLiteral {
    /// A list.
    public init(arrayLiteral elements: SettingsValue...) { self = .array(elements) }
}

extension SettingsValue: ExpressibleByDictionaryLiteral {
    /// A mapping; of a key that stands twice the last value counts.
    public init(dictionaryLiteral elements: (String, SettingsValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}

extension SettingsValue {
    /// The value as JSON text, members in order of their names.
    public var jsonText: String { String(decoding: canonicalJSON, as: UTF8.self) }

    /// Whole seconds of a time, as NumericDate (RFC 7519 section 2).
    public static func time(_ moment: Timestamp) -> JSON { .integer(moment.seconds) }

    /// Reads JSON; nil where the text is none.
    public init?(jsonText text: String) {
        guard let value = try? JSONDecoder().decode(SettingsValue.self, from: Data(text.utf8)) else { return nil }
        self = value
    }
}

extension [String: SettingsValue] {
    /// The object as JSON text, members in order of their names.
    public var jsonText: String { JSON.object(self).jsonText }
}

extension [String: SettingsValue] {
    var joseObject: JSONObject { get throws { try JSONObject.parse([UInt8](jsonText.utf8)) } }
}

extension JSONObject {
    var claims: Claims {
        guard case .object(let object)? = JSON(jsonText: text) else { return [:] }
        return object
    }
}
