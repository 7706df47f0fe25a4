import Broker
import BrokerEngine
import BrokerModel
import Foundation
import MockIdentityProviders
import NIOHTTP1
import Testing

/// A sign-out that goes on to the IdP, and sign-outs that the IdP starts, over real HTTP.
@Suite(.serialized) struct SignOutAtIdPTests {
    private static let away = "https://www.portal.example/bye"

    private func signOut(
        _ browser: Browser, _ broker: TestBroker, to target: String? = nil
    ) async throws -> Browser.Page {
        let form = try await browser.send(.GET, "\(broker.origin)/vestibule/sign-out")
        return try await browser.send(
            .POST, "\(broker.origin)/vestibule/sign-out",
            form: [("csrf", Browser.field("csrf", in: form.body) ?? "")]
                + (target.map { [("post_logout_redirect_uri", $0)] } ?? []))
    }

    /// Somebody who is signed in through the scriptable module.
    private func withPerson(
        logout: String = "up", _ body: (TestBroker, Browser) async throws -> Void
    ) async throws {
        let pushy = PushyProvider.connection(unsolicited: "accept", logout: logout)
        try await TestBroker.with(change: { $0.connections.append(pushy) }) { broker in
            let browser = Browser()
            try await browser.accept("p-carol@acme.example", broker)
            #expect(try await browser.askGate(broker).status == 200)
            try await body(broker, browser)
        }
    }

    private func answer(
        _ browser: Browser, _ broker: TestBroker, to page: Browser.Page, result: String = "complete",
        state: String? = nil, at connection: String = "pushy"
    ) async throws -> Browser.Page {
        let sent = URLComponents(string: page.location ?? "")?.queryItems?.first { $0.name == "state" }?.value
        let state = state ?? sent ?? ""
        return try await browser.send(
            .GET, "\(broker.origin)/vestibule/cb/\(connection)/logout?state=\(state)&result=\(result)")
    }

    private func signedOut(_ browser: Browser, _ broker: TestBroker) async throws -> String {
        try await browser.send(.GET, "\(broker.origin)/vestibule/signed-out").body
    }

    // MARK: Our side first

    @Test func `a sign-out ends the session at an OpenID provider too and says so`() async throws {
        try await TestBroker.with { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let posted = try await signOut(browser, broker)
            #expect(posted.body.contains("id_token_hint") && posted.body.contains("Taking you to acme acme"))
            #expect(try await browser.askGate(broker).status == 401)
            let back = try await browser.returnFromIdP(posted)
            #expect(back.status == 303 && back.location == "/vestibule/signed-out")
            #expect(broker.op.tenant("acme")?.counts["end-session"] == 1)
            #expect(try await signedOut(browser, broker).contains("You are signed out at acme acme too."))
        }
    }

    @Test func `an IdP that is down is named on the signed-out page, and the session is over`() async throws {
        try await withPerson(logout: "down") { broker, browser in
            let out = try await signOut(browser, broker, to: Self.away)
            #expect(out.status == 303 && out.location == "/vestibule/signed-out")
            #expect(browser.cookie("vestibule") == nil && browser.cookie("vestibule-session") == nil)
            #expect(try await signedOut(browser, broker).contains("You may still be signed in at Acme portal."))
            #expect(try await broker.auditKinds(code: "upstream_unavailable").map(\.kind) == [.logoutFailed])
        }
    }

    @Test(arguments: [
        ("complete", away as String?, away), ("complete", "https://evil.example/", "/vestibule/signed-out"),
        ("complete", nil, "/vestibule/signed-out"), ("partial", away, "/vestibule/signed-out"),
        ("forged", away, "/vestibule/signed-out"),
    ])
    func `what the IdP answers decides where the sign-out ends`(
        result: String, wanted: String?, end: String
    ) async throws {
        try await withPerson { broker, browser in
            let out = try await signOut(browser, broker, to: wanted)
            #expect(out.location?.hasPrefix("https://pushy.example/end?state=") == true)
            #expect(try await browser.askGate(broker).status == 401)
            let back = try await answer(browser, broker, to: out, result: result)
            #expect(back.status == 303 && back.location == end)
            guard end != Self.away else { return }
            let page = try await signedOut(browser, broker)
            #expect(page.contains("signed out at Acme portal too") == (result == "complete"))
            #expect(page.contains("may still be signed in at Acme portal") == (result != "complete"))
        }
    }

