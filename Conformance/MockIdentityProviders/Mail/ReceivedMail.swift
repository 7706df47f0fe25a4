// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A message as it came in.
package struct ReceivedMail: Sendable, Hashable {
    /// Who sent it, by the envelope.
    package var sender: String
    /// Who gets it, by the envelope.
    package var recipient: String
    /// The header fields, unfolded, in order.
    package var headers: [String]
    /// The text, decoded.
    package var text: String

    /// The value of the first field of a name, encoded words decoded.
    package func header(_ name: String) -> String? {
        headers.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { MailDecoding.words(String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces)) }
    }

    /// The only run of eight digits in the text.
    package var code: String? {
        let runs = text.split { !("0"..."9").contains($0) }.filter { $0.count == 8 }
        return runs.count == 1 ? String(runs[0]) : nil
    }

    /// Reads a message's lines, dots taken off already.
    init(sender: String, recipient: String, lines: [String]) {
        self.sender = sender
        self.recipient = recipient
        let end = lines.firstIndex(of: "") ?? lines.endIndex
        headers = lines[..<end].reduce(into: []) { fields, line in
            if line.hasPrefix(" ") || line.hasPrefix("\t"), let last = fields.indices.last {
                fields[last] += line
            } else {
                fields.append(line)
            }
        }
        text = MailDecoding.quotedPrintable(lines[end...].dropFirst().joined(separator: "\n"))
    }
}

/// What mail is wrapped in.
enum MailDecoding {
    /// RFC 2045 6.7.
    static func quotedPrintable(_ text: String) -> String {
        var (octets, rest) = ([UInt8](), Array(text.replacingOccurrences(of: "=\n", with: "").utf8)[...])
        while let octet = rest.popFirst() {
            if octet == UInt8(ascii: "="), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                octets.append(value)
                rest = rest.dropFirst(2)
            } else {
                octets.append(octet)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// RFC 2047, of the one kind that is sent here.
    static func words(_ text: String) -> String {
        text.split(separator: " ").reduce(into: (text: "", wasWord: false)) { done, piece in
            let isWord = piece.hasPrefix("=?utf-8?B?") && piece.hasSuffix("?=")
            let data = isWord ? Data(base64Encoded: String(piece.dropFirst(10).dropLast(2))) : nil
            let decoded = data.map { String(decoding: $0, as: UTF8.self) } ?? String(piece)
            // Blanks between two encoded words are not part of the text (RFC 2047 6.2).
            done.text += (done.text.isEmpty || (done.wasWord && isWord) ? "" : " ") + decoded
            done.wasWord = isWord
        }.text
    }
}
