/// Reads JSON (RFC 8259) as one reader only can: no duplicate names, no lone surrogates, valid UTF-8, nothing behind
/// the document, bounded depth.
struct JSONParser {
    /// The most arrays and objects within one another.
    static let maximumDepth = 32

    let bytes: [UInt8]
    var index = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func parse(_ bytes: [UInt8]) throws(JOSEError) -> JSONValue {
        var parser = JSONParser(bytes)
        parser.skipWhitespace()
        let value = try parser.parseValue()
        parser.skipWhitespace()
        guard parser.index == bytes.count else { throw JOSEError(.jsonInvalid) }
        return value
    }

    private mutating func parseValue() throws(JOSEError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"): .object(try parseObject())
        case UInt8(ascii: "["): .array(try parseArray())
        case UInt8(ascii: "\""): .string(try parseString())
        case UInt8(ascii: "t"): try parseLiteral("true", .bool(true))
        case UInt8(ascii: "f"): try parseLiteral("false", .bool(false))
        case UInt8(ascii: "n"): try parseLiteral("null", .null)
        default: try parseNumber()
        }
    }

    private mutating func parseObject() throws(JOSEError) -> JSONObject {
        try descend()
        var object = JSONObject()
        var names = NameRegister()
        if take(UInt8(ascii: "}")) { return ascend(object) }
        repeat {
            skipWhitespace()
            let name = try parseString()
            guard names.insert(name, among: object) else { throw JOSEError(.jsonDuplicateKey) }
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            skipWhitespace()
            object.append(try parseValue(), newName: name)
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return ascend(object)
    }

    private mutating func parseArray() throws(JOSEError) -> [JSONValue] {
        try descend()
        var array: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return ascend(array) }
        repeat {
            skipWhitespace()
            array.append(try parseValue())
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return ascend(array)
    }

    /// Steps over an opening bracket and the blanks behind it.
    private mutating func descend() throws(JOSEError) {
        guard depth < Self.maximumDepth else { throw JOSEError(.jsonTooDeep) }
        depth += 1
        index += 1
        skipWhitespace()
    }

    private mutating func ascend<Value>(_ value: Value) -> Value {
        depth -= 1
        return value
    }

    private mutating func parseLiteral(_ literal: StaticString, _ value: JSONValue) throws(JOSEError) -> JSONValue {
        let length = literal.utf8CodeUnitCount
        let matches = literal.withUTF8Buffer { expected in
            index + length <= bytes.count && bytes[index..<index + length].elementsEqual(expected)
        }
        guard matches else { throw JOSEError(.jsonInvalid) }
        index += length
        return value
    }
}

// MARK: Octets

extension JSONParser {
    /// The next octet, or 0, which starts nothing in JSON.
    func peek() -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(JOSEError) {
        guard take(byte) else { throw JOSEError(.jsonInvalid) }
    }

    mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0a, 0x0d: index += 1
            default: return
            }
        }
    }
}

/// The names of one object so far.
///
/// Few are compared one by one; many go to a set, so that a large object stays linear.
private struct NameRegister {
    private var set: Set<ExactText> = []

    mutating func insert(_ name: String, among object: JSONObject) -> Bool {
        guard object.count >= 16 else { return !object.contains(name) }
        if set.isEmpty { set = Set(object.keys.map(ExactText.init)) }
        return set.insert(ExactText(text: name)).inserted
    }
}
