package import Broker
package import BrokerModel

/// When an IdP is asked about a live session, and for how long it may fail to answer.
///
/// Pure. A moment is early by up to a tenth, by chance: the sessions of a Monday morning must not all ask together.
package struct RefreshSchedule: Sendable {
    /// The pause after a first failure; the next are twice as long each.
    static let firstPause = Duration.seconds(60)

    private let every: Duration
    private let grace: Duration

    package init(_ connection: Connection) {
        every = connection.refreshEvery ?? Connection.standardRefreshEvery
        grace = connection.refreshGrace ?? Connection.standardRefreshGrace
    }

    /// When to ask again after a good answer.
    package func next(after now: Timestamp, _ randomness: Randomness) -> Timestamp {
        now + Self.early(every, randomness)
    }

    /// When to ask again after so many failures in a row: a minute, two, four, and never more than `refreshEvery`.
    package func retry(after failures: Int, at now: Timestamp, _ randomness: Randomness) -> Timestamp {
        let pause = Self.firstPause * (1 << max(0, min(failures - 1, 16)))
        return now + Self.early(min(pause, max(every, Self.firstPause)), randomness)
    }

    /// Whether an IdP has failed to confirm a session for too long.
    package func isOverdue(since failingSince: Timestamp?, at now: Timestamp) -> Bool {
        failingSince.map { now - $0 >= grace } ?? false
    }

    private static func early(_ pause: Duration, _ randomness: Randomness) -> Duration {
        let chance = randomness.bytes(2).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return pause - .microseconds(pause.wholeMicroseconds / 10 * chance / 65536)
    }
}
