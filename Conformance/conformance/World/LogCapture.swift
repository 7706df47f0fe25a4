// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Everything that a log would show, down to trace.
final class LogCapture: LogHandler {
    private let lines = Mutex<[String]>([])
    private let common: Mutex<Logger.Metadata> = Mutex([:])

    var logLevel: Logger.Level {
        get { .trace }
        set { _ = newValue }
    }

    var metadata: Logger.Metadata {
        get { common.withLock { $0 } }
        set { common.withLock { $0 = newValue } }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { common.withLock { $0[key] } }
        set { common.withLock { $0[key] = newValue } }
    }

    func log(event: LogEvent) {
        let line = "\(event.level) \(event.message) \(event.metadata ?? [:])"
        lines.withLock { $0.append(line) }
    }

    /// Every line so far.
    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    /// A logger that ends here.
    var logger: Logger { Logger(label: "conformance") { _ in self } }
}
