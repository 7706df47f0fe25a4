import Broker
import BrokerEngine
import BrokerModel
import Testing

@Suite struct GateReportTests {
    private let hour = Timestamp(seconds: 1_800_000_000)

    private func report(_ tallies: [GateTally]) -> GateReport {
        GateReport(site: "portal", since: hour, until: hour + .seconds(7200), tallies: tallies, doors: [])
    }

    private func tally(_ outcome: String, _ attempt: String, _ count: Int64, later: Bool = false) -> GateTally {
        GateTally(
            .init(hour: later ? hour + .seconds(3600) : hour, site: "portal", outcome: outcome, attempt: attempt),
            count: count)
    }

    private func person(_ outcome: String, _ customer: CustomerID?, reason: String, _ count: Int64) -> GateTally {
        GateTally(
            .init(
                hour: hour, site: "portal", outcome: outcome, attempt: "page", organization: "acme", customer: customer,
                portal: 7, reason: reason), count: count)
    }

    @Test func `attempts without a session are added up by what they were after, most first`() {
        let report = report([
            tally("no_session", "page", 3), tally("no_session", "ticket", 5), tally("closed", "ticket", 2, later: true),
            tally("observed:no_session", "page", 1),
        ])
        #expect(
            report.attempts == [
                .init(kind: "ticket", refused: 7, observed: 0), .init(kind: "page", refused: 3, observed: 1),
            ])
        #expect(report.wouldBeRefused.isEmpty && report.refused.isEmpty)
    }

    @Test func `who was refused is apart from who would have been`() {
        let report = report([
            person("denied", "c_1", reason: "rule contractors", 2),
            person("observed:denied", "c_2", reason: "no rule", 4),
        ])
        #expect(report.attempts.isEmpty)
        #expect(report.refused.map(\.customer) == ["c_1"] && report.refused[0].outcome == "denied")
        #expect(report.wouldBeRefused.map(\.customer) == ["c_2"] && report.wouldBeRefused[0].outcome == "denied")
        #expect(report.wouldBeRefused[0].count == 4 && report.wouldBeRefused[0].portal == 7)
    }
}
