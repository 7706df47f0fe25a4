import Broker
import BrokerModel
import Testing

@testable import BrokerEngine

/// When an IdP is asked about a session: pure.
@Suite struct RefreshScheduleTests {
    private static let now = Timestamp(seconds: 1_780_000_000)
    private static let never = Randomness { Array(repeating: 0, count: $0) }
    private static let always = Randomness { Array(repeating: 255, count: $0) }

    private func schedule(every: Duration? = nil, grace: Duration? = nil) -> RefreshSchedule {
        RefreshSchedule(
            Connection(
                id: "c", organization: "o", kind: "test", name: "x", refreshEvery: every, refreshGrace: grace,
                settings: .object([:])))
    }

    @Test func `a refresh comes after its time, or up to a tenth before`() {
        #expect(schedule().next(after: Self.now, Self.never) == Self.now + .seconds(900))
        let earliest = schedule().next(after: Self.now, Self.always) - Self.now
        #expect(earliest > .seconds(810) && earliest < .seconds(811))
        #expect(schedule(every: .seconds(60)).next(after: Self.now, Self.never) == Self.now + .seconds(60))
    }

    @Test(arguments: [(1, 60), (2, 120), (3, 240), (4, 480), (5, 900), (6, 900), (1_000_000, 900)])
    func `a pause doubles with each failure and is never longer than the ordinary one`(
        failures: Int, seconds: Int64
    ) {
        #expect(schedule().retry(after: failures, at: Self.now, Self.never) == Self.now + .seconds(seconds))
    }

    @Test func `the bound of failure is exact`() {
        let schedule = schedule(grace: .seconds(100))
        #expect(!schedule.isOverdue(since: nil, at: Self.now))
        #expect(!schedule.isOverdue(since: Self.now - .seconds(100) + .microseconds(1), at: Self.now))
        #expect(schedule.isOverdue(since: Self.now - .seconds(100), at: Self.now))
        #expect(!self.schedule().isOverdue(since: Self.now - .seconds(86399), at: Self.now))
        #expect(self.schedule().isOverdue(since: Self.now - .seconds(86400), at: Self.now))
    }

    @Test func `what is wrong with one person ends at once, what could be true of all has its time`() {
        for code in [LoginError.Code.subjectInvalid, .providerMisbehaved, .emailDomainNotOwned, .notAdmitted] {
            guard case .refused = RefreshVerdict(LoginError(code, detail: "")) else {
                Issue.record("\(code) must end the session")
                continue
            }
        }
        for code in [LoginError.Code.upstreamUnavailable, .configurationInvalid, .signatureInvalid, .unknownKey] {
            guard case .failed = RefreshVerdict(LoginError(code, detail: "")) else {
                Issue.record("\(code) must be tried again")
                continue
            }
        }
    }
}
