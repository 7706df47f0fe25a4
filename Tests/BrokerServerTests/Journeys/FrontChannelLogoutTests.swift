import Broker
import BrokerEngine
import BrokerModel
import Foundation
import MockIdentityProviders
import NIOHTTP1
import Testing

/// An IdP's page loads our logout address in a frame (OpenID Connect Front-Channel Logout).
@Suite(.serialized) struct FrontChannelLogoutTests {
    private func with(_ body: (TestBroker) async throws -> Void) async throws {
        try await TestBroker.with(
            change: { wanted in
                for index in wanted.connections.indices where wanted.connections[index].id == "acme" {
                    guard case .object(var settings) = wanted.connections[index].settings else { continue }
                    settings["frontChannelLogout"] = .bool(true)
                    wanted.connections[index].settings = .object(settings)
                }
            }, body)
    }

    /// A frame of another site: it brings no cookie of ours.
    private func load(
        _ broker: TestBroker, issuer: String? = nil, sid: String?, connection: String = "acme",
        with browser: Browser = Browser()
    ) async throws -> Browser.Page {
        let issuer = issuer ?? broker.op.issuer("acme")
        let query = "iss=\(issuer)" + (sid.map { "&sid=\($0)" } ?? "")
        return try await browser.send(.GET, "\(broker.origin)/vestibule/cb/\(connection)/logout?\(query)")
    }

    private func session(_ broker: TestBroker) async throws -> String {
        try #require(try await broker.engine.sessions.list(.all, limit: 9).compactMap(\.upstreamSessionID).first)
    }

    @Test func `the session that the page names ends, without a cookie, and no other`() async throws {
        try await with { broker in
            let (alice, again) = (Browser(), Browser())
            try await alice.signIn(broker)
            let sid = try await session(broker)
            try await again.signIn(broker)
            for _ in 0..<2 {
                let answer = try await load(broker, sid: sid)
                #expect(answer.status == 200 && answer.body.isEmpty && answer.setCookies.isEmpty)
                #expect(answer.headers.first(name: "Cache-Control") == "no-store")
                let origin = try #require(URL(string: broker.op.issuer("acme")))
                let expected = "frame-ancestors http://\(origin.host() ?? ""):\(origin.port ?? 0)"
                #expect(answer.headers.first(name: "Content-Security-Policy")?.hasSuffix(expected) == true)
                #expect(answer.headers.first(name: "X-Frame-Options") == nil)
            }
            #expect(try await alice.askGate(broker).status == 401)
            #expect(try await again.askGate(broker).status == 200)
        }
    }

    @Test func `an unknown session is answered like a known one`() async throws {
        try await with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let sid = try await session(broker)
            let unknown = try await load(broker, sid: "nobody")
            let known = try await load(broker, sid: sid)
            #expect(unknown.status == known.status && unknown.body == known.body)
            let names = [unknown, known].map { $0.headers.map { "\($0.name): \($0.name == "Date" ? "" : $0.value)" } }
            #expect(Set(names[0]) == Set(names[1]))
        }
    }

    @Test func `a page without sid, of another issuer, or at another connection ends nothing`() async throws {
        try await with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let sid = try await session(broker)
            for answer in [
                try await load(broker, sid: nil, with: browser),
                try await load(broker, issuer: broker.op.issuer("globex"), sid: sid, with: browser),
                try await load(broker, issuer: "https://evil.example", sid: sid, with: browser),
                try await load(broker, sid: sid, connection: "globex", with: browser),
                try await load(broker, issuer: broker.op.issuer("globex"), sid: sid, connection: "globex"),
            ] {
                #expect(answer.status == 400)
                #expect(
                    answer.headers.first(name: "Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
            }
            #expect(try await browser.askGate(broker).status == 200)
        }
    }
}
