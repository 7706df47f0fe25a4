import ArgumentParser
import Broker
import BrokerRuntime
import Foundation

/// A moment as operators type it: RFC 3339, a day in UTC, or how long ago (`2h`, `7d`).
struct Moment: ExpressibleByArgument {
    private enum Form {
        case absolute(Timestamp)
        case ago(Duration)
    }

    private let form: Form

    init?(argument: String) {
        if let duration = DurationText.parse(argument) {
            form = .ago(duration)
        } else if let date = Self.date(argument) {
            form = .absolute(Timestamp(microseconds: Int64(date.timeIntervalSince1970 * 1_000_000)))
        } else {
            return nil
        }
    }

    private static func date(_ text: String) -> Date? {
        let moment = try? Date(text, strategy: .iso8601)
        return moment ?? (try? Date(text, strategy: .iso8601.year().month().day()))
    }

    func timestamp(at now: Timestamp) -> Timestamp {
        switch form {
        case .absolute(let moment): moment
        case .ago(let duration): now - duration
        }
    }
}
