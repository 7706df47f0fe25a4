import Broker
import Foundation

/// Where commands write.
///
/// Text that came from outside cannot move the cursor of a terminal or forge a line.
package struct Output: Sendable {
    private let write: @Sendable (_ text: String, _ isError: Bool) -> Void

    /// An output that calls the closure with whole texts, line ends included.
    package init(_ write: @escaping @Sendable (_ text: String, _ isError: Bool) -> Void) { self.write = write }

    /// Standard output and standard error.
    package static let standard = Output { text, isError in
        try? (isError ? FileHandle.standardError : .standardOutput).write(contentsOf: Data(text.utf8))
    }

    /// Writes one line.
    func line(_ text: String = "") { write(Self.plain(text) + "\n", false) }

    /// Writes one line to the operator, apart from what a script reads.
    func note(_ text: String) {
        write(text.split(separator: "\n").map { Self.plain(String($0)) + "\n" }.joined(), true)
    }

    /// Writes a question without a line end.
    func ask(_ text: String) { write(Self.plain(text) + " ", true) }

    /// Writes a document of our own making as it is.
    func document(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", false) }

    /// Writes a value as JSON.
    func json(_ value: SettingsValue, isPretty: Bool = true) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        document((try? encoder.encode(value)).map { Self.escaped(String(decoding: $0, as: UTF8.self)) } ?? "null")
    }

    /// JSON text with escapes for what moves a cursor or splits a line; outside of its strings JSON has none of it.
    private static func escaped(_ json: String) -> String {
        var output = ""
        for scalar in json.unicodeScalars {
            if scalar != "\n", isControl(scalar) {
                for unit in String(scalar).utf16 { output += "\\u" + String(format: "%04x", unit) }
            } else {
                output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (127...159).contains(scalar.value) || scalar.properties.generalCategory == .format
            || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
