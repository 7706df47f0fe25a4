package import Broker
import Foundation
package import Logging
import Synchronization

/// How the log stream is written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object a record.
    case json
    /// One line of text a record, for a person's eyes.
    case text
}

/// The level of a running server, which a reload can change.
package final class LogLevel: Sendable {
    private let cell: Mutex<Logger.Level>

    package init(_ level: Logger.Level) { cell = Mutex(level) }

    package var value: Logger.Level {
        get { cell.withLock { $0 } }
        set { cell.withLock { $0 = newValue } }
    }
}

/// Where finished lines go, each whole and in order.
package struct LogSink: Sendable {
    let write: @Sendable (String) -> Void

    package init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// Standard error: one `write` a line, so that lines of several processes do not mix.
    package static let standardError = LogSink { line in
        let octets = Array("\(line)\n".utf8)
        _ = octets.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

extension Logger {
    /// A logger of an installation.
    package static func vestibule(
        _ format: LogFormat, level: LogLevel, sink: LogSink = .standardError, time: TimeSource = .system
    ) -> Logger {
        Logger(label: "vestibule") { _ in LineLogHandler(format: format, level: level, sink: sink, time: time) }
    }
}
