import Foundation

/// Text as SMTP and mail headers carry it.
enum SMTPText {
    /// A message with its lines stuffed and the dot that ends it (RFC 5321 4.5.2).
    ///
    /// Every line end becomes CR LF, so that no lone CR or LF before a dot ends the message for a server that takes one
    /// for a line end.
    static func stuffed(_ message: String) -> String {
        var lines = lines(message)
        if lines.last == "" { lines.removeLast() }
        return lines.map { $0.first == "." ? ".\($0)\r\n" : "\($0)\r\n" }.joined() + ".\r\n"
    }

    /// The lines of a text, whatever ends them: CR LF, CR or LF.
    static func lines(_ text: String) -> [String] {
        var (lines, line, wasReturn) = ([String](), String.UnicodeScalarView(), false)
        for scalar in text.unicodeScalars {
            if scalar == "\r" || (scalar == "\n" && !wasReturn) {
                lines.append(String(line))
                line = String.UnicodeScalarView()
            } else if scalar != "\n" {
                line.append(scalar)
            }
            wasReturn = scalar == "\r"
        }
        return lines + [String(line)]
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    /// Unstructured header text (RFC 5322 2.2.1): as it is where it is plain, else encoded words (RFC 2047 2), each of
    /// at most 75 characters and folded.
    static func header(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (32...126).contains($0) } && !text.contains("=?") && text.utf8.count <= 200
        guard !isPlain || text.hasPrefix(" ") else { return text }
        var words: [String] = []
        var word = String.UnicodeScalarView()
        var octets = 0
        // A character is never torn between two words (RFC 2047 5).
        for scalar in text.unicodeScalars {
            let size = UTF8.width(scalar)
            if octets + size > 45 {
                words.append(String(word))
                (word, octets) = (String.UnicodeScalarView(), 0)
            }
            word.append(scalar)
            octets += size
        }
        words.append(String(word))
        return words.map { "=?utf-8?B?\(base64($0))?=" }.joined(separator: "\r\n ")
    }

    /// Whether a text can stand in a header: nothing in it ends a line or a word of the terminal that shows it.
    static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
            default: true
            }
        }
    }

    /// Quoted-printable (RFC 2045 6.7): lines of at most 76 characters, readable where the text is ASCII.
    static func quotedPrintable(_ text: String) -> String {
        lines(text).map(quotedPrintableLine).joined(separator: "\r\n")
    }

    private static func quotedPrintableLine(_ line: String) -> String {
        let octets = Array(line.utf8)
        var (done, current) = ("", "")
        for (position, octet) in octets.enumerated() {
            let isBlankAtEnd = (octet == 0x20 || octet == 0x09) && position == octets.count - 1
            let isLiteral = ((32...126).contains(octet) && octet != UInt8(ascii: "=")) && !isBlankAtEnd
            let piece = isLiteral ? String(UnicodeScalar(octet)) : "=" + hex(octet)
            if current.utf8.count + piece.utf8.count > 75 {
                done += current + "=\r\n"
                current = ""
            }
            current += piece
        }
        return done + current
    }

    private static func hex(_ octet: UInt8) -> String {
        let text = String(octet, radix: 16, uppercase: true)
        return octet < 16 ? "0\(text)" : text
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { scalar.utf8.count }
}
