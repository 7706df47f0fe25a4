public import Logging
import Synchronization

/// Everything that a log would show.
public final class LogCapture: Sendable {
    private let lines = Mutex<[String]>([])

    /// An empty log.
    public init() {}

    /// The log as a module gets it.
    public var logger: Logger { Logger(label: "conformance") { [self] _ in Handler(capture: self) } }

    /// All lines.
    public var text: String { lines.withLock { $0.joined(separator: "\n") } }

    private func append(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let capture: LogCapture
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(capture: LogCapture) { self.capture = capture }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            capture.append("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:])")
        }
    }
}
