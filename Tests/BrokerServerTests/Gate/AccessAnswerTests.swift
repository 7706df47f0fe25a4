import Broker
import BrokerEngine
import BrokerModel
import Foundation
import NIOHTTP1
import Testing

/// What somebody reads whom the gate refuses although they are signed in, and what a closed way in says.
@Suite(.serialized) struct AccessAnswerTests {
    /// A site with an open portal, one for nobody yet, one with a rule against alice, and one that wants a strong sign-in.
    private func signedIn(_ body: (TestBroker, Browser) async throws -> Void) async throws {
        try await TestBroker.with(change: { wanted in
            wanted.sites[0].portals = [
                Portal(id: 3, name: "Help"), Portal(id: 7, name: "Payroll", mode: .closed), Portal(id: 8, name: "Labs"),
                Portal(id: 9, name: "Vault", requestTypes: [1], mode: .closed),
            ]
            wanted.sites[0].access.rules = [
                PortalRule(AccessRule("secret-rule", .deny, .group("acme-alice")), portals: [8]),
                PortalRule(AccessRule("strong", .allow, .authenticationContext("urn:mfa")), portals: [9]),
            ]
        }) { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            try await body(broker, browser)
        }
    }

    private func answer(
        _ broker: TestBroker, _ browser: Browser, _ target: String, method: String = "GET",
        accept: String = "text/html"
    ) async throws -> Browser.Page {
        try await browser.askGate(
            broker, target: target, method: method, path: "/gate/nginx/answer", accept: accept)
    }

    // MARK: Denied

    @Test func `the page says which portal, why, whom to ask, and offers to ask for it`() async throws {
        try await signedIn { broker, browser in
            let target = "/servicedesk/customer/portal/7"
            #expect(try await browser.askGate(broker, target: target).status == 403)
            let page = try await answer(broker, browser, target)
            #expect(page.status == 403 && page.headers.first(name: "Cache-Control") == "no-store")
            #expect(page.body.contains("<h1>You do not have access to Payroll</h1>"))
            #expect(page.body.contains("You have not been given access to this portal."))
            #expect(page.body.contains("data-code=\"access_denied\"") && page.body.contains("it@acme.example"))
            #expect(page.body.contains("<p class=\"reference\">"))
            #expect(Browser.action(in: page.body) == "/vestibule/access-request")
            #expect(Browser.field("portal", in: page.body) == "7")
        }
    }

    @Test func `its form files a request, straight from the page`() async throws {
        try await signedIn { broker, browser in
            let page = try await answer(broker, browser, "/servicedesk/customer/portal/7")
            let filed = try await browser.send(
                .POST, "\(broker.origin)\(Browser.action(in: page.body) ?? "")",
                form: ["csrf", "portal"].map { ($0, Browser.field($0, in: page.body) ?? "") } + [("message", "Please")])
            #expect(filed.status == 200 && filed.body.contains("<dd>Payroll</dd>"))
        }
    }

    @Test func `a rule against somebody is said without its name or its group`() async throws {
        try await signedIn { broker, browser in
            let page = try await answer(broker, browser, "/servicedesk/customer/portal/8")
            #expect(page.status == 403 && page.body.contains("This portal is closed to your account."))
            #expect(page.body.contains("data-code=\"access_barred\""))
            #expect(!page.body.contains("secret-rule") && !page.body.contains("acme-alice"))
        }
    }

    @Test func `a portal that the site does not have has no name and no form`() async throws {
        try await signedIn { broker, browser in
            let page = try await answer(broker, browser, "/servicedesk/customer/portal/99")
            #expect(page.status == 403 && page.body.contains("data-code=\"place_unknown\""))
            #expect(!page.body.contains("<form"))
        }
    }

    @Test func `a program gets the same as JSON, with the portal's number`() async throws {
        try await signedIn { broker, browser in
            let page = try await answer(
                broker, browser, "/rest/servicedeskapi/portals/7", accept: "application/json")
            #expect(page.status == 403 && page.headers.first(name: "Content-Type") == "application/json")
            let object = try JSONSerialization.jsonObject(with: Data(page.body.utf8)) as? [String: Any]
            #expect(object?["error"] as? String == "access_denied" && object?["portal"] as? Int == 7)
            #expect(object?["reference"] is String)
        }
    }

