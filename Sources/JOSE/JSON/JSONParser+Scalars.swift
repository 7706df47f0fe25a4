// Strings and numbers.

extension JSONParser {
    /// RFC 8259 section 7.
    mutating func parseString() throws(JOSEError) -> String {
        try expect(UInt8(ascii: "\""))
        let start = index
        var isASCII = true
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let content = bytes[start..<index]
                index += 1
                return isASCII ? String(decoding: content, as: UTF8.self) : try validText(content)
            case UInt8(ascii: "\\"):
                return try parseEscapedString(from: start)
            case ..<0x20:
                throw JOSEError(.jsonInvalid)
            default:
                if byte >= 0x80 { isASCII = false }
                index += 1
            }
        }
        throw JOSEError(.jsonInvalid)
    }

    /// A string from `start` whose first escape stands at `index`.
    private mutating func parseEscapedString(from start: Int) throws(JOSEError) -> String {
        var content = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try validText(content[...])
            case UInt8(ascii: "\\"): try parseEscape(into: &content)
            case ..<0x20: throw JOSEError(.jsonInvalid)
            default: content.append(byte)
            }
        }
        throw JOSEError(.jsonInvalid)
    }

    private mutating func parseEscape(into content: inout [UInt8]) throws(JOSEError) {
        let escape = peek()
        index += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(escape)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: String(try parseEscapedScalar()).utf8)
        default: throw JOSEError(.jsonInvalid)
        }
    }

    /// A scalar or a surrogate pair; a lone surrogate has no meaning and refuses.
    private mutating func parseEscapedScalar() throws(JOSEError) -> Unicode.Scalar {
        var value = try parseHexQuad()
        if (0xd800..<0xdc00).contains(value) {
            try expect(UInt8(ascii: "\\"))
            try expect(UInt8(ascii: "u"))
            let low = try parseHexQuad()
            guard (0xdc00..<0xe000).contains(low) else { throw JOSEError(.jsonInvalid) }
            value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw JOSEError(.jsonInvalid) }
        return scalar
    }

    private mutating func parseHexQuad() throws(JOSEError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(peek())).hexDigitValue else { throw JOSEError(.jsonInvalid) }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    private func validText(_ content: ArraySlice<UInt8>) throws(JOSEError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else { throw JOSEError(.jsonInvalid) }
        return text
    }

    /// RFC 8259 section 6: no leading zero, no plus sign, digits around the point.
    mutating func parseNumber() throws(JOSEError) -> JSONValue {
        let start = index
        _ = take(UInt8(ascii: "-"))
        let isZero = peek() == UInt8(ascii: "0")
        guard let integerDigits = skipDigits(), !isZero || integerDigits == 1 else { throw JOSEError(.jsonInvalid) }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard skipDigits() != nil else { throw JOSEError(.jsonInvalid) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            guard skipDigits() != nil else { throw JOSEError(.jsonInvalid) }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else { throw JOSEError(.jsonInvalid) }
        return .double(double)
    }

    /// Steps over digits and tells how many; nil when there is none.
    private mutating func skipDigits() -> Int? {
        let start = index
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek()) { index += 1 }
        return index > start ? index - start : nil
    }
}
