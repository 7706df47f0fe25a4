import Broker
import Testing

@testable import SAML

struct SAMLTimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-15T12:00:00Z", 1_768_478_400_000_000),
            ("2000-02-29T23:59:59Z", 951_868_799_000_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("2024-03-01T00:00:00Z", 1_709_251_200_000_000), ("2100-02-28T00:00:00Z", 4_107_456_000_000_000),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
            ("1970-01-01T00:00:00.5Z", 500_000), ("1970-01-01T00:00:00.000001Z", 1),
            ("1970-01-01T00:00:00.0000019Z", 1), ("1970-01-01T00:00:00.1234567890123456789Z", 123_456),
            ("1970-01-01T00:00:00.00000000000000000000000000000009Z", 0),
            ("1970-01-01T00:00:01.0Z", 1_000_000),
        ] as [(String, Int64)])
    func `reads a time in UTC`(text: String, microseconds: Int64) {
        #expect(SAMLTime.parse(text) == Timestamp(microseconds: microseconds))
    }

    @Test(arguments: [
        "", "Z", "2026-01-15", "2026-01-15T12:00:00", "2026-01-15T12:00Z", "2026-01-15 12:00:00Z",
        "2026-01-15t12:00:00Z", "2026-01-15T12:00:00z", "2026-01-15T12:00:00+00:00", "2026-01-15T12:00:00-01:00",
        "2026-01-15T12:00:00+01:00Z", " 2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z ", "2026-1-15T12:00:00Z",
        "2026-13-15T12:00:00Z", "2026-00-15T12:00:00Z", "2026-01-00T12:00:00Z", "2026-01-32T12:00:00Z",
        "2026-04-31T12:00:00Z", "2025-02-29T12:00:00Z", "2100-02-29T12:00:00Z", "2026-02-30T12:00:00Z",
        "2026-01-15T24:00:00Z", "2026-01-15T12:60:00Z", "2026-01-15T12:00:60Z", "2026-01-15T12:00:00.Z",
        "2026-01-15T12:00:00,5Z", "2026-01-15T12:00:00.5.5Z", "2026-01-15T12:00:00.-5Z", "2026-01-15T12:00:00.5eZ",
        "2026-01-15T12:00:00.000000000000000000000000000000001Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
        "-2026-01-15T12:00:00Z", "12026-01-15T12:00:00Z", "2026-01-15T12:00:00ZZ",
        "\u{0662}\u{0660}26-01-15T12:00:00Z", "20२6-01-15T12:00:00Z", "+026-01-15T12:00:00Z", "2026-01-15T+2:00:00Z",
        "2026-01-15T12:00:00Z\u{0}", "tomorrow",
    ])
    func `refuses any other text`(text: String) {
        #expect(SAMLTime.parse(text) == nil)
    }

    /// Every day of 400 years, which is the calendar's whole period.
    @Test func `counts every day of a period of the calendar`() throws {
        var expected: Int64 = 946_684_800
        for year in 2000..<2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, days) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...days {
                    let text = "\(year)-\(two(month + 1))-\(two(day))T00:00:00Z"
                    let time = try unwrap(SAMLTime.parse(text))
                    guard time == Timestamp(seconds: expected), SAMLTime.text(time) == text else {
                        Issue.record("\(text) is \(time)")
                        return
                    }
                    expected += 86400
                }
            }
        }
        #expect(expected == 13_569_465_600)
    }

    @Test func `writes whole seconds`() {
        #expect(SAMLTime.text(Timestamp(microseconds: 1_999_999)) == "1970-01-01T00:00:01Z")
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
