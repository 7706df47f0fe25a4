public import Foundation

/// A moment: microseconds since 1970-01-01T00:00:00Z, without leap seconds, as the store keeps it.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Microseconds since the Unix epoch.
    public var microseconds: Int64

    /// A moment from microseconds since the Unix epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// A moment from whole seconds since the Unix epoch, as JWT NumericDate has them.
    ///
    /// Saturates: a far-away `exp` must not wrap into the past, nor a far-away `nbf` either.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        microseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// A moment from the container that stores it, a bare integer.
    public init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Encodes the bare integer.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }

    /// Whole seconds since the Unix epoch, rounded down.
    public var seconds: Int64 {
        let whole = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? whole - 1 : whole
    }

    /// The same moment for Foundation.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// RFC 3339 in UTC with microseconds, such as `2026-03-01T09:30:00.000000Z`.
    public var rfc3339: String {
        let seconds = seconds
        let remainder = microseconds % 1_000_000
        let day = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
        let inDay = Int(seconds - day * 86_400)
        let (year, month, date) = Self.civilDate(day)
        let time = [inDay / 3600, inDay / 60 % 60, inDay % 60].map { Self.digits($0, 2) }.joined(separator: ":")
        let fraction = Self.digits(Int(remainder < 0 ? remainder + 1_000_000 : remainder), 6)
        return "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(date, 2))T\(time).\(fraction)Z"
    }

    /// The date of a day counted from 1970-01-01, in the Gregorian calendar before 1582 too, as RFC 3339 wants and
    /// Foundation does not do.
    ///
    /// Years begin in March here, so that the leap day is the last.
    private static func civilDate(_ day: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number.magnitude)
        let padded = text.utf8.count < width ? String(repeating: "0", count: width - text.utf8.count) + text : text
        return number < 0 ? "-\(padded)" : padded
    }

    /// The earlier of two moments.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// A later moment; saturates instead of wrapping.
    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (sum, overflow) = left.microseconds.addingReportingOverflow(right.wholeMicroseconds)
        return Timestamp(microseconds: overflow ? (right > .zero ? .max : .min) : sum)
    }

    /// An earlier moment; saturates instead of wrapping.
    public static func - (left: Timestamp, right: Duration) -> Timestamp { left + (.zero - right) }

    /// The time between two moments; saturates instead of wrapping.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        let (difference, overflow) = left.microseconds.subtractingReportingOverflow(right.microseconds)
        return .microseconds(overflow ? (left < right ? Int64.min : .max) : difference)
    }
}

extension Duration {
    /// The duration in microseconds, rounded toward zero; saturates.
    public var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (micro, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflow) = micro.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return isTooLong || overflow ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in whole seconds, rounded toward zero.
    public var wholeSeconds: Int64 { components.seconds }
}

/// Where the time comes from, so that tests can move it.
public struct TimeSource: Sendable {
    private let read: @Sendable () -> Timestamp

    /// A source that calls the closure for every reading.
    public init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    /// The present moment.
    public var now: Timestamp { read() }

    /// The machine's clock.
    public static let system = TimeSource {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
