import Foundation

/// Textual encoding of keys (RFC 7468), one block of one label.
enum PEM {
    static func encode(_ der: [UInt8], label: String) -> String {
        let body = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
    }

    static func decode(_ text: String, label: String) throws(JOSEError) -> [UInt8] {
        var lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        lines.removeAll(where: \.isEmpty)
        guard lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----",
            let der = Data(base64Encoded: lines.dropFirst().dropLast().joined()), !der.isEmpty
        else { throw JOSEError(.keyInvalid) }
        return [UInt8](der)
    }
}
