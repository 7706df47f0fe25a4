import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// The page where staff enter the code of an emergency.
@Suite(.serialized) struct BreakGlassRouteTests {
    private func open(_ broker: TestBroker) async throws -> String {
        try await broker.engine.breakGlass.open(
            "portal", for: .seconds(600), operatorName: "ada", reason: "the IdP is down"
        ).code.reveal()
    }

    private func enter(_ broker: TestBroker, _ browser: Browser, _ code: String) async throws -> Browser.Page {
        try await browser.send(
            .POST, "\(broker.origin)/vestibule/break-glass", form: [("code", code)])
    }

    @Test func `the right code lets one browser past the gate without an identity`() async throws {
        try await TestBroker.with { broker in
            let (code, browser) = (try await open(broker), Browser())
            #expect(try await browser.askGate(broker).status == 401)
            let entered = try await enter(broker, browser, code)
            #expect(entered.status == 303)
            let cookie = try #require(entered.headers["Set-Cookie"].first { $0.contains("vestibule-glass=") })
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/;"))
            let passed = try await browser.askGate(broker, target: "/browse/SUP-1")
            #expect(passed.status == 200)
            #expect(passed.headers["X-Vestibule-User"].isEmpty && passed.headers["X-Vestibule-Identity"].isEmpty)
        }
    }

    @Test func `a code that was used, or is none, opens nothing and says no more`() async throws {
        try await TestBroker.with { broker in
            let code = try await open(broker)
            _ = try await enter(broker, Browser(), code)
            let stranger = Browser()
            let (used, wrong) = (
                try await enter(broker, stranger, code), try await enter(broker, stranger, "made-up")
            )
            #expect(used.status == 403 && wrong.status == 403 && used.body == wrong.body)
            #expect(!used.body.contains(code))
            #expect(try await stranger.askGate(broker).status == 401)
        }
    }
}
