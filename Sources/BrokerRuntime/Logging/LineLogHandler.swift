import Broker
import Foundation
import Logging

/// Writes each record as one line, whatever is in it: a value with line ends cannot forge a second record (M59).
struct LineLogHandler: LogHandler {
    /// The most characters of a value; a signed audit head fits.
    static let maximumValueLength = 2048

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let format: LogFormat
    private let level: LogLevel
    private let sink: LogSink
    private let time: TimeSource
    /// Set where one logger is to say more or less than the server's level.
    private var ownLevel: Logger.Level?

    init(format: LogFormat, level: LogLevel, sink: LogSink, time: TimeSource) {
        self.format = format
        self.level = level
        self.sink = sink
        self.time = time
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? level.value }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(metadataProvider?.get() ?? [:]) { own, _ in own }
        fields.merge(event.metadata ?? [:]) { _, given in given }
        if let error = event.error { fields["error"] = "\(error)" }
        let members = fields.map { (name: $0, value: Self.bounded($1.description)) }.sorted { $0.name < $1.name }
        let message = Self.bounded("\(event.message)")
        let moment = time.now.rfc3339
        switch format {
        case .json: sink.write(Self.json(moment, event.level, message, members))
        case .text: sink.write(Self.text(moment, event.level, message, members))
        }
    }

    private static func json(
        _ moment: String, _ level: Logger.Level, _ message: String, _ members: [(name: String, value: String)]
    ) -> String {
        let head = ["time": moment, "level": level.rawValue, "message": message]
        let pairs =
            ["time", "level", "message"].map { (name: $0, value: head[$0] ?? "") }
            + members.map { (name: head[$0.name] == nil ? $0.name : "_\($0.name)", value: $0.value) }
        return "{" + pairs.map { "\(quoted($0.name)):\(quoted($0.value))" }.joined(separator: ",") + "}"
    }

    private static func text(
        _ moment: String, _ level: Logger.Level, _ message: String, _ members: [(name: String, value: String)]
    ) -> String {
        let words = members.map { "\(plain($0.name))=\(isWord($0.value) ? $0.value : quoted($0.value))" }
        return ([moment, level.rawValue.uppercased(), plain(message)] + words).joined(separator: " ")
    }

    private static func bounded(_ text: String) -> String {
        text.count <= maximumValueLength ? text : text.prefix(maximumValueLength) + "…"
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") }
    }

    /// Text without anything that ends a line or moves a cursor.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    /// A JSON string (RFC 8259 7).
    ///
    /// Line and paragraph separators are escaped too: some readers split lines at them.
    static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where isControl(scalar): output += "\\u" + String(format: "%04x", scalar.value)
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 32 || (127...159).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
