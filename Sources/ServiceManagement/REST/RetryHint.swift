import Foundation
import HTTPTypes

/// For how long a throttled answer asks to be left alone.
///
/// Several fields say it, none of them always, and one was seen to be wrong: the longest counts.
enum RetryHint {
    /// No hint makes the broker wait for longer.
    static let longest = Duration.seconds(3600)

    /// The longest of the hints; nil where there is none.
    static func read(_ fields: HTTPFields, now: Date) -> Duration? {
        let seconds = [
            fields[.retryAfter].flatMap { Double($0) ?? httpDate($0).map { $0.timeIntervalSince(now) } },
            field("X-RateLimit-Reset", fields).flatMap(moment).map { $0.timeIntervalSince(now) },
            field("Beta-RateLimit", fields).flatMap(windowLeft), field("RateLimit", fields).flatMap(windowLeft),
        ].compactMap { $0 }.filter { $0.isFinite && $0 >= 0 }
        return seconds.max().map { min(.milliseconds(Int64(min($0, 86400) * 1000)), longest) }
    }

    private static func field(_ name: String, _ fields: HTTPFields) -> String? {
        HTTPField.Name(name).flatMap { fields[$0] }
    }

    /// RFC 9110 section 10.2.3: `Retry-After` may be a date.
    private static func httpDate(_ text: String) -> Date? {
        let format = Date.VerbatimFormatStyle(
            format: """
                \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \
                \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                \(second: .twoDigits) GMT
                """,
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        return try? Date(text, strategy: format.parseStrategy)
    }

    /// ISO 8601 with seconds or, as Atlassian writes it, without.
    private static func moment(_ text: String) -> Date? {
        let whole = text.replacing(/^(\d{4}-\d\d-\d\dT\d\d:\d\d)Z$/) { "\($0.1):00Z" }
        return try? Date(whole, strategy: .iso8601)
    }

    /// The seconds of `"policy";r=1;t=2107`.
    private static func windowLeft(_ text: String) -> Double? {
        text.firstMatch(of: /(?:^|[;,\s])(?:t|reset)=(\d{1,7})(?:$|[;,\s])/).flatMap { Double($0.1) }
    }
}