    @Test func `somebody without the handle has no form to tie to it`() async throws {
        try await signedIn { broker, browser in
            let token = "vestibule=\(browser.cookie("vestibule") ?? "")"
            let page = try await browser.askGate(
                broker, target: "/servicedesk/customer/portal/7", path: "/gate/nginx/answer", cookies: token)
            #expect(page.status == 403 && page.body.contains("Payroll") && !page.body.contains("<form"))
        }
    }

    @Test func `a body that the front does not show is refused and said`() async throws {
        try await signedIn { broker, browser in
            let page = try await answer(
                broker, browser, "/rest/servicedeskapi/request", method: "POST", accept: "application/json")
            #expect(page.status == 403 && page.body.contains("body_unseen"))
        }
    }

    // MARK: Step-up

    @Test func `a navigation that wants a stronger sign-in goes there with what it has to reach`() async throws {
        try await signedIn { broker, browser in
            let target = "/servicedesk/customer/portal/9"
            #expect(try await browser.askGate(broker, target: target).status == 401)
            let page = try await answer(broker, browser, target)
            #expect(page.status == 302)
            #expect(
                page.location == "\(broker.origin)/vestibule/start?rd=\(target)&prompt=login&acr_values=urn%3Amfa")
        }
    }

    @Test func `a program that wants one gets 401 with the address`() async throws {
        try await signedIn { broker, browser in
            let call = try await answer(
                broker, browser, "/rest/servicedeskapi/portals/9", accept: "application/json")
            #expect(call.status == 401 && call.body.contains("step_up_required") && call.body.contains("prompt=login"))
        }
    }

    // MARK: Closed

    @Test func `JSM's sign-up is closed to a customer, who is led on to the portal`() async throws {
        try await signedIn { broker, browser in
            let page = try await answer(broker, browser, "/servicedesk/customer/user/signup")
            #expect(page.status == 403 && page.body.contains("data-code=\"closed_sign_up\""))
            #expect(
                page.body.contains("Go to the portal") && !page.body.contains("Sign in with your company account</a>"))
        }
    }

    @Test func `JSM's password form takes nothing from anybody, who is led to the sign-in`() async throws {
        try await signedIn { broker, _ in
            let target = "/servicedesk/customer/user/login"
            let stranger = Browser()
            #expect(try await stranger.askGate(broker, target: target, method: "POST").status == 403)
            let page = try await answer(broker, stranger, target, method: "POST")
            #expect(page.status == 403 && page.body.contains("This way in is closed"))
            #expect(page.body.contains("Sign in with your company account</a>"))
            let call = try await answer(broker, stranger, target, method: "POST", accept: "application/json")
            #expect(call.status == 403 && call.body.contains(#""error":"closed","#))
            #expect(call.body.contains(#""door":"password_login""#))
        }
    }

    // MARK: Bodies, where the front shows them

    private func envoy(
        _ body: String, partial: String?, type: String = "application/json", more: [(String, String)] = [],
        _ broker: TestBroker, _ browser: Browser
    ) async throws -> Int {
        var question = DialectTests.Question.envoy("/rest/servicedeskapi/request", method: "POST")
        question.fields +=
            [("Content-Type", type)] + more + (partial.map { [("x-envoy-auth-partial-body", $0)] } ?? [])
        question.body = body
        return try await question.ask(broker, browser, accept: "application/json").status
    }

    @Test func `Envoy shows a body, which decides`() async throws {
        try await signedIn { broker, browser in
            let open = #"{"serviceDeskId":"3","requestTypeId":"1"}"#
            let closed = #"{"serviceDeskId":"7","requestTypeId":"1"}"#
            let statuses = [
                try await envoy(closed, partial: "false", broker, browser),
                try await envoy("not JSON", partial: "false", broker, browser),
            ]
            #expect(statuses == [403, 400])
            // What JSM may read as something else is not read at all.
            let packed = [("Content-Encoding", "gzip")]
            #expect(try await envoy(open, partial: "false", more: packed, broker, browser) == 400)
            let type = "application/json; charset=utf-16; x=utf-8"
            #expect(try await envoy(open, partial: "false", type: type, broker, browser) == 400)
            // Held back, cut short, or with a field that says neither: nobody guesses.
            for partial in [nil, "true", "maybe", "FALSE"] {
                let status = try await envoy(open, partial: partial, broker, browser)
                #expect(status == 403 || status == 400)
            }
        }
    }
}
