public import Broker
import Synchronization

/// A clock that stands until it is moved.
public final class KitClock: Sendable {
    private let moment: Mutex<Timestamp>

    /// A clock that shows this time.
    public init(_ start: Timestamp = Timestamp(seconds: 1_768_478_400)) { moment = Mutex(start) }

    /// What it shows.
    public var now: Timestamp { moment.withLock { $0 } }

    /// The clock as a module gets it.
    public var source: TimeSource { TimeSource { self.now } }

    /// Moves it forward, or back.
    public func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
}
