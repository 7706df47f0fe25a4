/// A GUID as Microsoft writes tenants, people and groups: 8-4-4-4-12 hexadecimal digits.
package enum GUIDText {
    /// The GUID in lower case; nil where the text is none.
    ///
    /// Only ASCII passes, so that two texts that are not the same octets can never be one GUID.
    package static func canonical(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isHyphenPlace = [8, 13, 18, 23].contains(index)
            guard isHyphenPlace ? byte == UInt8(ascii: "-") : isHexadecimal(byte) else { return nil }
        }
        return text.lowercased()
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
