package import Foundation

/// A JSON object that keeps the order it was read or built in; names compare by octets.
package struct JSONObject: Sendable, Hashable {
    private var members: [Member] = []

    private struct Member: Sendable, Hashable {
        let name: String
        var value: JSONValue

        static func == (left: Member, right: Member) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.value == right.value
        }
    }

    /// An object without members.
    package init() {}

    /// An object of members in order; the last of equal names wins.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { self[name] = value }
    }

    /// Reads one document that must be an object.
    package static func parse(
        _ bytes: [UInt8], maximumBytes: Int = JSONValue.defaultMaximumBytes
    ) throws(JOSEError) -> JSONObject {
        guard let object = try JSONValue.parse(bytes, maximumBytes: maximumBytes).object else {
            throw JOSEError(.jsonNotObject)
        }
        return object
    }

    /// Reads one document that must be an object.
    package static func parse(
        _ data: Data, maximumBytes: Int = JSONValue.defaultMaximumBytes
    ) throws(JOSEError) -> JSONObject {
        guard let object = try JSONValue.parse(data, maximumBytes: maximumBytes).object else {
            throw JOSEError(.jsonNotObject)
        }
        return object
    }

    /// The member of that name; assigning nil removes it, assigning to a new name appends.
    package subscript(name: String) -> JSONValue? {
        get { position(of: name).map { members[$0].value } }
        set {
            switch (position(of: name), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): members.remove(at: position)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Appends a member whose name the caller knows to be new.
    mutating func append(_ value: JSONValue, newName name: String) {
        members.append(Member(name: name, value: value))
    }

    /// The names in order.
    package var keys: [String] { members.map(\.name) }

    /// The number of members.
    package var count: Int { members.count }

    /// Whether a member of that name is present, be it null.
    package func contains(_ name: String) -> Bool { position(of: name) != nil }

    private func position(of name: String) -> Int? {
        members.firstIndex { $0.name.hasSameBytes(as: name) }
    }
}

extension JSONObject {
    /// The string of that name.
    package func string(_ name: String) -> String? { self[name]?.string }

    /// The integer of that name.
    package func int64(_ name: String) -> Int64? { self[name]?.int64 }

    /// The truth value of that name.
    package func bool(_ name: String) -> Bool? { self[name]?.bool }

    /// The array of that name.
    package func array(_ name: String) -> [JSONValue]? { self[name]?.array }

    /// The object of that name.
    package func object(_ name: String) -> JSONObject? { self[name]?.object }

    /// The array of that name when every element is a string.
    package func strings(_ name: String) -> [String]? {
        guard let array = self[name]?.array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }

    /// The seconds since 1970 of that name (RFC 7519 section 2, NumericDate), a fraction cut off; nil when absent.
    ///
    /// Bounded to the years 1970 to 9999, so that adding a skew can never overflow.
    package func numericDate(_ name: String) throws(JOSEError) -> Int64? {
        guard let value = self[name] else { return nil }
        guard let seconds = value.double, seconds >= 0, seconds <= 253_402_300_799 else {
            throw JOSEError(.numericDateInvalid)
        }
        return Int64(seconds)
    }

    /// The document as UTF-8.
    package func serialized() -> [UInt8] { JSONSerializer.serialize(.object(self)) }

    /// The document as text.
    package var text: String { String(decoding: serialized(), as: UTF8.self) }
}

extension JSONObject: Sequence, ExpressibleByDictionaryLiteral {
    /// The members in order.
    package func makeIterator() -> AnyIterator<(key: String, value: JSONValue)> {
        var rest = members[...]
        return AnyIterator { rest.popFirst().map { (key: $0.name, value: $0.value) } }
    }

    /// An object of members in order; the last of equal names wins.
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
