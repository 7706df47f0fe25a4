import Broker
import Foundation

/// Moments as operators write them: a day in UTC, `2026-12-01`, or RFC 3339 with whole seconds.
enum MomentText {
    /// Reads a moment; nil where the text is none, such as the 30th of February.
    static func parse(_ text: String) -> Timestamp? {
        let octets = Array(text.utf8)
        guard octets.count >= 10, let midnight = day(String(text.prefix(10))) else { return nil }
        guard octets.count > 10 else { return midnight }
        guard octets.count >= 20, octets[10] == UInt8(ascii: "T"),
            let time = clock(octets[11..<19], parts: 3), let offset = offset(octets[19...])
        else { return nil }
        return midnight + .seconds(time - offset)
    }

    /// Writes a moment as the shortest form that is read back as the same second.
    static func write(_ moment: Timestamp) -> String {
        let text = moment.rfc3339
        return text.hasSuffix("T00:00:00.000000Z") ? String(text.prefix(10)) : "\(text.prefix(19))Z"
    }

    /// Foundation takes days that the month does not have; they do not come back as they were written.
    private static func day(_ text: String) -> Timestamp? {
        guard let date = try? Date(text, strategy: .iso8601.year().month().day()) else { return nil }
        let midnight = Timestamp(seconds: Int64(date.timeIntervalSince1970))
        return midnight.rfc3339.hasPrefix("\(text)T") ? midnight : nil
    }

    /// RFC 3339 5.6: `Z`, or a sign with hours and minutes.
    private static func offset(_ octets: ArraySlice<UInt8>) -> Int64? {
        switch octets.first {
        case UInt8(ascii: "Z"): octets.count == 1 ? 0 : nil
        case UInt8(ascii: "+"): clock(octets.dropFirst(), parts: 2)
        case UInt8(ascii: "-"): clock(octets.dropFirst(), parts: 2).map { -$0 }
        default: nil
        }
    }

    /// Seconds of `hh:mm` or `hh:mm:ss`.
    private static func clock(_ octets: ArraySlice<UInt8>, parts: Int) -> Int64? {
        let fields = octets.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard fields.count == parts else { return nil }
        var seconds: Int64 = 0
        for (field, (limit, unit)) in zip(fields, [(24, 3600), (60, 60), (60, 1)]) {
            guard field.count == 2, field.allSatisfy({ (48...57).contains($0) }),
                let number = Int64(String(decoding: field, as: UTF8.self)), number < limit
            else { return nil }
            seconds += number * Int64(unit)
        }
        return seconds
    }
}
