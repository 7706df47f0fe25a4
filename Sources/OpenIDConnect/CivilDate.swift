package import Broker

/// Days of the calendar as text writes them.
package enum CivilDate {
    /// The end of a day in UTC, written `YYYY-MM-DD`.
    package static func endOfDay(_ text: String) -> Timestamp? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2],
            let year = number(parts[0]), let month = number(parts[1]), let day = number(parts[2]),
            let start = startOfDay(year: year, month: month, day: day)
        else { return nil }
        return start + .seconds(86_400)
    }

    /// The first moment of a day in UTC; nil where the calendar has no such day.
    static func startOfDay(year: Int, month: Int, day: Int) -> Timestamp? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...days(in: month, of: year)).contains(day)
        else { return nil }
        // Years begin in March here, so that the leap day is the last.
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let count = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return Timestamp(seconds: Int64(count) * 86_400)
    }

    static func number(_ digits: Substring) -> Int? {
        digits.utf8.allSatisfy { (48...57).contains($0) } ? Int(digits) : nil
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// The date of an HTTP header field (RFC 9110 5.6.7), in the one form that senders must write.
package enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// A moment written `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            let day = CivilDate.number(parts[1]), let month = months.firstIndex(of: String(parts[2])),
            let year = CivilDate.number(parts[3]),
            let start = CivilDate.startOfDay(year: year, month: month + 1, day: day)
        else { return nil }
        let time = parts[4].split(separator: ":", omittingEmptySubsequences: false).compactMap(CivilDate.number)
        guard time.count == 3, time[0] < 24, time[1] < 60, time[2] < 61 else { return nil }
        return start + .seconds(time[0] * 3600 + time[1] * 60 + time[2])
    }
}
