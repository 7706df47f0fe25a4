import Broker
import BrokerEngine
import BrokerModel
import BrokerStorage
import Foundation
import NIOHTTP1
import Testing

/// Asking for a portal that the gate refused.
@Suite(.serialized) struct AccessRequestTests {
    private func signedIn(_ body: (TestBroker, Browser, String) async throws -> Void) async throws {
        try await TestBroker.with(change: { wanted in
            wanted.sites[0].portals = (1...12).map { Portal(id: PortalID(rawValue: $0), name: "Desk \($0)") }
        }) { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
            try await body(broker, browser, Browser.field("csrf", in: form.body) ?? "")
        }
    }

    private func ask(
        _ broker: TestBroker, _ browser: Browser, csrf: String, portal: String = "7", message: String = ""
    ) async throws -> Browser.Page {
        try await browser.send(
            .POST, "\(broker.origin)/vestibule/access-request",
            form: [("csrf", csrf), ("portal", portal), ("message", message)])
    }

    private func filed(_ broker: TestBroker) async throws -> [AuditRecord] {
        try await broker.store.read { try $0.auditRecords(AuditFilter(kinds: [.accessRequested]), limit: 100) }
    }

    @Test func `a request is in the audit log, its message under the person's own key`() async throws {
        try await signedIn { broker, browser, csrf in
            let page = try await ask(broker, browser, csrf: csrf, message: "For the audit.\r\n\u{1B}[2JPlease")
            #expect(page.status == 200 && page.body.contains("<dd>Desk 7</dd>"))
            #expect(page.headers.first(name: "Cache-Control") == "no-store")
            let record = try #require(try await filed(broker).first)
            #expect(record.customer != nil && record.organization == "acme")
            #expect(record.body.contains(#""portal":"7""#) && !record.body.contains("audit."))
            #expect(page.body.contains(record.reference?.displayed ?? "-"))
            let personal = try await broker.store.read { try broker.engine.audit.personal(of: record, in: $0) }
            #expect(personal?["message"] == "For the audit.\n [2JPlease")
        }
    }

    @Test func `the longest message is kept whole, in any script`() async throws {
        try await signedIn { broker, browser, csrf in
            let message = String(repeating: "界", count: 500)
            #expect(try await ask(broker, browser, csrf: csrf, message: message).status == 200)
            let record = try #require(try await filed(broker).first)
            let personal = try await broker.store.read { try broker.engine.audit.personal(of: record, in: $0) }
            #expect(personal?["message"] == message)
        }
    }

    @Test func `a longer one is refused`() async throws {
        try await signedIn { broker, browser, csrf in
            let page = try await ask(broker, browser, csrf: csrf, message: String(repeating: "a", count: 501))
            #expect(page.status == 400)
            #expect(try await filed(broker).isEmpty)
        }
    }

    @Test func `the same portal is asked for once a day`() async throws {
        try await signedIn { broker, browser, csrf in
            _ = try await ask(broker, browser, csrf: csrf)
            let again = try await ask(broker, browser, csrf: csrf)
            #expect(again.status == 200 && again.body.contains("nothing was added"))
            #expect(try await filed(broker).count == 1)
        }
    }

    @Test func `an eleventh portal at once is too many, and costs the person nothing`() async throws {
        try await signedIn { broker, browser, csrf in
            for portal in 1...10 {
                #expect(try await ask(broker, browser, csrf: csrf, portal: String(portal)).status == 200)
            }
            let page = try await ask(broker, browser, csrf: csrf, portal: "11")
            #expect(page.status == 429 && page.body.contains("access_requests_exceeded"))
            #expect(try await filed(broker).count == 10)
            // One token is back, and that portal's own was not spent.
            broker.clock.advance(by: .seconds(8640))
            let later = try await ask(broker, browser, csrf: csrf, portal: "11")
            #expect(later.status == 200 && !later.body.contains("nothing was added"))
        }
    }

    @Test func `a form from elsewhere, which comes without the cookie, does nothing`() async throws {
        try await signedIn { broker, _, csrf in
            let page = try await ask(broker, Browser(), csrf: csrf)
            #expect(page.status == 303 && page.location == "/vestibule/start")
            #expect(try await filed(broker).isEmpty)
        }
    }

    @Test(arguments: ["", "guess", "other"])
    func `a form without the session's own value is refused`(csrf: String) async throws {
        try await signedIn { broker, browser, _ in
            var token = csrf
            if csrf == "other" {
                let bob = Browser()
                try await bob.signIn(broker, as: "bob@acme.example")
                let form = try await bob.send(.GET, "\(broker.origin)/vestibule/sign-out")
                token = Browser.field("csrf", in: form.body) ?? ""
            }
            #expect(try await ask(broker, browser, csrf: token).status == 400)
            #expect(try await filed(broker).isEmpty)
        }
    }

    @Test(arguments: ["", "99", "07", "-7", "7 ", "abc"])
    func `a portal that the site does not have cannot be asked for`(portal: String) async throws {
        try await signedIn { broker, browser, csrf in
            let page = try await ask(broker, browser, csrf: csrf, portal: portal)
            #expect(page.status == 400)
            #expect(try await filed(broker).isEmpty)
        }
    }

    @Test func `a GET files nothing`() async throws {
        try await signedIn { broker, browser, csrf in
            let page = try await browser.send(.GET, "\(broker.origin)/vestibule/access-request?csrf=\(csrf)&portal=7")
            #expect(page.status == 404)
            #expect(try await filed(broker).isEmpty)
        }
    }
}
