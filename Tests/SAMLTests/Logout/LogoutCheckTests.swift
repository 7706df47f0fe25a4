import Broker
import Testing
import XMLSecurity

@testable import SAML

/// Each check refuses something that no other one does: without it, the message would be taken.
struct LogoutCheckTests {
    struct Hostile: Sendable, CustomTestStringConvertible {
        let check: String
        let rule: String
        let change: @Sendable (inout LogoutRequestMessage) -> Void
        var testDescription: String { rule }
    }

    static let requests = [
        Hostile(check: "issuer", rule: "logout_issuer_mismatch") { $0.issuer = "https://idp-b.example/saml" },
        Hostile(check: "destination", rule: "logout_destination_mismatch") { $0.destination = "https://other.example" },
        Hostile(check: "issuedInFuture", rule: "logout_issued_in_future") {
            $0.issueInstant = Parties.now + .seconds(182)
            $0.notOnOrAfter = Parties.now + .seconds(300)
        },
        Hostile(check: "age", rule: "logout_too_old") { $0.issueInstant = Parties.now - .seconds(479) },
        Hostile(check: "notOnOrAfter", rule: "logout_expired") { $0.notOnOrAfter = Parties.now - .seconds(179) },
    ]

    private func rule(_ request: LogoutRequestMessage, _ checks: [LogoutCheck]) throws -> String? {
        let inbound = try Parties.arrived(request.message(relayState: nil), by: .redirect, signedBy: Parties.signer)
        return try refusal {
            _ = try LogoutRequestTests.reader(checks).request(inbound, expecting: LogoutRequestTests.expected)
        }
    }

    @Test(arguments: requests)
    func `refuses what only this check refuses`(hostile: Hostile) throws {
        var request = LogoutRequestTests.request
        hostile.change(&request)
        #expect(try rule(request, LogoutCheck.request) == hostile.rule)
        #expect(try rule(request, LogoutCheck.request.filter { $0.name != hostile.check }) == nil)
    }

    @Test func `has a hostile message for every check of a request`() {
        #expect(Self.requests.map(\.check) == LogoutCheck.request.map(\.name))
        #expect((LogoutCheck.request + LogoutCheck.response).allSatisfy { $0.rule == "M26" && !$0.clause.isEmpty })
    }

    @Test func `takes times up to their last second`() throws {
        var request = LogoutRequestTests.request
        request.issueInstant = Parties.now + .seconds(181)
        #expect(try rule(request, LogoutCheck.request) == nil)
        request.issueInstant = Parties.now - .seconds(478)
        #expect(try rule(request, LogoutCheck.request) == nil)
        request.notOnOrAfter = Parties.now - .seconds(178)
        #expect(try rule(request, LogoutCheck.request) == nil)
    }

    @Test func `remembers an ID as long as a copy could be taken, and no longer`() throws {
        var request = LogoutRequestTests.request
        for end in [Parties.now + .seconds(60), Parties.now + .seconds(86_400), nil] {
            request.notOnOrAfter = end
            let inbound = try Parties.arrived(request.message(relayState: nil), by: .post, signedBy: Parties.signer)
            var expected = LogoutRequestTests.expected
            let reader = try LogoutRequestTests.reader()
            let oneTime = try reader.request(inbound, expecting: expected).oneTime
            #expect(oneTime.identifier == "logout_request:_lr1")
            expected.now = oneTime.until - .seconds(1)
            #expect(try refusal { _ = try reader.request(inbound, expecting: expected) } == nil)
            expected.now = oneTime.until
            #expect(try refusal { _ = try reader.request(inbound, expecting: expected) } != nil)
        }
    }
}
