import Broker
import Foundation
import HTTPTypes
import OpenIDConnect
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: [
        ("1970-01-01", 86_400), ("2000-02-29", 951_868_800), ("2026-01-15", 1_768_521_600),
        ("2027-12-31", 1_830_297_600),
    ])
    func `a day ends at midnight UTC`(text: String, seconds: Int64) {
        #expect(CivilDate.endOfDay(text) == Timestamp(seconds: seconds))
    }

    @Test(arguments: [
        "", "2027", "2027-6-30", "2027-06-31", "2027-02-29", "2100-02-29", "2027-13-01", "2027-00-01", "2027-01-00",
        "2027/01/01", "01-01-2027", "2027-01-01T00:00:00Z", "-027-01-01", "+027-01-01", "２０２7-01-01",
    ])
    func `what is no day is refused`(text: String) {
        #expect(CivilDate.endOfDay(text) == nil)
    }

    @Test func `reads the date of an answer in the form that servers must write`() {
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == Timestamp(seconds: 784_111_777))
        for text in [
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "",
        ] {
            #expect(HTTPDate.parse(text) == nil)
        }
    }

    @Test func `a probe believes nothing and says what stands there`() {
        let now = Timestamp(seconds: 784_111_777)
        var answer = OutboundResponse.json(#"{"issuer":"https://other.example/"}"#)
        #expect(DiscoveryProbe(answer, at: now)?.issuer == "https://other.example/")
        #expect(DiscoveryProbe(answer, at: now)?.clockLead == nil)
        answer.headerFields[.date] = "Sun, 06 Nov 1994 08:50:37 GMT"
        #expect(DiscoveryProbe(answer, at: now)?.clockLead == .milliseconds(60_500))
        #expect(DiscoveryProbe(.json("{", status: .ok), at: now)?.issuer == nil)
        #expect(DiscoveryProbe(.json("{}", status: .notFound), at: now) == nil)
    }
}
