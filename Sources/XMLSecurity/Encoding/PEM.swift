import Foundation

/// RFC 7468 text around DER.
package enum PEM {
    /// The octets of one PEM block with this label, or of bare base64 without any.
    package static func octets(_ text: String, label: String) throws(XMLSecurityError) -> [UInt8] {
        let (begin, end) = ("-----BEGIN \(label)-----", "-----END \(label)-----")
        guard let start = text.range(of: begin) else {
            guard !text.contains("-----") else {
                throw XMLSecurityError(.keyUnreadable, "the text is PEM, but no \(label)")
            }
            return try Base64.decode(Array(text.utf8))
        }
        guard let stop = text.range(of: end), start.upperBound <= stop.lowerBound,
            text[stop.upperBound...].range(of: begin) == nil
        else { throw XMLSecurityError(.keyUnreadable, "the text is not one PEM block of a \(label)") }
        return try Base64.decode(Array(text[start.upperBound..<stop.lowerBound].utf8))
    }

    /// DER as PEM.
    package static func text(_ der: [UInt8], label: String) -> String {
        let lines = Base64.encode(der).utf8.chunked(by: 64).map { String(decoding: $0, as: UTF8.self) }
        return "-----BEGIN \(label)-----\n\(lines.joined(separator: "\n"))\n-----END \(label)-----\n"
    }
}

extension Collection {
    /// Pieces of at most `size` elements.
    fileprivate func chunked(by size: Int) -> [SubSequence] {
        var (pieces, rest) = ([SubSequence](), self[...])
        while !rest.isEmpty {
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}
