package import Foundation

/// What a step costs this thread; the load of the machine does not count.
package enum ProcessorTime {
    /// The most that one message may cost.
    package static let limit: TimeInterval = 1

    /// Runs a step.
    package static func measure<Value>(_ step: () throws -> Value) rethrows -> (value: Value, seconds: TimeInterval) {
        let began = now
        let value = try step()
        return (value, now - began)
    }

    private static var now: TimeInterval {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return TimeInterval(time.tv_sec) + TimeInterval(time.tv_nsec) / 1e9
    }
}
