import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// `/vestibule/renew`, where fronts that check the token themselves send a browser whose token ran out.
@Suite(.serialized) struct RenewalTests {
    private let target = "/servicedesk/customer/portal/3"

    private func renew(
        _ browser: Browser, _ broker: TestBroker, _ target: String, method: HTTPMethod = .GET
    ) async throws -> Browser.Page {
        try await browser.send(method, "\(broker.origin)/vestibule/renew?rd=\(target)")
    }

    private func signedIn(_ body: (TestBroker, Browser) async throws -> Void) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            try await body(broker, browser)
        }
    }

    @Test func `a live handle gets a new token and goes back`() async throws {
        try await signedIn { broker, browser in
            broker.clock.advance(by: .seconds(3600))
            let old = browser.cookie("vestibule")
            let page = try await renew(browser, broker, target)
            #expect(page.status == 303 && page.location == target)
            #expect(page.headers.first(name: "Cache-Control") == "no-store")
            #expect(browser.cookie("vestibule") != old)
            #expect(
                try await browser.askGate(broker, cookies: "vestibule=\(browser.cookie("vestibule") ?? "")").status
                    == 200)
        }
    }

    @Test func `nobody is sent to the sign-in, and gets no token`() async throws {
        try await TestBroker.with { broker in
            let page = try await renew(Browser(), broker, target)
            #expect(page.status == 303 && page.location == "/vestibule/start?rd=\(target)")
            #expect(page.setCookies.isEmpty && page.headers.first(name: "Cache-Control") == "no-store")
        }
    }

    @Test func `a token alone renews nothing`() async throws {
        try await signedIn { broker, browser in
            browser.jar["portal.localhost"]?["vestibule-session"] = nil
            let page = try await renew(browser, broker, target)
            #expect(page.location?.hasPrefix("/vestibule/start") == true && page.setCookies.isEmpty)
        }
    }

    @Test(arguments: ["POST", "HEAD", "PUT"])
    func `only a GET renews`(method: String) async throws {
        try await signedIn { broker, browser in
            let page = try await renew(browser, broker, target, method: HTTPMethod(rawValue: method))
            #expect(page.status == 404 && page.setCookies.isEmpty)
        }
    }

    @Test(arguments: [
        "https://evil.example/", "//evil.example/", "/%5cevil.example", "/a/../b", "/%2e%2e/x", "",
        "/vestibule/renew?rd=/servicedesk", "/vestibule", "/vestibule/sign-out",
    ])
    func `a place elsewhere, or of ours, becomes the portal's front page`(wanted: String) async throws {
        try await signedIn { broker, browser in
            let page = try await renew(
                browser, broker, wanted.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
            #expect(page.status == 303)
            #expect(page.location == broker.engine.live.resources.sites["portal"]?.defaultPath)
        }
    }

    @Test func `a site that does not admit the person gives no token and says so`() async throws {
        try await signedIn { broker, browser in
            var wanted = try await broker.engine.resources.export()
            wanted.organizations.append(Organization(id: "elsewhere", name: "Elsewhere"))
            wanted.sites[0].organizations = ["elsewhere"]
            _ = try await broker.engine.resources.apply(wanted, prune: false, isDryRun: false, actor: .system)
            try await broker.engine.live.reload()
            let page = try await renew(browser, broker, target)
            #expect(page.status == 403 && page.setCookies.isEmpty)
            #expect(page.body.contains("data-code=\"not_admitted\"") && page.body.contains("it@acme.example"))
            #expect(page.headers.first(name: "Cache-Control") == "no-store")
        }
    }

    @Test func `a front that never takes the token ends on a page and not in a circle`() async throws {
        try await signedIn { broker, browser in
            var pages: [Browser.Page] = []
            repeat {
                pages.append(try await renew(browser, broker, target))
            } while pages.last?.status == 303 && pages.count < 20
            #expect(pages.last?.status == 503 && pages.last?.body.contains("sign_in_not_taken") == true)
            // Browsers give up at twenty redirects, and each round has two.
            #expect(pages.count < 10)
        }
    }

    @Test func `a few tabs whose token ran out together are all served`() async throws {
        try await signedIn { broker, browser in
            broker.clock.advance(by: .seconds(3600))
            for _ in 0..<5 {
                let page = try await renew(browser, broker, target)
                #expect(page.status == 303)
            }
        }
    }

    @Test func `a session that was revoked renews nothing`() async throws {
        try await signedIn { broker, browser in
            _ = try await broker.engine.sessions.end(.all, reason: .revoked, actor: .administrator("test"))
            let page = try await renew(browser, broker, target)
            #expect(page.location?.hasPrefix("/vestibule/start") == true && page.setCookies.isEmpty)
        }
    }
}
