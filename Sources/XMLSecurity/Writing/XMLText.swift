/// An element to write: names as they are written, values unescaped.
///
/// The only XML writer. What is written is escaped here and nowhere else.
package struct XMLText: Sendable {
    private var octets: [UInt8] = []

    /// The octets as written.
    package var bytes: [UInt8] { octets }
    /// The text as written.
    package var string: String { String(decoding: octets, as: UTF8.self) }

    /// An element with children.
    ///
    /// - Parameters:
    ///   - name: The qualified name, such as `samlp:Response`.
    ///   - attributes: In the order to write; a nil value leaves the attribute out. Declarations are attributes.
    ///   - children: Elements in order; nil is left out.
    package init(_ name: String, _ attributes: [(String, String?)] = [], _ children: [XMLText?] = []) {
        open(name, attributes)
        let content = children.compactMap { $0 }
        write(content.isEmpty ? "/>" : ">")
        for child in content { octets += child.octets }
        if !content.isEmpty { write("</\(name)>") }
    }

    /// An element with text.
    package init(_ name: String, _ attributes: [(String, String?)] = [], text: String) {
        open(name, attributes)
        write(">")
        append(text, inAttribute: false)
        write("</\(name)>")
    }

    /// What is written already, such as a signed element.
    package init(written: [UInt8]) { octets = written }

    private mutating func open(_ name: String, _ attributes: [(String, String?)]) {
        write("<\(name)")
        for (key, value) in attributes {
            guard let value else { continue }
            write(" \(key)=\"")
            append(value, inAttribute: true)
            write("\"")
        }
    }

    private mutating func write(_ literal: String) { octets += literal.utf8 }

    /// Escapes; a character that XML 1.0 cannot hold becomes U+FFFD.
    private mutating func append(_ value: String, inAttribute: Bool) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": octets += "&amp;".utf8
            case "<": octets += "&lt;".utf8
            case ">": octets += "&gt;".utf8
            case "\"" where inAttribute: octets += "&quot;".utf8
            case "\r": octets += "&#13;".utf8
            case "\n" where inAttribute: octets += "&#10;".utf8
            case "\t" where inAttribute: octets += "&#9;".utf8
            default:
                octets +=
                    UTF8.encode(Self.isCharacter(scalar) ? scalar : "\u{FFFD}") ?? UTF8.encodedReplacementCharacter
            }
        }
    }

    /// XML 1.0 2.2.
    private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
