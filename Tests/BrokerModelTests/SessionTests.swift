import Broker
import BrokerModel
import Testing

@Suite struct SessionTests {
    private let session = Session(
        id: "s_1", customer: "c_1", subject: SubjectKey(connection: "a", issuer: "i", subject: "s"),
        organization: "acme", site: "portal", createdAt: Timestamp(seconds: 0), lastSeenAt: Timestamp(seconds: 0),
        idleDeadline: Timestamp(seconds: 100), absoluteDeadline: Timestamp(seconds: 200),
        authentication: AuthenticationContext())

    @Test(arguments: [(Int64(0), true), (99, true), (100, false), (101, false)])
    func `lives until it was idle too long`(second: Int64, expected: Bool) {
        #expect(session.isLive(at: Timestamp(seconds: second)) == expected)
    }

    @Test(arguments: [(Int64(199), true), (200, false), (201, false)])
    func `lives until it is too old, however often it is renewed`(second: Int64, expected: Bool) {
        var renewed = session
        renewed.idleDeadline = Timestamp(seconds: 1000)
        #expect(renewed.isLive(at: Timestamp(seconds: second)) == expected)
    }

    @Test func `lives no longer once it ended, even if the end lies ahead`() {
        var ended = session
        ended.endedAt = Timestamp(seconds: 90)
        #expect(!ended.isLive(at: Timestamp(seconds: 50)))
    }
}