    @Test func `the cookie of a sign-out is short-lived, out of scripts' reach and taken back`() async throws {
        try await withPerson { broker, browser in
            let out = try await signOut(browser, broker, to: Self.away)
            let cookie = try #require(out.setCookies.first { $0.hasPrefix("vestibule-logout=") })
            #expect(cookie.hasSuffix("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"))
            _ = try await answer(browser, broker, to: out)
            #expect(browser.cookie("vestibule-logout") == nil)
        }
    }

    @Test func `a replayed, forged or foreign answer is refused and sends nobody anywhere`() async throws {
        try await withPerson { broker, browser in
            let out = try await signOut(browser, broker, to: Self.away)
            let cookie = browser.cookie("vestibule-logout")
            for (who, state, connection) in [
                (browser, "forged", "pushy"), (Browser(), nil, "pushy"), (browser, nil, "acme"),
            ] {
                let refused = try await answer(who, broker, to: out, state: state, at: connection)
                #expect(refused.status == 400 && refused.location == nil)
                #expect(refused.body.contains(#/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/#))
            }
            #expect(try await answer(browser, broker, to: out).location == Self.away)
            #expect(try await answer(browser, broker, to: out).status == 400)
            browser.jar["portal.localhost"]?["vestibule-logout"] = cookie
            let replayed = try await answer(browser, broker, to: out)
            #expect(replayed.location == "/vestibule/signed-out")
            #expect(try await broker.auditKinds(code: "replayed").map(\.kind) == [.logoutFailed])
        }
    }

    @Test func `the signed-out page names no provider to a stranger`() async throws {
        try await withPerson { broker, browser in
            _ = try await signOut(browser, broker)
            let page = try await signedOut(Browser(), broker)
            #expect(!page.contains("Acme portal"))
        }
    }

    // MARK: The IdP's side first

    private func logoutMessage(
        _ browser: Browser, _ broker: TestBroker, _ query: String, accept: String = "text/html"
    ) async throws -> Browser.Page {
        try await browser.send(
            .GET, "\(broker.origin)/vestibule/cb/pushy/logout?\(query)", headers: [("Accept", accept)])
    }

    @Test func `a sign-out that the IdP starts ends the person's sessions and not the browser's`() async throws {
        try await withPerson { broker, carol in
            let alice = Browser()
            try await alice.signIn(broker)
            // It comes through another person's browser: whose sessions end, the message says.
            let answer = try await logoutMessage(alice, broker, "principal=p-carol@acme.example")
            #expect(answer.status == 303 && answer.location == "https://pushy.example/thanks")
            #expect(answer.setCookies.isEmpty)
            #expect(try await carol.askGate(broker).status == 401)
            #expect(try await alice.askGate(broker).status == 200)
            let again = try await logoutMessage(alice, broker, "principal=p-carol@acme.example")
            #expect(again.status == 400)
        }
    }

    @Test func `a message that names another session of the person ends none`() async throws {
        try await withPerson { broker, carol in
            let answer = try await logoutMessage(carol, broker, "principal=p-carol@acme.example&session=other")
            #expect(answer.status == 303)
            #expect(try await carol.askGate(broker).status == 200)
        }
    }

    @Test func `a refused message is a page to a browser and JSON to a server`() async throws {
        try await withPerson { broker, carol in
            let page = try await logoutMessage(carol, broker, "forged=1")
            #expect(page.status == 400)
            #expect(page.headers.first(name: "Content-Type")?.hasPrefix("text/html") == true)
            #expect(page.headers.first(name: "Referrer-Policy") == "no-referrer")
            let server = try await logoutMessage(Browser(), broker, "forged=1", accept: "*/*")
            #expect(server.status == 400 && server.headers.first(name: "Content-Type") == "application/json")
            #expect(server.body.contains("invalid_request"))
            let broken = try await logoutMessage(carol, broker, "a=1&a=2")
            #expect(broken.status == 400)
            #expect(try await carol.askGate(broker).status == 200)
            let forged = try await broker.auditKinds(code: "signature_invalid")
            #expect(forged.map(\.kind) == [.logoutRefused, .logoutRefused])
            #expect(try await broker.auditKinds(code: "malformed_request").map(\.kind) == [.logoutRefused])
        }
    }
}
