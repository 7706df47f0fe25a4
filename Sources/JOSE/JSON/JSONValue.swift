package import Foundation

/// A JSON value (RFC 8259), read strictly and written the same way every time.
package enum JSONValue: Sendable, Hashable {
    case object(JSONObject)
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    case double(Double)
    case bool(Bool)
    case null

    /// The most octets a document may have unless the caller says otherwise.
    package static let defaultMaximumBytes = 1 << 20

    /// Reads one document, refusing what two parsers could read differently.
    package static func parse(
        _ bytes: [UInt8], maximumBytes: Int = defaultMaximumBytes
    ) throws(JOSEError) -> JSONValue {
        guard bytes.count <= maximumBytes else { throw JOSEError(.jsonTooLarge) }
        return try JSONParser.parse(bytes)
    }

    /// Reads one document.
    package static func parse(_ data: Data, maximumBytes: Int = defaultMaximumBytes) throws(JOSEError) -> JSONValue {
        guard data.count <= maximumBytes else { throw JOSEError(.jsonTooLarge) }
        return try JSONParser.parse([UInt8](data))
    }

    /// Strings are equal when their octets are: `claims["iss"] == .string(issuer)` must not accept an equivalent.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null): true
        default: false
        }
    }
}

extension JSONValue {
    /// The object, when it is one.
    package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// The elements, when it is an array.
    package var array: [JSONValue]? { if case .array(let array) = self { array } else { nil } }

    /// The text, when it is a string.
    package var string: String? { if case .string(let string) = self { string } else { nil } }

    /// The number, when it was written as an integer that fits 64 bits.
    package var int64: Int64? { if case .integer(let integer) = self { integer } else { nil } }

    /// The number, integers widened.
    package var double: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .double(let double): double
        default: nil
        }
    }

    /// The truth value, when it is one; the string `"true"` is none.
    package var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

    /// The document as UTF-8.
    package func serialized() -> [UInt8] { JSONSerializer.serialize(self) }

    /// The document as text.
    package var text: String { String(decoding: serialized(), as: UTF8.self) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    package init(stringLiteral value: String) { self = .string(value) }

    /// An integer.
    package init(integerLiteral value: Int64) { self = .integer(value) }

    /// A number with a fraction.
    package init(floatLiteral value: Double) { self = .double(value) }

    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Null.
    package init(nilLiteral: ()) { self = .null }

    /// An array.
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// An object; the last of equal names wins.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}
