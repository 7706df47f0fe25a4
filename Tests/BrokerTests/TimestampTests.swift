import Broker
import Foundation
import Testing

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (1, "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (1_772_357_400_000_000, "2026-03-01T09:30:00.000000Z"), (1_772_357_400_120_345, "2026-03-01T09:30:00.120345Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"), (951_868_800_000_000, "2000-03-01T00:00:00.000000Z"),
        (-2_203_891_200_000_001, "1900-02-28T23:59:59.999999Z"),
        (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
    ])
    func `prints RFC 3339 with microseconds`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
    }

    @Test func `agrees with Foundation on every day of a leap cycle`() {
        for day in stride(from: Int64(-25_567), to: 47_482, by: 1) {
            let time = Timestamp(seconds: day * 86_400 + Int64(day.magnitude) * 7919 % 86_400)
            let text = time.date.formatted(Date.ISO8601FormatStyle(timeZone: .gmt))
            #expect(time.rfc3339 == "\(text.dropLast()).000000Z")
        }
    }

    @Test func `prints the ends of time without failing`() {
        #expect(Timestamp(microseconds: .max).rfc3339.hasSuffix(".775807Z"))
        #expect(Timestamp(microseconds: .min).rfc3339.hasSuffix(".224192Z"))
    }

    @Test func `rounds seconds down`() {
        #expect(Timestamp(microseconds: 1_999_999).seconds == 1)
        #expect(Timestamp(microseconds: -1).seconds == -1)
        #expect(Timestamp(microseconds: -1_000_000).seconds == -1)
    }

    @Test func `saturates instead of wrapping`() {
        #expect(Timestamp(seconds: .max) == Timestamp(microseconds: .max))
        #expect(Timestamp(seconds: .min) == Timestamp(microseconds: .min))
        #expect(Timestamp(seconds: 9_223_372_036_855) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .max) + .seconds(1) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .min) - .seconds(1) == Timestamp(microseconds: .min))
        #expect(Timestamp(seconds: 0) + .seconds(Int64.max) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .max) - Timestamp(microseconds: -1) == .microseconds(Int64.max))
        #expect(Timestamp(microseconds: .min) - Timestamp(microseconds: 1) == .microseconds(Int64.min))
    }

    @Test func `durations saturate at the last second too`() {
        #expect((Duration.seconds(9_223_372_036_854) + .milliseconds(999)).wholeMicroseconds == .max)
        #expect((Duration.seconds(-9_223_372_036_854) - .milliseconds(999)).wholeMicroseconds == .min)
        #expect(Duration.seconds(Int64.max).wholeMicroseconds == .max)
        #expect(Duration.milliseconds(1_500).wholeMicroseconds == 1_500_000)
        #expect(Duration.milliseconds(1_500).wholeSeconds == 1)
    }

    @Test func `adds, subtracts and compares`() {
        let start = Timestamp(seconds: 100)
        #expect(start + .seconds(5) - start == .seconds(5))
        #expect(start - .seconds(5) < start)
        #expect(start.date == Date(timeIntervalSince1970: 100))
    }

    @Test func `is coded as a bare integer`() throws {
        #expect(try JSONEncoder().encode([Timestamp(microseconds: 5)]) == Data("[5]".utf8))
        #expect(try JSONDecoder().decode([Timestamp].self, from: Data("[5]".utf8)) == [Timestamp(microseconds: 5)])
    }

    @Test func `the system's clock runs`() {
        let now = TimeSource.system.now
        #expect(now > Timestamp(seconds: 1_700_000_000))
        #expect(TimeSource.system.now >= now)
    }
}

struct RandomnessTests {
    @Test func `gives as many octets as asked, and others each time`() {
        for count in [0, 1, 7, 8, 9, 32] { #expect(Randomness.system.bytes(count).count == count) }
        #expect(Randomness.system.bytes(32) != Randomness.system.bytes(32))
        #expect(Set(Randomness.system.bytes(4096)).count > 200)
    }

    @Test func `a token is base64url without padding`() {
        let fixed = Randomness { Array(repeating: 0xFB, count: $0) }
        #expect(fixed.token(bytes: 4) == "-_v7-w")
        #expect(Randomness.system.token().utf8.count == 43)
    }
}
