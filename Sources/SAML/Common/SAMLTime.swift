package import Broker

/// `xs:dateTime` in UTC, as SAML Core 1.3.3 has it.
package enum SAMLTime {
    /// Reads `2026-01-15T12:00:00Z` with any fraction of a second; nil for any other text, above all another zone.
    package static func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { Digits(octets: $0).time }
    }

    /// Writes whole seconds.
    package static func text(_ time: Timestamp) -> String {
        time.rfc3339.prefix(19) + "Z"
    }

    fileprivate static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The proleptic Gregorian day number, counted from the first of March.
    fileprivate static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// The octets of a time, read at fixed places.
private struct Digits {
    let octets: UnsafeBufferPointer<UInt8>

    private static let form = Array("dddd-dd-ddTdd:dd:dd".utf8)

    var time: Timestamp? {
        guard hasForm, let micro = microseconds else { return nil }
        let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
        let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
        guard year >= 1970, (1...12).contains(month), (1...SAMLTime.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Int64(SAMLTime.daysSince1970(year, month, day))
        return Timestamp(
            microseconds: (days * 86400 + Int64(hour * 3600 + minute * 60 + second)) * 1_000_000 + Int64(micro))
    }

    /// Whether digits and marks stand where they must, and a Z at the end.
    private var hasForm: Bool {
        guard octets.count > Self.form.count, octets.last == UInt8(ascii: "Z") else { return false }
        return Self.form.indices.allSatisfy { at in
            Self.form[at] == UInt8(ascii: "d") ? octets[at].isDigit : octets[at] == Self.form[at]
        }
    }

    /// The fraction of a second; further digits are below what we count.
    private var microseconds: Int? {
        let fraction = octets[Self.form.count..<octets.count - 1]
        guard let point = fraction.first else { return 0 }
        let digits = fraction.dropFirst()
        guard point == UInt8(ascii: "."), (1...32).contains(digits.count), digits.allSatisfy(\.isDigit) else {
            return nil
        }
        let counted = digits.prefix(6).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (min(digits.count, 6)..<6).reduce(counted) { value, _ in value * 10 }
    }

    private func number(_ start: Int, _ count: Int) -> Int {
        (start..<start + count).reduce(0) { $0 * 10 + Int(octets[$1] - UInt8(ascii: "0")) }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
