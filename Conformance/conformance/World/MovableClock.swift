// SPDX-License-Identifier: Apache-2.0

import Broker
import Synchronization

/// The machine's clock, put forward at will.
final class MovableClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let stop = Mutex<Timestamp?>(nil)

    /// The moment, as the broker sees it.
    var now: Timestamp { (stop.withLock { $0 } ?? TimeSource.system.now) + offset.withLock { $0 } }

    /// For whoever takes a source of time.
    var source: TimeSource { TimeSource { self.now } }

    /// Puts it forward for good.
    func advance(by duration: Duration) { offset.withLock { $0 += duration } }

    /// Stops it for good: what is counted by time no longer depends on how fast the machine is.
    func freeze() { stop.withLock { $0 = TimeSource.system.now } }

    /// Runs a body later than it is.
    func later<Value>(by duration: Duration, _ body: () async throws -> Value) async rethrows -> Value {
        offset.withLock { $0 += duration }
        defer { offset.withLock { $0 -= duration } }
        return try await body()
    }
}
