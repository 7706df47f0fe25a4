import Broker
import BrokerEngine
import BrokerModel
import BrokerStorage
import Foundation
import NIOHTTP1
import Testing

/// Callbacks that nobody should have sent.
@Suite(.serialized) struct HostileCallbackTests {
    /// Goes to the IdP and stops at the address that would end the login.
    private func callbackAddress(_ browser: Browser, _ broker: TestBroker) async throws -> String {
        var page = try await browser.type("alice@acme.example", on: try await browser.openLogin(broker))
        for _ in 0..<10 {
            let next = Browser.resolve(page.location ?? "", from: page.url)
            if next.contains("/vestibule/cb/") { return next }
            page = try await browser.send(.GET, next)
        }
        throw Browser.TooManyRedirects()
    }

    private func expectRefused(_ page: Browser.Page, _ browser: Browser, status: Int = 400) {
        #expect(page.status == status)
        #expect(browser.cookie("vestibule-session") == nil)
        #expect(browser.cookie("vestibule") == nil)
        #expect(page.body.contains(#/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/#))
        #expect(page.headers.first(name: "Referrer-Policy") == "no-referrer")
        #expect(page.headers.first(name: "Cache-Control") == "no-store")
    }

    @Test func `a callback in another browser opens nothing and leaves the login usable`() async throws {
        try await TestBroker.with { broker in
            let victim = Browser()
            let address = try await callbackAddress(victim, broker)
            let attacker = Browser()
            expectRefused(try await attacker.send(.GET, address), attacker)
            #expect(try await victim.send(.GET, address).status == 303)
        }
    }

    @Test func `a callback that comes a second time opens no second session`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let address = try await callbackAddress(browser, broker)
            let jar = browser.jar
            #expect(try await browser.send(.GET, address).status == 303)
            let replay = Browser()
            replay.jar = jar
            expectRefused(try await replay.send(.GET, address), replay)
        }
    }

    @Test func `of a hundred parallel replays exactly one opens a session`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let address = try await callbackAddress(browser, broker)
            let jar = browser.jar
            let opened = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        let copy = Browser()
                        copy.jar = jar
                        return try await copy.send(.GET, address).status == 303 ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(opened == 1)
            #expect(try await broker.engine.sessions.list(.all, limit: 200).count == 1)
        }
    }

    @Test func `a late callback in a browser that is signed in ends in the portal`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let address = try await callbackAddress(browser, broker)
            #expect(try await browser.send(.GET, address).status == 303)
            let stale = try await browser.send(.GET, address)
            #expect(stale.status == 303)
            #expect(stale.location == "/servicedesk/customer/portal/3")
        }
    }

    @Test func `a login that waited too long says so`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let address = try await callbackAddress(browser, broker)
            broker.clock.advance(by: .seconds(601))
            expectRefused(try await browser.send(.GET, address), browser)
            #expect(try await broker.auditKinds(code: "login_expired").count == 1)
        }
    }

    @Test func `an answer at the callback of another connection is refused`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let address = try await callbackAddress(browser, broker)
            expectRefused(
                try await browser.send(.GET, address.replacingOccurrences(of: "/cb/acme", with: "/cb/globex")), browser)
        }
    }

    @Test(arguments: [
        "", "?", "?code=x", "?state=", "?state=abc&code=x", "?state=a&state=b&code=x", "?state=%ff", "?state=%zz",
    ])
    func `a callback without a login of ours is refused`(query: String) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            expectRefused(try await browser.send(.GET, "\(broker.origin)/vestibule/cb/acme\(query)"), browser)
        }
    }

    @Test func `a callback of a connection that does not exist is not found`() async throws {
        try await TestBroker.with { broker in
            let page = try await Browser().send(.GET, "\(broker.origin)/vestibule/cb/nobody?state=x&code=y")
            #expect(page.status == 404)
        }
    }

    @Test func `a connection that was disabled while the person was away refuses`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let address = try await callbackAddress(browser, broker)
            var wanted = try await broker.engine.resources.export()
            for index in wanted.connections.indices { wanted.connections[index].isEnabled = false }
            _ = try await broker.engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
            expectRefused(try await browser.send(.GET, address), browser, status: 403)
        }
    }

    @Test func `pressing cancel at the IdP is told in plain words and nobody is signed in`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            let address = try await callbackAddress(browser, broker)
            let state = URLComponents(string: address)?.queryItems?.first { $0.name == "state" }?.value ?? ""
            let issuer = URLComponents(string: address)?.queryItems?.first { $0.name == "iss" }?.value ?? ""
            let escaped = issuer.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let page = try await browser.send(
                .GET, "\(broker.origin)/vestibule/cb/acme?error=access_denied&state=\(state)&iss=\(escaped)")
            expectRefused(page, browser, status: 403)
            #expect(
                try await broker.store.read { try $0.auditRecords(AuditFilter(kinds: [.loginDenied]), limit: 9) }.count
                    == 1)
        }
    }
}
