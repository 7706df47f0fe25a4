import Broker
import BrokerEngine
import BrokerModel
import Foundation
import MockIdentityProviders
import NIOHTTP1
import Testing

/// An IdP's server ends sessions (OpenID Connect Back-Channel Logout).
@Suite(.serialized) struct UpstreamLogoutTests {
    private func post(_ token: String, _ broker: TestBroker, connection: String = "acme") async throws -> Browser.Page {
        try await Browser().send(
            .POST, "\(broker.origin)/vestibule/cb/\(connection)/logout", form: [("logout_token", token)])
    }

    private func token(_ broker: TestBroker, _ fault: LogoutTokenFault? = nil) throws -> String {
        try #require(
            try broker.op.logoutToken(tenant: "acme", clientID: "vestibule", sub: "acme-alice", sid: nil, fault: fault))
    }

    @Test func `a logout token ends the person's sessions at once`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let gate = try await browser.askGate(broker)
            #expect(gate.status == 200)
            let answer = try await post(token(broker), broker)
            #expect(answer.status == 200)
            #expect(answer.headers.first(name: "Cache-Control") == "no-store")
            let after = try await browser.askGate(broker)
            #expect(after.status == 401)
        }
    }

    @Test func `a logout token counts once`() async throws {
        try await TestBroker.with { broker in
            let once = try token(broker)
            let (first, second) = (try await post(once, broker), try await post(once, broker))
            #expect(first.status == 200)
            #expect(second.status == 400)
        }
    }

    @Test(arguments: LogoutTokenFault.allCases)
    func `a defective logout token ends nothing`(fault: LogoutTokenFault) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let answer = try await post(token(broker, fault), broker)
            #expect(answer.status == 400)
            let after = try await browser.askGate(broker)
            #expect(after.status == 200)
        }
    }

    @Test func `a logout token of one connection ends nothing at another`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let answer = try await post(token(broker), broker, connection: "globex")
            #expect(answer.status == 400)
            let after = try await browser.askGate(broker)
            #expect(after.status == 200)
        }
    }
}
