/// Writes JSON without blanks, members in the order of the object, the shortest escape for each character.
enum JSONSerializer {
    static func serialize(_ value: JSONValue) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(value, to: &output)
        return output
    }

    private static func write(_ value: JSONValue, to output: inout [UInt8]) {
        switch value {
        case .object(let object): write(object, to: &output)
        case .array(let array): write(array, to: &output)
        case .string(let string): write(string, to: &output)
        case .integer(let integer): output.append(contentsOf: String(integer).utf8)
        // JSON has no word for infinity; the parser never makes one.
        case .double(let double): output.append(contentsOf: double.isFinite ? "\(double)".utf8 : "null".utf8)
        case .bool(let bool): output.append(contentsOf: bool ? "true".utf8 : "false".utf8)
        case .null: output.append(contentsOf: "null".utf8)
        }
    }

    private static func write(_ object: JSONObject, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (name, value) in object {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(name, to: &output)
            output.append(UInt8(ascii: ":"))
            write(value, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func write(_ array: [JSONValue], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        for (position, value) in array.enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            write(value, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    private static func write(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x08: output.append(contentsOf: "\\b".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0x0a: output.append(contentsOf: "\\n".utf8)
            case 0x0c: output.append(contentsOf: "\\f".utf8)
            case 0x0d: output.append(contentsOf: "\\r".utf8)
            case ..<0x20: output.append(contentsOf: "\\u00\(Digests.hex([byte]))".utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
