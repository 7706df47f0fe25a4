package import Broker

/// `xs:dateTime` in UTC, as SAML Core 1.3.3 has it.
package enum SAMLTime {
    /// Reads `2026-01-15T12:00:00Z` with any fraction of a second; nil for any other text, above all another zone.
    package static func parse(_ text: String) -> Timestamp? {
        var digits = Array(text.utf8)[...]
        guard digits.last == UInt8(ascii: "Z") else { return nil }
        digits.removeLast()
        guard let year = digits.number(4), digits.take("-"), let month = digits.number(2), digits.take("-"),
            let day = digits.number(2), digits.take("T"), let hour = digits.number(2), digits.take(":"),
            let minute = digits.number(2), digits.take(":"), let second = digits.number(2),
            let fraction = fraction(&digits)
        else { return nil }
        guard (1970...9999).contains(year), (1...12).contains(month), (1...days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds = Int64(daysSince1970(year, month, day)) * 86400 + Int64(hour * 3600 + minute * 60 + second)
        return Timestamp(microseconds: seconds * 1_000_000 + Int64(fraction))
    }

    /// Writes whole seconds.
    package static func text(_ time: Timestamp) -> String {
        Timestamp(seconds: time.seconds).rfc3339
    }

    /// Microseconds; further digits are below what we count.
    private static func fraction(_ digits: inout ArraySlice<UInt8>) -> Int? {
        if digits.isEmpty { return 0 }
        guard digits.take("."), (1...32).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        var value = 0
        for at in 0..<6 {
            value = value * 10 + (at < digits.count ? Int(digits[digits.startIndex + at] - UInt8(ascii: "0")) : 0)
        }
        return value
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The proleptic Gregorian day number, counted from the first of March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard first == UInt8(ascii: character) else { return false }
        removeFirst()
        return true
    }

    fileprivate mutating func number(_ count: Int) -> Int? {
        guard self.count >= count, prefix(count).allSatisfy(\.isDigit) else { return nil }
        defer { removeFirst(count) }
        return prefix(count).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
