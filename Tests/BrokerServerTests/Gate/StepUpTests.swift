import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// A sign-in that has to be fresher or stronger than the one that is there.
@Suite(.serialized) struct StepUpTests {
    private func start(_ browser: Browser, _ broker: TestBroker, _ query: String) async throws -> Browser.Page {
        try await browser.send(.GET, "\(broker.origin)/vestibule/start?rd=/servicedesk\(query)")
    }

    private func signedIn(_ body: (TestBroker, Browser) async throws -> Void) async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            try await body(broker, browser)
        }
    }

    @Test func `a live session is enough where nothing more is asked`() async throws {
        try await signedIn { broker, browser in
            let page = try await start(browser, broker, "")
            #expect(page.location == "/servicedesk")
        }
    }

    @Test func `a fresh sign-in goes to the person's own IdP, which is asked for all of it`() async throws {
        try await signedIn { broker, browser in
            let page = try await start(browser, broker, "&prompt=login&max_age=300&acr_values=urn:mfa%20urn:phr")
            let location = try #require(page.location)
            #expect(page.status == 303 && location.contains("/acme/"))
            let items = URLComponents(string: location)?.queryItems ?? []
            func item(_ name: String) -> String? { items.first { $0.name == name }?.value }
            #expect(item("prompt") == "login")
            #expect(item("acr_values") == "urn:mfa urn:phr")
            #expect(item("login_hint") == "alice@acme.example")
        }
    }

    @Test(arguments: ["&max_age=0", "&acr_values=urn:mfa", "&prompt=login"])
    func `each of them alone does without the session that is there`(query: String) async throws {
        try await signedIn { broker, browser in
            let page = try await start(browser, broker, query)
            #expect(page.status == 303 && page.location != "/servicedesk")
        }
    }

    @Test(arguments: [
        "max_age=", "max_age=-1", "max_age=1.5", "max_age=ten", "max_age=9999999999", "max_age=%2B5",
        "acr_values=", "acr_values=a%20%20b", "acr_values=a%0Ab", "acr_values=%22", "acr_values=a%5Cb",
        "acr_values=%C3%A4", "acr_values=a%20b%20c%20d%20e%20f%20g%20h%20i",
        "acr_values=\(String(repeating: "a", count: 257))", "max_age=5&max_age=5", "prompt=login&prompt=none",
    ])
    func `a requirement that cannot be read is refused and not dropped`(query: String) async throws {
        try await signedIn { broker, browser in
            let page = try await start(browser, broker, "&" + query)
            #expect(page.status == 400 && page.body.contains("data-code=\"malformed_request\""))
        }
    }

    @Test func `a step-up that the IdP meets takes the place of the session that was there`() async throws {
        try await signedIn { broker, browser in
            let old = browser.cookie("vestibule-session")
            broker.clock.advance(by: .seconds(300))
            let page = try await browser.arrive(from: try await start(browser, broker, "&prompt=login&max_age=60"))
            #expect(page.location == "/servicedesk")
            #expect(browser.cookie("vestibule-session") != old)
            #expect(try await browser.askGate(broker).status == 200)
            let stale = "vestibule-session=\(old ?? "")"
            #expect(try await browser.askGate(broker, cookies: stale).status == 401)
        }
    }

    @Test func `a step-up that the IdP does not meet is said plainly and leaves the session as it was`() async throws {
        try await signedIn { broker, browser in
            let old = browser.cookie("vestibule-session")
            // An IdP that knows no classes: it is asked without them.
            var page = try await start(browser, broker, "&prompt=login&acr_values=urn:nobody")
            let ask = try #require(page.location)
            page.headers.replaceOrAdd(
                name: "Location",
                value: ask.replacingOccurrences(of: #"&?acr_values=[^&]*"#, with: "", options: .regularExpression))
            #expect(page.location != ask)
            page = try await browser.arrive(from: page)
            #expect(page.body.contains("data-code=\"requirements_not_met\""))
            #expect(page.body.contains("not as recent or as strong as this portal asks for"))
            #expect(browser.cookie("vestibule-session") == old)
            #expect(try await browser.askGate(broker).status == 200)
        }
    }
}
