import Broker

/// JSON read strictly (RFC 8259), with where in the text each value stands.
///
/// Strict, because what we read and what JSM reads must be the same: no member twice, no octet behind the value, no byte
/// order mark, no lenient number.
struct JSONText {
    /// A value.
    struct Value {
        let content: Content
        /// Where it stands.
        let range: Range<Int>
    }

    /// What a value is.
    indirect enum Content {
        case object([(name: String, value: Value)])
        case array([Value])
        case string(String)
        case number
        case literal
    }

    /// How deep values may stand in each other: a rich text field comes to twenty.
    static let maximumDepth = 64

    let text: [UInt8]
    private var position = 0

    /// The value that a text is.
    static func value(of text: [UInt8]) throws(BodyRefusal) -> Value {
        var reader = JSONText(text: text)
        let value = try reader.readValue(depth: 0)
        reader.skipBlanks()
        guard reader.position == text.count else { throw .malformed }
        return value
    }

    private init(text: [UInt8]) { self.text = text }

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skipBlanks() {
        while let octet = next, octet == 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D { position += 1 }
    }

    private mutating func readValue(depth: Int) throws(BodyRefusal) -> Value {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        skipBlanks()
        let start = position
        let content: Content
        switch next {
        case UInt8(ascii: "{"): content = .object(try readMembers(depth: depth))
        case UInt8(ascii: "["): content = .array(try readElements(depth: depth))
        case UInt8(ascii: "\""): content = .string(try readString())
        case UInt8(ascii: "t"): content = try readLiteral("true")
        case UInt8(ascii: "f"): content = try readLiteral("false")
        case UInt8(ascii: "n"): content = try readLiteral("null")
        default: content = try readNumber()
        }
        return Value(content: content, range: start..<position)
    }

    /// Whether the octet comes next, behind blanks; then it is read.
    private mutating func take(_ octet: UInt8) -> Bool {
        skipBlanks()
        guard next == octet else { return false }
        position += 1
        return true
    }

    private mutating func readMembers(depth: Int) throws(BodyRefusal) -> [(name: String, value: Value)] {
        position += 1
        var members: [(name: String, value: Value)] = []
        // Octet for octet: a name in another normal form of Unicode is another name to JSM.
        var seen: Set<[UInt8]> = []
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw .malformed }
            let name = try readString()
            guard seen.insert(Array(name.utf8)).inserted else { throw .duplicateMember }
            guard take(UInt8(ascii: ":")) else { throw .malformed }
            members.append((name, try readValue(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .malformed }
        return members
    }

    private mutating func readElements(depth: Int) throws(BodyRefusal) -> [Value] {
        position += 1
        var elements: [Value] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat { elements.append(try readValue(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .malformed }
        return elements
    }

    private mutating func readLiteral(_ word: StaticString) throws(BodyRefusal) -> Content {
        let end = position + word.utf8CodeUnitCount
        guard end <= text.count, String(decoding: text[position..<end], as: UTF8.self) == word.description else {
            throw .malformed
        }
        position = end
        return .literal
    }
}

// MARK: Numbers and strings

extension JSONText {
    private mutating func readNumber() throws(BodyRefusal) -> Content {
        if next == UInt8(ascii: "-") { position += 1 }
        let first = next
        let digits = skipDigits()
        guard digits > 0, digits == 1 || first != UInt8(ascii: "0") else { throw .malformed }
        if next == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw .malformed }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw .malformed }
        }
        return .number
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let octet = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) { position += 1 }
        return position - start
    }

    private mutating func readString() throws(BodyRefusal) -> String {
        position += 1
        var octets: [UInt8] = []
        while let octet = next {
            position += 1
            switch octet {
            case UInt8(ascii: "\""):
                guard let string = String(validating: octets, as: UTF8.self) else { throw .malformed }
                return string
            case UInt8(ascii: "\\"): octets.append(contentsOf: try readEscape())
            case 0..<0x20: throw .malformed
            default: octets.append(octet)
            }
        }
        throw .malformed
    }

    private mutating func readEscape() throws(BodyRefusal) -> [UInt8] {
        guard let octet = next else { throw .malformed }
        position += 1
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [octet]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try readScalar())).utf8)
        default: throw .malformed
        }
    }

    /// One escaped character, of two escapes where it takes them; half a pair is none.
    private mutating func readScalar() throws(BodyRefusal) -> Unicode.Scalar {
        let first = try readUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), next == UInt8(ascii: "\\") else { throw .malformed }
        position += 1
        guard next == UInt8(ascii: "u") else { throw .malformed }
        position += 1
        let second = try readUnit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw .malformed }
        return scalar
    }

    private mutating func readUnit() throws(BodyRefusal) -> UInt32 {
        guard position + 4 <= text.count else { throw .malformed }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = text[position].hexDigitValue else { throw .malformed }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
